/* Sums, products, minima and maxima over the threads of a GPU's block, with
 * --fp=reassoc or of integers:
 *
 *     for t = 0 .. 64 thread { d[c] = d[c] + x[c, t] }
 *
 * Every thread has a partial sum in shared memory, which begins at 0; behind
 * the threads, and behind serial loops around them in which nothing else
 * touches the element, half of the sums are added to the other half until one
 * is left:
 *
 *     for t = 0 .. 64 thread { s[t] = 0 }
 *     for t = 0 .. 64 thread { s[t] = s[t] + x[c, t] }
 *     for t = 0 .. 32 thread { s[t] = s[t] + s[t + 32] }
 *     ...
 *     for t = 0 .. 1 thread { d[c] = d[c] + s[0] }
 *
 * Where the element moves with some of the loops over threads, "c" below, there
 * are sums for each of their iterations:
 *
 *     for t = 0 .. 64 thread, c = 0 .. 8 thread { s[8*t + c] = s[8*t + c] + ...
 * } for t = 0 .. 256 thread { s[t] = s[t] + s[t + 256] }
 *     ...
 *     for c = 0 .. 8 thread { d[c] = d[c] + s[c] }
 *
 * d[c] is written only under the conditions of the statements that are the same
 * for all threads. The order is the same on every run. Barriers come
 * afterwards. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* Loops of threads, outermost first. */
struct threads {
    const struct loop_node **at;
    int n;
    int capacity;
};

/* An element that threads sum up, and their sums. "guard": what is known where
 * they do, of what is the same for all threads that add to one; "movers": the
 * loops with which it moves. */
struct sum {
    const struct loop_node *like; /* writes it */
    struct array *partial;
    const struct guard *guard;
    enum model_update update;
    struct threads movers;
};

/* The pass at one child of what the loop "block" over blocks runs. "loops" are
 * those below it around the node visited, "guard" that of the IFs, "n_threads"
 * the most iterations of threads that add to one element, "n_elements" how many
 * elements each sum has, 0 as long as there is none. */
struct reduction {
    const struct schedule *schedule;
    const struct loop_node *block;
    struct loop_program *program;
    struct value_context *v;
    VECTOR(const struct loop_node *) loops;
    const struct guard *guard;
    int64_t n_threads;
    int64_t n_elements;
    bool *is_touched; /* by id of the array */
    VECTOR(struct sum) sums;
    bool failed;
};

/* ---- Which elements ------------------------------------------------------ */

/* The most values of a loop's variable from a lower bound on, 0 if that is not
 * known. Where the bounds do not say it, since the program's conditions do, the
 * schedule is asked. */
static int64_t get_extent(const struct reduction *reduction,
    const struct loop_node *loop, const struct affine **lower)
{
    struct value_context *v = reduction->v;
    int64_t first = 0;
    int64_t last = -1;
    int64_t most = 0;

    *lower = loop->lower[0];
    for (int i = 0; i < loop->n_lower; i++)
        for (int j = 0; j < loop->n_upper; j++) {
            const struct affine *distance =
                affine_subtract(v, loop->upper[j], loop->lower[i]);
            int64_t n = distance->constant;

            if (!affine_is_constant(distance) || n < 1 || (most && n >= most))
                continue;
            *lower = loop->lower[i];
            most = n;
        }
    if (most || loop->mode != LOOP_THREAD ||
        !schedule_constant_range(
            reduction->schedule, loop->origin, &first, &last))
        return most;
    *lower = affine_constant(v, first);
    return last - first + 1;
}

/* Does the index move with the variable? */
static bool moves(const struct loop_node *node, const struct variable *variable)
{
    for (int i = 0; i < node->n_index; i++)
        if (affine_has(node->index[i], variable))
            return true;
    return false;
}

/* Looks for a load of what a statement writes. */
struct own_load {
    const struct loop_node *node;
    bool found;
};

/* A visit: is it one? */
static void find_own_load(const struct value *value, void *user)
{
    struct own_load *load = user;

    load->found |=
        value->kind == VALUE_LOAD && value->array == load->node->array &&
        loop_is_same_element(value->array, value->index, load->node->index);
}

/* Does the statement add to an element in memory? */
static bool adds(const struct loop_node *node)
{
    struct own_load load = {node, false};

    if (node->array->kind == ARRAY_REGISTER || node->array->kind == ARRAY_STACK)
        return false;
    value_foreach(node->value, find_own_load, &load);
    return load.found;
}

