/* Copies to a GPU's shared memory some iterations ahead. A loop of a block that
 * the schedule pipelines by 3,
 *
 *     for t = 0 .. T
 *       for i thread { s[i] = x[t, i] }
 *       for i thread { y[t, i] = f(s) }
 *
 * becomes
 *
 *     if 0 < T { for i thread { s[0, i] = x[0, i]  // ahead } }
 *     commit
 *     if 1 < T { for i thread { s[1, i] = x[1, i]  // ahead } }
 *     commit
 *     for t = 0 .. T
 *       wait 1
 *       barrier
 *       if t + 2 < T { for i thread { s[(t + 2) % 3, i] = x[t + 2, i]  // ahead
 * } } commit for i thread { y[t, i] = f(s[t % 3]) }
 *
 * The barrier is behind what all threads copied for this iteration, and behind
 * what they computed in the one before, whose buffer is filled next. Where the
 * machine has no such copies, or none of that size, loop_batch.c makes plain
 * ones of them. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* A loop under rewriting. The first "n_copies" children copy to "arrays", of
 * which each gets a dimension more, outermost; "at" is which iteration the node
 * at hand belongs to. */
struct ahead {
    struct loop_program *program;
    struct value_context *v;
    struct loop_node *loop;
    int n_buffers;
    int n_copies;
    VECTOR(const struct array *) arrays;
    const struct affine *at;
};

/* ---- What is copied ------------------------------------------------------ */

/* A visit: nothing but copies of inputs to shared memory? */
struct copying {
    bool found;
    bool only;
};

/* A visit: is it one? */
static void check_copy(struct loop_node *node, void *user)
{
    struct copying *copying = user;

    if (node->kind != LOOP_ASSIGN)
        return;
    copying->found = true;
    copying->only &= node->array->kind == ARRAY_SHARED &&
                     node->reduce == MODEL_SET &&
                     node->value->kind == VALUE_LOAD &&
                     array_base(node->value->array)->kind == ARRAY_IN;
}

/* Is the node a region of threads that only copies? */
static bool is_copy(struct loop_node *node)
{
    struct copying copying = {false, true};

    if (node->kind != LOOP_FOR || node->mode != LOOP_THREAD)
        return false;
    loop_foreach(node, check_copy, &copying);
    return copying.found && copying.only;
}

/* Does the loop copy to the array? */
static bool is_staged(const struct ahead *ahead, const struct array *array)
{
    for (int i = 0; i < ahead->arrays.n; i++)
        if (ahead->arrays.at[i] == array)
            return true;
    return false;
}

/* A visit: an array that is copied to gets buffers. */
static void add_array(struct loop_node *node, void *user)
{
    struct ahead *ahead = user;
    struct value_context *v = ahead->v;
    struct array *array;
    const struct affine **extents;

    if (node->kind != LOOP_ASSIGN || is_staged(ahead, node->array))
        return;
    VECTOR_PUSH(v->arena, &ahead->arrays, node->array);
    array = ahead->program->arrays[node->array->id];
    extents =
        ARENA_ARRAY(v->arena, array->n_dimensions + 1, const struct affine *);
    extents[0] = affine_constant(v, ahead->n_buffers);
    for (int i = 0; i < array->n_dimensions; i++)
        extents[i + 1] = array->extents[i];
    array->extents = extents;
    array->n_dimensions++;
    array_set_plain_axes(v, array);
}

/* ---- Buffers ------------------------------------------------------------- */

/* The index in the buffer of the iteration at hand. */
static const struct affine **make_index(
    const struct ahead *ahead, int n, const struct affine *const *index)
{
    struct value_context *v = ahead->v;
    const struct affine **new =
        ARENA_ARRAY(v->arena, n + 1, const struct affine *);

    new[0] = affine_modulo(v,
        affine_subtract(v, ahead->at, ahead->loop->lower[0]), ahead->n_buffers);
    for (int i = 0; i < n; i++)
        new[i + 1] = index[i];
    return new;
}

/* A load of what was copied. */
static const struct value *redirect_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct ahead *ahead = user;

    if (value->kind != VALUE_LOAD || !is_staged(ahead, value->array))
        return value;
    return value_load(v, value->array, value->n_index + 1,
        make_index(ahead, value->n_index, value->index), value->range);
}

/* A visit: the accesses of a statement. */
static void redirect(struct loop_node *node, void *user)
{
    struct ahead *ahead = user;

    if (node->kind != LOOP_ASSIGN)
        return;
    node->value = value_map(ahead->v, node->value, redirect_load, ahead);
    if (!is_staged(ahead, node->array))
        return;
    node->index = make_index(ahead, node->n_index, node->index);
    node->n_index++;
    node->is_ahead = true;
}

/* ---- The loop ------------------------------------------------------------ */

/* Append a node without children. */
static struct loop_node *add_node(
    const struct ahead *ahead, struct loop_node *into, enum loop_kind kind)
{
    struct loop_node *node =
        loop_node_new(ahead->v->arena, kind, ahead->loop->range);

    loop_add(ahead->v->arena, into, node);
    return node;
}

/* Append the end of a group of copies, or the wait for all but the last "n", if
 * the machine has any. */
static void add_group(const struct ahead *ahead, struct loop_node *into,
    enum loop_kind kind, int n)
{
    if (ahead->program->machine->gpu->has_async_copy)
        add_node(ahead, into, kind)->step = n;
}

