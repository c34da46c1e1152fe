/* Groups of iterations that a thread of a GPU runs as copies: where a row may
 * begin or end inside of one, all of it becomes two bodies,
 *
 *     for p = 0 .. 257 thread
 *       for i = 0 .. 8 unroll
 *         y[8*p + i - s] = x[8*p + i - s] if 0 <= 8*p + i - s < 2047
 *
 *     for p = 0 .. 257 thread
 *       if 8*p - s >= 0 && 8*p + 7 - s < 2047
 *         for i = 0 .. 8 unroll
 *           y[8*p + i - s] = x[8*p + i - s]
 *       if 8*p - s < 0 || 8*p + 7 - s >= 2047
 *         for i = 0 .. 8
 *           y[8*p + i - s] = x[8*p + i - s] if 0 <= 8*p + i - s < 2047
 *
 * of which the first has no conditions, so that its accesses are whole ones
 * (loop_batch.c), and the second, which few threads run, is short. */
#include "loop/loop_interior.h"

/* Does the loop become copies, statement by statement? */
static bool is_group(const struct loop_node *node)
{
    return node->kind == LOOP_FOR && node->origin->is_unrolled &&
           node->origin->is_jammed;
}

/* Does a store below the node have the variable of a group among its
 * conditions? */
static bool has_partial_store(
    const struct loop_node *node, const struct variable *group)
{
    if (node->kind == LOOP_ASSIGN && node->guard &&
        node->array->kind != ARRAY_REGISTER && node->array->kind != ARRAY_STACK)
        return guard_has(node->guard, group);
    for (int i = 0; i < node->n_children; i++)
        if (has_partial_store(node->children[i], group))
            return true;
    return false;
}

/* A visit: is a group of the region stored in parts? */
static void find_partial(struct loop_node *node, void *user)
{
    bool *found = user;

    *found |= is_group(node) && has_partial_store(node, node->variable);
}

/* A visit: groups run one iteration after the other. */
static void make_serial(struct loop_node *node, void *user)
{
    struct loop_program *program = user;
    struct schedule_node *origin;

    if (!is_group(node))
        return;
    origin =
        arena_copy(program->values->arena, node->origin, sizeof *node->origin);
    origin->is_unrolled = false;
    node->origin = origin;
}

/* The condition under which the loop's variable is in its interior; NULL: it
 * always is. */
static const struct guard *get_condition(struct value_context *v,
    const struct loop_node *loop, const struct interior *interior)
{
    int n = interior->n_lower + interior->n_upper;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    const struct affine *at = affine_variable(v, loop->variable);

    for (int i = 0; i < interior->n_lower; i++)
        terms[i] = affine_subtract(v, at, interior->lower[i]);
    for (int i = 0; i < interior->n_upper; i++)
        terms[interior->n_lower + i] =
            affine_shift(v, affine_subtract(v, interior->upper[i], at), -1);
    return guard_all(v, n, terms);
}

/* The node with its children under a condition. */
static struct loop_node *add_if(struct loop_program *program,
    struct loop_node *into, const struct guard *guard)
{
    struct loop_node *node =
        loop_node_new(program->values->arena, LOOP_IF, into->range);

    node->guard = guard;
    loop_add(program->values->arena, into, node);
    return node;
}

/* Two bodies for the last loop of a region of threads, where that helps. */
static void split_groups(struct loop_program *program, struct loop_node *last)
{
    struct arena *arena = program->values->arena;
    struct loop_node body = *last;
    bool is_partial = false;
    struct interior interior;
    const struct guard *guard;
    struct loop_node *other;

    loop_foreach(last, find_partial, &is_partial);
    if (!is_partial)
        return;
    interior = loop_find_interior(program, last);
    guard = get_condition(program->values, last, &interior);
    if (!guard || !guard_can_negate(guard))
        return;
    last->children = NULL;
    last->n_children = 0;
    loop_copy_interior(program, add_if(program, last, guard), &body);
    other = add_if(program, last, guard_not(program->values, guard));
    for (int i = 0; i < body.n_children; i++)
        loop_add(arena, other, body.children[i]);
    loop_foreach(other, make_serial, program);
}

/* The regions of threads at and below a node. */
static void visit_regions(struct loop_program *program, struct loop_node *node)
{
    const struct loop_node **loops;
    int n;

    if (node->kind == LOOP_FOR && node->mode == LOOP_THREAD) {
        n = loop_list_region(program->values->arena, node, &loops);
        split_groups(program, (struct loop_node *)loops[n - 1]);
        return;
    }
    for (int i = 0; i < node->n_children; i++)
        visit_regions(program, node->children[i]);
}

bool loop_whole(struct compilation *c, struct loop_program *program)
{
    (void)c;
    visit_regions(program, program->body);
    return true;
}