/* How an element moves with the loops around a statement: with serial ones of
 * the block, with such of a thread, with all that threads share. */
struct movement {
    bool outside;
    bool inside;
    bool all;
    int n_shared;
};

/* Find out. */
static struct movement get_movement(
    const struct reduction *reduction, const struct loop_node *node)
{
    struct movement movement = {.all = true};

    for (int i = 0; i < reduction->loops.n; i++) {
        const struct loop_node *loop = reduction->loops.at[i];
        bool is_moved = moves(node, loop->variable);
        const struct affine *lower;

        if (loop->mode != LOOP_THREAD) {
            movement.outside |= is_moved && !movement.n_shared;
            movement.inside |= is_moved && movement.n_shared;
        } else if (get_extent(reduction, loop, &lower) != 1) {
            movement.all &= is_moved;
            movement.n_shared++;
        }
    }
    return movement;
}

/* Do several threads add to one element? Then it is one for all of them, and
 * for a thread's serial loops. */
static bool is_sum(struct reduction *reduction, const struct loop_node *node)
{
    struct movement movement;

    if (!adds(node))
        return false;
    movement = get_movement(reduction, node);
    if (!movement.n_shared || movement.all)
        return false;
    reduction->failed |= movement.inside;
    return !movement.outside && !movement.inside;
}

/* Which of the threads' iterations runs, of the loops with which the element of
 * a statement moves ("moved") or of the others: a number from 0, below "*n",
 * which is 0 if that is not known. */
static const struct affine *get_number(const struct reduction *reduction,
    const struct loop_node *node, bool moved, int64_t *n)
{
    struct value_context *v = reduction->v;
    const struct affine *number = affine_constant(v, 0);

    *n = 1;
    for (int i = 0; i < reduction->loops.n; i++) {
        const struct loop_node *loop = reduction->loops.at[i];
        const struct affine *lower;
        int64_t extent = get_extent(reduction, loop, &lower);

        if (loop->mode != LOOP_THREAD || moves(node, loop->variable) != moved)
            continue;
        *n *= extent;
        number = affine_add(v, affine_scale(v, number, extent),
            affine_subtract(v, affine_variable(v, loop->variable), lower));
    }
    return number;
}

/* A load of another element, or by a statement that does not sum it up. */
struct other_load {
    struct reduction *reduction;
    const struct loop_node *sum;
};

/* A visit: note the array of such a load. */
static void note_load(const struct value *value, void *user)
{
    struct other_load *load = user;

    if (value->kind == VALUE_LOAD &&
        (!load->sum || load->sum->array != value->array ||
            !loop_is_same_element(
                value->array, value->index, load->sum->index)))
        load->reduction->is_touched[value->array->id] = true;
}

/* Note the arrays that statements at and below a node touch without summing
 * up. */
static void note_touched(struct reduction *reduction, struct loop_node *node)
{
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(reduction->v->arena, &reduction->loops, node);
    if (node->kind == LOOP_ASSIGN) {
        bool sums = is_sum(reduction, node);
        struct other_load load = {reduction, sums ? node : NULL};

        if (!sums)
            reduction->is_touched[node->array->id] = true;
        value_foreach(node->value, note_load, &load);
    }
    for (int i = 0; i < node->n_children; i++)
        note_touched(reduction, node->children[i]);
    if (node->kind == LOOP_FOR)
        reduction->loops.n--;
}

/* Is the form the same for all iterations of the loops around the node, apart
 * from those its element moves with? */
static bool is_fixed(const struct reduction *reduction,
    const struct loop_node *node, const struct affine *form)
{
    for (int i = 0; i < reduction->loops.n; i++)
        if (affine_has(form, reduction->loops.at[i]->variable) &&
            !moves(node, reduction->loops.at[i]->variable))
            return false;
    return true;
}

/* What the guard says apart from the loops around the node, but those its
 * element moves with. */
static const struct guard *get_fixed_part(const struct reduction *reduction,
    const struct loop_node *node, const struct guard *guard)
{
    struct value_context *v = reduction->v;
    const struct guard *fixed = guard ? guard_false(v) : NULL;

    for (int i = 0; guard && i < guard->n_clauses; i++) {
        const struct clause *clause = &guard->clauses[i];
        const struct affine **terms =
            ARENA_ARRAY(v->arena, clause->n, const struct affine *);
        int n = 0;

        for (int j = 0; j < clause->n; j++)
            if (is_fixed(reduction, node, clause->terms[j]))
                terms[n++] = clause->terms[j];
        fixed = guard_or(v, fixed, guard_all(v, n, terms));
    }
    return fixed;
}

