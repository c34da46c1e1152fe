/* Conditions on sizes alone are asked once, outside of all loops.
 *
 *     for c:                  if L <= 16:
 *         if L <= 16: A           for c: A
 *         if L > 16: B        if L > 16:
 *                                 for c: B
 *
 * where at most one of them holds, so that the order of A and B does not
 * matter. Masks and addresses that depend on sizes are then those of one body,
 * which the registers hold. */
#include "loop/loop_scan.h"

/* Can both conditions not hold at once? */
static bool is_exclusive(
    struct value_context *v, const struct guard *a, const struct guard *b)
{
    for (int i = 0; i < a->clauses[0].n; i++)
        for (int j = 0; j < b->clauses[0].n; j++) {
            const struct affine *sum =
                affine_add(v, a->clauses[0].terms[i], b->clauses[0].terms[j]);

            if (affine_is_constant(sum) && sum->constant < 0)
                return true;
        }
    return false;
}

/* Does a loop consist of several conditions that its variable has nothing to do
 * with, of which one holds at most? */
static bool is_choice(struct value_context *v, const struct loop_node *loop)
{
    for (int i = 0; i < loop->n_children; i++) {
        const struct loop_node *child = loop->children[i];

        if (child->kind != LOOP_IF || !child->guard ||
            child->guard->n_clauses != 1 ||
            guard_has(child->guard, loop->variable))
            return false;
        for (int j = 0; j < i; j++)
            if (!is_exclusive(v, child->guard, loop->children[j]->guard))
                return false;
    }
    return loop->n_children > 1;
}

/* One node and what is below, appended to "into". */
static void hoist_node(struct value_context *v, struct loop_node *into,
    const struct loop_node *node)
{
    struct loop_node *copy = arena_copy(v->arena, node, sizeof *node);

    copy->n_children = 0;
    copy->children = NULL;
    for (int i = 0; i < node->n_children; i++)
        hoist_node(v, copy, node->children[i]);
    if (copy->kind != LOOP_FOR || !is_choice(v, copy)) {
        loop_add(v->arena, into, copy);
        return;
    }
    for (int i = 0; i < copy->n_children; i++) {
        struct loop_node *branch = copy->children[i];
        struct loop_node *loop = arena_copy(v->arena, copy, sizeof *copy);

        loop->n_children = branch->n_children;
        loop->children = branch->children;
        branch->n_children = 0;
        branch->children = NULL;
        loop_add(v->arena, branch, loop);
        loop_add(v->arena, into, branch);
    }
}

bool loop_hoist(struct compilation *c, struct loop_program *program)
{
    struct value_context *v = program->values;
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    for (int i = 0; i < program->body->n_children; i++)
        hoist_node(v, body, program->body->children[i]);
    program->body = body;
    return true;
}