/* Append the copies for iteration "at", if there is one, as a group. */
static void add_copies(
    struct ahead *ahead, struct loop_node *into, const struct affine *at)
{
    struct value_context *v = ahead->v;
    const struct loop_node *loop = ahead->loop;
    struct substitution substitution = {1, &loop->variable, &at};
    const struct affine **terms =
        ARENA_ARRAY(v->arena, loop->n_upper, const struct affine *);
    struct loop_node *node = into;
    const struct guard *guard;

    for (int i = 0; i < loop->n_upper; i++)
        terms[i] = affine_shift(v, affine_subtract(v, loop->upper[i], at), -1);
    guard = guard_all(v, loop->n_upper, terms);
    if (guard) {
        node = add_node(ahead, into, LOOP_IF);
        node->guard = guard;
    }
    ahead->at = at;
    for (int i = 0; i < ahead->n_copies; i++) {
        struct loop_node *copy =
            loop_copy(ahead->program, loop->children[i], &substitution, NULL);

        loop_foreach(copy, redirect, ahead);
        loop_add(v->arena, node, copy);
    }
    add_group(ahead, into, LOOP_COMMIT, 0);
}

/* The loop's iterations, each with the copies of a later one. */
static void add_loop(struct ahead *ahead, struct loop_node *into)
{
    struct value_context *v = ahead->v;
    struct loop_node *loop = ahead->loop;
    struct loop_node *copy = arena_copy(v->arena, loop, sizeof *loop);
    struct schedule_node *origin =
        arena_copy(v->arena, loop->origin, sizeof *origin);
    const struct affine *at = affine_variable(v, loop->variable);

    origin->n_buffers = 1;
    copy->origin = origin;
    copy->n_children = 0;
    copy->children = NULL;
    add_group(ahead, copy, LOOP_WAIT, ahead->n_buffers - 2);
    add_node(ahead, copy, LOOP_BARRIER);
    add_copies(ahead, copy, affine_shift(v, at, ahead->n_buffers - 1));
    ahead->at = at;
    for (int i = ahead->n_copies; i < loop->n_children; i++) {
        loop_foreach(loop->children[i], redirect, ahead);
        loop_add(v->arena, copy, loop->children[i]);
    }
    loop_add(v->arena, into, copy);
}

/* Append a loop that is pipelined. If it "is_repeated", what an earlier run of
 * it copied may still be read until all threads are there. */
static void add_pipelined(
    struct ahead *ahead, struct loop_node *into, bool is_repeated)
{
    struct value_context *v = ahead->v;

    for (int i = 0; i < ahead->n_copies; i++)
        loop_foreach(ahead->loop->children[i], add_array, ahead);
    if (is_repeated)
        add_node(ahead, into, LOOP_BARRIER);
    for (int i = 0; i < ahead->n_buffers - 1; i++)
        add_copies(ahead, into, affine_shift(v, ahead->loop->lower[0], i));
    add_loop(ahead, into);
}

/* Do the loop's iterations begin with copies, and go on to something else? */
static bool find_copies(struct ahead *ahead)
{
    struct loop_node *loop = ahead->loop;
    int n = 0;

    if (loop->mode != LOOP_SERIAL || loop->step != 1 || loop->n_lower != 1)
        return false;
    while (n < loop->n_children && is_copy(loop->children[n]))
        n++;
    ahead->n_copies = n;
    return n > 0 && n < loop->n_children;
}

/* The children of a node of a block, which may be in a loop of its, pipelined
 * where the schedule says so and they begin with copies. */
static void rewrite(
    struct loop_program *program, struct loop_node *node, bool is_repeated)
{
    int n = node->n_children;
    struct loop_node **children = node->children;

    node->n_children = 0;
    node->children = NULL;
    for (int i = 0; i < n; i++) {
        struct loop_node *child = children[i];
        struct ahead ahead = {
            .program = program, .v = program->values, .loop = child};

        if (child->kind == LOOP_FOR)
            ahead.n_buffers = child->origin->n_buffers;
        if (ahead.n_buffers > 1 && find_copies(&ahead)) {
            add_pipelined(&ahead, node, is_repeated);
            continue;
        }
        if (child->mode != LOOP_THREAD)
            rewrite(program, child, is_repeated || child->kind == LOOP_FOR);
        loop_add(program->values->arena, node, child);
    }
}

/* A visit: note a loop that is still to be pipelined. */
static void find_left(struct loop_node *node, void *user)
{
    const struct loop_node **left = user;

    if (node->kind == LOOP_FOR && node->origin->n_buffers > 1)
        *left = node;
}

bool loop_ahead(struct compilation *c, struct loop_program *program)
{
    int n = 0;
    const struct loop_node *left = NULL;
    struct loop_section *sections = loop_list_sections(c->arena, program, &n);

    for (int i = 0; i < n; i++)
        if (!sections[i].is_flat)
            rewrite(program,
                (struct loop_node *)sections[i].loops[sections[i].n_loops - 1],
                false);
    loop_foreach(program->body, find_left, &left);
    if (!left)
        return loop_check_stack(c, program);
    diag_error(c->diag, left->origin->mode_range, DIAG_E0413,
        "loop '%s' cannot be pipelined: its iterations do not begin with "
        "copies to shared memory by the threads of a block",
        left->variable->name->text);
    diag_hint(c->diag, "Put 'stage ... in shared at %s' first.",
        left->variable->name->text);
    return false;
}