/* How a statement updates its element. */
static enum model_update get_update(
    struct reduction *reduction, const struct loop_node *node)
{
    enum model_update update = MODEL_SET;

    if (node->statement_id >= 0)
        update =
            reduction->schedule->model->statements[node->statement_id]->update;
    reduction->failed |= update == MODEL_SET;
    return update;
}

/* The loops over threads with which the element moves. Since they may run at
 * the same time no two of their iterations are at the same one. */
static struct threads get_movers(
    const struct reduction *reduction, const struct loop_node *node)
{
    struct threads movers = {0};

    for (int i = 0; i < reduction->loops.n; i++)
        if (reduction->loops.at[i]->mode == LOOP_THREAD &&
            moves(node, reduction->loops.at[i]->variable))
            VECTOR_PUSH(reduction->v->arena, &movers, reduction->loops.at[i]);
    return movers;
}

/* The sum of an element; a new one if there is none yet. */
static struct sum *find_sum(
    struct reduction *reduction, const struct loop_node *node)
{
    struct value_context *v = reduction->v;
    const struct guard *guard = get_fixed_part(
        reduction, node, guard_and(v, reduction->guard, node->guard));
    struct sum sum = {node, NULL, guard, get_update(reduction, node),
        get_movers(reduction, node)};

    for (int i = 0; i < reduction->sums.n; i++) {
        struct sum *known = &reduction->sums.at[i];

        if (known->like->array == node->array &&
            loop_is_same_element(
                node->array, known->like->index, node->index)) {
            known->guard = guard_or(v, known->guard, guard);
            reduction->failed |= known->update != sum.update;
            return known;
        }
    }
    sum.partial = loop_new_array(reduction->program, node->array);
    sum.partial->kind = ARRAY_SHARED;
    sum.partial->is_strided = false;
    sum.partial->n_dimensions = 1;
    sum.partial->extents = ARENA_ARRAY(v->arena, 1, const struct affine *);
    array_set_plain_axes(v, sum.partial);
    VECTOR_PUSH(v->arena, &reduction->sums, sum);
    return &reduction->sums.at[reduction->sums.n - 1];
}

/* ---- Statements ---------------------------------------------------------- */

/* A load of an element of the partial sums. */
static const struct value *load_partial(struct value_context *v,
    const struct array *partial, const struct affine *at,
    struct source_range range)
{
    return value_load(
        v, partial, 1, arena_copy(v->arena, &at, sizeof at), range);
}

/* The element of a sum and the partial sum in its place. */
struct replacement {
    const struct loop_node *node;
    const struct value *by;
};

/* A load of the element becomes one of the partial sum. */
static const struct value *replace_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct replacement *replacement = user;
    const struct loop_node *node = replacement->node;

    (void)v;
    if (value->kind != VALUE_LOAD || value->array != node->array ||
        !loop_is_same_element(node->array, value->index, node->index))
        return value;
    return replacement->by;
}

/* The statement, a copy of "like", adds to its thread's partial sum. */
static void redirect(struct reduction *reduction, struct loop_node *node,
    const struct loop_node *like)
{
    struct value_context *v = reduction->v;
    int64_t n = 0;
    int64_t n_elements = 0;
    const struct affine *number = get_number(reduction, like, false, &n);
    const struct affine *element =
        get_number(reduction, like, true, &n_elements);
    struct array *partial = find_sum(reduction, like)->partial;
    struct replacement replacement = {like, NULL};

    number = affine_add(v, affine_scale(v, number, n_elements), element);
    replacement.by = load_partial(v, partial, number, node->range);
    reduction->failed |=
        n == 0 || n_elements == 0 ||
        (reduction->n_elements && n_elements != reduction->n_elements);
    reduction->n_elements = n_elements;
    reduction->n_threads = n > reduction->n_threads ? n : reduction->n_threads;
    node->value = value_map(v, node->value, replace_load, &replacement);
    node->array = partial;
    node->n_index = 1;
    node->index = arena_copy(v->arena, &number, sizeof number);
}

