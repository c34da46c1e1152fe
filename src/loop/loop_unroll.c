/* Copies of loop bodies: complete unrolling, and unroll-and-jam. */
#include "loop/loop_range.h"

/* How far the copies of a body of independent statements run apart. */
enum { STAGGER = 2 };

/* One jam: the copies differ in the value of "variable" and in the private
 * arrays they use. */
struct jam {
    struct loop_program *program;
    const struct variable *variable;
    int n;
    struct substitution *substitutions;
    struct loop_renaming *renamings;
};

static void jam_children(const struct jam *jam, struct loop_node *into,
    const struct loop_node *from);

/* Does the header of a FOR or IF depend on the variable? */
static bool depends(
    const struct loop_node *node, const struct variable *variable)
{
    if (node->kind == LOOP_IF)
        return guard_has(node->guard, variable);
    for (int i = 0; i < node->n_lower; i++)
        if (affine_has(node->lower[i], variable))
            return true;
    for (int i = 0; i < node->n_upper; i++)
        if (affine_has(node->upper[i], variable))
            return true;
    return false;
}

/* Does the header of the node depend on the variable, or, of loops over threads
 * directly inside each other, which stay so, that of any of them? */
static bool depends_region(
    const struct loop_node *node, const struct variable *variable)
{
    while (!depends(node, variable)) {
        if (node->kind != LOOP_FOR || node->mode != LOOP_THREAD ||
            node->n_children != 1 || node->children[0]->kind != LOOP_FOR ||
            node->children[0]->mode != LOOP_THREAD)
            return false;
        node = node->children[0];
    }
    return true;
}

/* A loop that some iterations of all copies share; false if there is none. */
static bool jam_range(
    const struct jam *jam, struct loop_node *into, const struct loop_node *node)
{
    struct loop_range range = {jam->program, node, jam->variable, jam->n,
        jam->substitutions, jam->renamings};
    struct loop_node *shared;

    if (node->kind != LOOP_FOR)
        return false;
    shared = loop_jam_range(&range, into);
    if (shared)
        jam_children(jam, shared, node);
    return shared != NULL;
}

/* Copies of one node, one after the other, or, for a loop all copies share,
 * one loop around copies of what is inside. */
static void jam_node(
    const struct jam *jam, struct loop_node *into, const struct loop_node *node)
{
    struct arena *arena = jam->program->values->arena;
    bool shared =
        node->kind != LOOP_ASSIGN && !depends_region(node, jam->variable);

    if (!shared && jam_range(jam, into, node))
        return;
    if (shared) {
        struct loop_node *copy = ARENA_NEW(arena, struct loop_node);

        *copy = *node;
        copy->n_children = 0;
        copy->children = NULL;
        jam_children(jam, copy, node);
        loop_add(arena, into, copy);
        return;
    }
    for (int i = 0; i < jam->n; i++)
        loop_add(arena, into,
            loop_copy(jam->program, node, &jam->substitutions[i],
                &jam->renamings[i]));
}

/* Looks for accesses to what "writer" writes. */
struct touching {
    struct value_context *v;
    const struct loop_node *writer;
    bool found;
};

/* May an access touch that? */
static bool may_touch(const struct touching *search, const struct array *array,
    const struct affine *const *index)
{
    const struct loop_node *writer = search->writer;

    return writer->array == array &&
           (array->kind == ARRAY_REGISTER ||
               !loop_is_other_element(search->v, array, index, writer->index));
}

/* A visit: does it? */
static void find_touch(const struct value *value, void *user)
{
    struct touching *search = user;

    if (value->kind == VALUE_LOAD &&
        may_touch(search, value->array, value->index))
        search->found = true;
}

/* May a statement read or write what another one writes? */
static bool touches(struct value_context *v, const struct loop_node *node,
    const struct loop_node *writer)
{
    struct touching search = {v, writer, false};

    value_foreach(node->value, find_touch, &search);
    return search.found || may_touch(&search, node->array, node->index);
}

/* Does a statement write a register, or an element on the stack? */
static bool is_inside(const struct loop_node *node)
{
    return node->kind == LOOP_ASSIGN && (node->array->kind == ARRAY_REGISTER ||
                                            node->array->kind == ARRAY_STACK);
}

/* How many statements from "first" on are vectors that stay in registers or on
 * the stack, which the others of them neither read nor write. */
static int count_vectors(
    struct value_context *v, const struct loop_node *from, int first)
{
    int n = 0;

    for (; first + n < from->n_children; n++) {
        const struct loop_node *next = from->children[first + n];

        if (!is_inside(next) || !next->lane || next->guard)
            return n;
        for (int i = first; i < first + n; i++)
            if (touches(v, from->children[i], next) ||
                touches(v, next, from->children[i]))
                return n;
    }
    return n;
}

/* Copies of the children, those of each one after the other. Of vectors that do
 * not depend on each other all of one copy come together where they are fewer
 * than the copies: what a copy has to itself is then over before the next, and
 * what the copies share takes fewer registers. */
static void jam_children(
    const struct jam *jam, struct loop_node *into, const struct loop_node *from)
{
    for (int i = 0; i < from->n_children;) {
        int n = count_vectors(jam->program->values, from, i);

        if (n < 2 || n >= jam->n) {
            jam_node(jam, into, from->children[i++]);
            continue;
        }
        for (int j = 0; j < jam->n; j++)
            for (int k = i; k < i + n; k++)
                loop_add(jam->program->values->arena, into,
                    loop_copy(jam->program, from->children[k],
                        &jam->substitutions[j], &jam->renamings[j]));
        i += n;
    }
}

/* The copies' substitutions and, when they run interleaved, their own private
 * arrays. */