/* Redirect the statements at and below a node. */
static void redirect_below(struct reduction *reduction, struct loop_node *node)
{
    const struct guard *guard = reduction->guard;

    if (node->kind == LOOP_IF)
        reduction->guard = guard_and(reduction->v, guard, node->guard);
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(reduction->v->arena, &reduction->loops, node);
    for (int i = 0; i < node->n_children; i++) {
        struct loop_node *child = node->children[i];

        if (child->kind != LOOP_ASSIGN) {
            redirect_below(reduction, child);
            continue;
        }
        if (!is_sum(reduction, child))
            continue;
        if (reduction->is_touched[child->array->id]) {
            reduction->failed |= reduction->loops.at[0]->mode == LOOP_THREAD;
            continue;
        }
        node->children[i] =
            arena_copy(reduction->v->arena, child, sizeof *child);
        redirect(reduction, node->children[i], child);
    }
    reduction->guard = guard;
    if (node->kind == LOOP_FOR)
        reduction->loops.n--;
}

/* for t = 0 .. n thread, without a body. */
static struct loop_node *new_threads(
    struct reduction *reduction, struct loop_node *into, int64_t n)
{
    struct value_context *v = reduction->v;
    struct loop_node *loop =
        loop_node_new(v->arena, LOOP_FOR, reduction->sums.at[0].like->range);
    const struct affine *bounds[] = {
        affine_constant(v, 0), affine_constant(v, n)};

    loop->mode = LOOP_THREAD;
    loop->origin = reduction->block->origin;
    loop->variable = variable_new_loop(v, name_of(v->names, "thread"), 1);
    loop->n_lower = 1;
    loop->lower = arena_copy(v->arena, &bounds[0], sizeof bounds[0]);
    loop->n_upper = 1;
    loop->upper = arena_copy(v->arena, &bounds[1], sizeof bounds[1]);
    loop_add(v->arena, into, loop);
    return loop;
}

/* array[index] = value for a sum. */
static struct loop_node *add_assign(struct reduction *reduction,
    struct loop_node *into, const struct array *array, int n_index,
    const struct affine *const *index, const struct value *value)
{
    struct value_context *v = reduction->v;
    struct loop_node *node = loop_node_new(v->arena, LOOP_ASSIGN, into->range);

    node->array = array;
    node->n_index = n_index;
    node->index = index;
    node->value = value;
    loop_add(v->arena, into, node);
    return node;
}

/* Both combined, in the type of the sum's array. */
static const struct value *combine_values(struct value_context *v,
    const struct sum *sum, const struct value *a, const struct value *b)
{
    enum dtype type = sum->partial->type;
    enum dtype wide = dtype_arithmetic(type);

    return value_convert(v, type,
        loop_combine(v, sum->update, value_convert(v, wide, a),
            value_convert(v, wide, b)));
}

/* The partial sums begin at what changes nothing. */
static void add_start(struct reduction *reduction, struct loop_node *into)
{
    struct value_context *v = reduction->v;
    struct loop_node *loop = new_threads(
        reduction, into, reduction->n_threads * reduction->n_elements);
    const struct affine *at = affine_variable(v, loop->variable);

    for (int i = 0; i < reduction->sums.n; i++) {
        const struct array *partial = reduction->sums.at[i].partial;

        add_assign(reduction, loop, partial, 1,
            arena_copy(v->arena, &at, sizeof at),
            loop_make_identity(v, reduction->sums.at[i].update, partial->type));
    }
}

/* "half" threads for each element add what lies "half" further on. */
static void add_half(
    struct reduction *reduction, struct loop_node *into, int64_t half)
{
    struct value_context *v = reduction->v;
    int64_t left = reduction->n_threads - half;
    struct loop_node *loop = new_threads(
        reduction, into, (left < half ? left : half) * reduction->n_elements);
    const struct affine *at = affine_variable(v, loop->variable);
    const struct affine *other =
        affine_shift(v, at, half * reduction->n_elements);

    for (int i = 0; i < reduction->sums.n; i++) {
        const struct array *partial = reduction->sums.at[i].partial;

        add_assign(reduction, loop, partial, 1,
            arena_copy(v->arena, &at, sizeof at),
            combine_values(v, &reduction->sums.at[i],
                load_partial(v, partial, at, loop->range),
                load_partial(v, partial, other, loop->range)));
    }
}

/* The iterations of the movers of a sum, by threads; one if there are none. The
 * loop that is innermost. */
static struct loop_node *new_movers(struct reduction *reduction,
    struct loop_node *into, const struct threads *movers)
{
    struct arena *arena = reduction->v->arena;

    if (movers->n == 0)
        return new_threads(reduction, into, 1);
    for (int i = 0; i < movers->n; i++) {
        struct loop_node *loop = arena_copy(arena, movers->at[i], sizeof *loop);

        loop->n_children = 0;
        loop->children = NULL;
        loop_add(arena, into, loop);
        into = loop;
    }
    return into;
}

/* What is left of a sum is added to its element. */
static void add_to_element(
    struct reduction *reduction, struct loop_node *into, const struct sum *sum)
{
    struct value_context *v = reduction->v;
    const struct loop_node *like = sum->like;
    const struct affine *at = affine_constant(v, 0);

    for (int i = 0; i < sum->movers.n; i++) {
        const struct loop_node *loop = sum->movers.at[i];
        const struct affine *lower;
        int64_t extent = get_extent(reduction, loop, &lower);

        at = affine_add(v, affine_scale(v, at, extent),
            affine_subtract(v, affine_variable(v, loop->variable), lower));
    }
    add_assign(reduction, into, like->array, like->n_index, like->index,
        combine_values(v, sum,
            value_load(v, like->array, like->n_index, like->index, like->range),
            load_partial(v, sum->partial, at, like->range)))
        ->guard = sum->guard;
}

/* What is left is added to the elements. */
static void add_end(struct reduction *reduction, struct loop_node *into)
{
    struct loop_node *loop = NULL;

    for (int64_t half = INT64_C(1) << 20; half > 0; half /= 2)
        if (half < reduction->n_threads) {
            add_half(reduction, into, half);
            reduction->n_threads = half;
        }
    for (int i = 0; i < reduction->sums.n; i++) {
        bool is_alike = i > 0;

        for (int k = 0; is_alike && k < reduction->sums.at[i].movers.n; k++)
            is_alike = reduction->sums.at[i].movers.at[k] ==
                       reduction->sums.at[i - 1].movers.at[k];
        if (!is_alike)
            loop = new_movers(reduction, into, &reduction->sums.at[i].movers);
        add_to_element(reduction, loop, &reduction->sums.at[i]);
    }
}

/* ---- Blocks -------------------------------------------------------------- */

/* Append a child of what a block runs, with its sums around it. */
static void rewrite_child(struct reduction *reduction, struct loop_node *into,
    struct loop_node *child)
{
    struct arena *arena = reduction->v->arena;

    reduction->sums.n = 0;
    reduction->n_threads = 0;
    reduction->n_elements = 0;
    reduction->is_touched =
        ARENA_ARRAY(arena, reduction->program->n_arrays, bool);
    note_touched(reduction, child);
    redirect_below(reduction, child);
    for (int i = 0; i < reduction->sums.n; i++)
        reduction->sums.at[i].partial->extents[0] = affine_constant(
            reduction->v, reduction->n_threads * reduction->n_elements);
    if (reduction->sums.n)
        add_start(reduction, into);
    loop_add(arena, into, child);
    if (reduction->sums.n)
        add_end(reduction, into);
}

/* Sums in what a block runs: those of a child as a whole first. */
static void rewrite_block(struct reduction *reduction, struct loop_node *node)
{
    int n = node->n_children;
    struct loop_node **children = node->children;

    node->n_children = 0;
    node->children = NULL;
    for (int i = 0; i < n; i++) {
        rewrite_child(reduction, node, children[i]);
        if (children[i]->kind != LOOP_ASSIGN &&
            children[i]->mode != LOOP_THREAD)
            rewrite_block(reduction, children[i]);
    }
}

bool loop_reduce(struct compilation *c, const struct schedule *schedule,
    struct loop_program *program)
{
    struct reduction reduction = {
        .schedule = schedule, .program = program, .v = program->values};
    int n = 0;
    struct loop_section *sections = loop_list_sections(c->arena, program, &n);

    model_begin_phase(schedule->model, "sums over threads");
    for (int i = 0; i < n; i++) {
        reduction.block = sections[i].loops[sections[i].n_loops - 1];
        if (!sections[i].is_flat)
            rewrite_block(&reduction, (struct loop_node *)reduction.block);
    }
    if (!model_end_phase(schedule->model, program->kernel->name_range))
        return false;
    if (!reduction.failed)
        return loop_check_stack(c, program);
    diag_error(c->diag, program->kernel->name_range, DIAG_E0413,
        "threads sum up elements, and how many threads there are is not known "
        "when compiling, or which of them add to the same one");
    diag_hint(
        c->diag, "Tile the loop over threads first; unroll loops inside.");
    return false;
}