static struct jam start_jam(struct loop_program *program,
    const struct loop_node *loop, int n, const struct affine *const *values,
    bool rename)
{
    struct arena *arena = program->values->arena;
    struct jam jam = {program, loop->variable, n, NULL, NULL};
    const struct variable **from =
        ARENA_ARRAY(arena, 1, const struct variable *);

    from[0] = loop->variable;
    jam.substitutions = ARENA_ARRAY(arena, n, struct substitution);
    jam.renamings = ARENA_ARRAY(arena, n, struct loop_renaming);
    for (int i = 0; i < n; i++) {
        jam.substitutions[i] = (struct substitution){1, from, &values[i]};
        if (i && rename)
            jam.renamings[i] = loop_rename_private(program, loop);
    }
    return jam;
}

void loop_jam(struct loop_program *program, struct loop_node *into,
    const struct loop_node *loop, int n, const struct affine *const *values)
{
    struct jam jam = start_jam(program, loop, n, values, true);

    jam_children(&jam, into, loop);
}

/* Copies of the whole body, one after the other. */
static void repeat_body(struct loop_program *program, struct loop_node *into,
    const struct loop_node *loop, int n, const struct affine *const *values)
{
    struct jam jam = start_jam(program, loop, n, values, false);

    for (int i = 0; i < n; i++)
        for (int j = 0; j < loop->n_children; j++)
            loop_add(program->values->arena, into,
                loop_copy(program, loop->children[j], &jam.substitutions[i],
                    &jam.renamings[i]));
}

/* Is the body long, and made of statements of which each writes a register, or
 * an element on the stack whatever the iteration, that no other touches? */
static bool is_independent(
    struct loop_program *program, const struct loop_node *loop)
{
    for (int i = 0; i < loop->n_children; i++) {
        const struct loop_node *child = loop->children[i];

        if (!is_inside(child))
            return false;
        for (int j = 0; j < child->n_index; j++)
            if (affine_has(child->index[j], loop->variable))
                return false;
        for (int j = 0; j < loop->n_children; j++)
            if (j != i && touches(program->values, child, loop->children[j]))
                return false;
    }
    return loop->n_children > 2 * STAGGER;
}

/* Copies of a body of independent statements, each copy STAGGER statements
 * behind the one before: what both load is still in a register, and what one
 * accumulates to is not waited for by the next. */
static void repeat_staggered(struct loop_program *program,
    struct loop_node *into, const struct loop_node *loop, int n,
    const struct affine *const *values)
{
    struct jam jam = start_jam(program, loop, n, values, false);

    for (int i = 0; i < loop->n_children + (n - 1) * STAGGER; i++)
        for (int j = 0; j < n; j++) {
            int k = i - j * STAGGER;

            if (k >= 0 && k < loop->n_children)
                loop_add(program->values->arena, into,
                    loop_copy(program, loop->children[k], &jam.substitutions[j],
                        &jam.renamings[j]));
        }
}

/* Does the body store vectors to several rows of an array? Then the neighbours
 * of a row had better be stored one after the other: only such stores to a line
 * are written to the cache at once. */
static bool stores_rows(const struct loop_node *loop)
{
    const struct array *array = NULL;

    for (int i = 0; loop->n_lanes > 1 && i < loop->n_children; i++) {
        const struct loop_node *child = loop->children[i];

        if (child->kind != LOOP_ASSIGN)
            return false;
        if (child->array->kind != ARRAY_OUT || child->array->n_axes < 2)
            continue;
        if (array == child->array)
            return true;
        array = child->array;
    }
    return false;
}

void loop_repeat(struct loop_program *program, struct loop_node *into,
    const struct loop_node *loop, int n, const struct affine *const *values)
{
    if (loop_has_loop(loop) || (n > 1 && stores_rows(loop)))
        loop_jam(program, into, loop, n, values);
    else if (n > 1 && is_independent(program, loop))
        repeat_staggered(program, into, loop, n, values);
    else
        repeat_body(program, into, loop, n, values);
}

int loop_count_statements(const struct loop_node *node)
{
    int n = node->kind == LOOP_ASSIGN;

    for (int i = 0; i < node->n_children; i++)
        n += loop_count_statements(node->children[i]);
    return n;
}

/* Unroll what is marked in and below "node", appending to "into". How many
 * copies there are was checked when the loops were marked. */
static void unroll_node(struct loop_program *program, struct loop_node *into,
    struct loop_node *node)
{
    struct value_context *v = program->values;
    struct loop_node *copy = ARENA_NEW(v->arena, struct loop_node);
    const struct affine **values;
    int64_t first;
    int64_t n;

    *copy = *node;
    copy->n_children = 0;
    copy->children = NULL;
    for (int i = 0; i < node->n_children; i++)
        unroll_node(program, copy, node->children[i]);
    if (node->kind != LOOP_FOR || !node->origin->is_unrolled ||
        !affine_is_constant(node->lower[0]) ||
        !affine_is_constant(node->upper[0])) {
        loop_add(v->arena, into, copy);
        return;
    }
    first = node->lower[0]->constant;
    n = (node->upper[0]->constant - first + node->step - 1) / node->step;
    if (n < 1)
        return;
    values = ARENA_ARRAY(v->arena, n, const struct affine *);
    for (int64_t i = 0; i < n; i++)
        values[i] = affine_constant(v, first + i * node->step);
    if (node->origin->is_jammed)
        loop_jam(program, into, copy, (int)n, values);
    else if (schedule_has_inner_loop(node->origin))
        loop_repeat(program, into, copy, (int)n, values);
    else
        repeat_body(program, into, copy, (int)n, values);
}

bool loop_unroll(struct compilation *c, struct loop_program *program)
{
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    for (int i = 0; i < program->body->n_children; i++)
        unroll_node(program, body, program->body->children[i]);
    program->body = body;
    return true;
}
