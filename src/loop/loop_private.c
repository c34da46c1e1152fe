/* Private arrays (scalars of the source and of sums, one element per
 * iteration) become what their life needs: a register where all accesses lie
 * in one iteration of the loops that index them, else an array on the stack
 * over the loops that separate them. What the threads of a GPU's block hand to
 * each other becomes an array they share. */
#include "loop/loop_survey.h"

#include "base/vector.h"

/* Bytes of stack a kernel may use for arrays: 32 KiB less room for spills. */
enum { STACK_LIMIT_BYTES = 28 * 1024 };

/* One private array on its way. "scope" is the innermost node around all its
 * accesses. "base[d]" is the smallest index of dimension d inside the scope
 * and "extents[d]" how many there are; "kept[d]" if more than one. "lane":
 * that of a vector loop around the scope, if the array varies with it. */
struct private_array {
    struct loop_program *program;
    const struct array *from;
    const struct schedule_node *scope;
    int n_dimensions;
    bool *kept;
    const struct affine **base;
    int64_t *extents;
    const struct variable *lane;
    bool is_shared; /* by the threads of a block */
    int across;     /* the dimension that lanes inside the scope move, or -1 */
    struct array *to;
    const struct model_statement *statement; /* of the access at fault */
};

/* All arrays of the program, by id; NULL for those that are not private. */
struct conversion {
    struct compilation *c;
    const struct schedule *schedule;
    struct loop_program *program;
    struct private_array **arrays;
    VECTOR(struct loop_node *) loops; /* around the node visited */
    bool prefers_tiles; /* second attempt: bounds that loops outside move */
    bool failed;
};

/* ---- Scopes -------------------------------------------------------------- */

/* Widen the scope of an array to hold "leaf". */
static void widen_scope(
    struct private_array *array, const struct schedule_node *leaf)
{
    if (!array->scope)
        array->scope = leaf;
    while (!schedule_is_above(array->scope, leaf))
        array->scope = array->scope->parent;
}

/* A visit to the loads of one statement. */
struct scope_visit {
    struct conversion *conversion;
    const struct schedule_node *leaf;
};

/* A visit: widen the scope of an array that is read. */
static void visit_scope(const struct value *value, void *user)
{
    struct scope_visit *visit = user;
    struct private_array *array;

    if (value->kind != VALUE_LOAD)
        return;
    array = visit->conversion->arrays[value->array->id];
    if (array)
        widen_scope(array, visit->leaf);
}

/* The scopes of all private arrays. */
static void find_scopes(struct conversion *conversion)
{
    struct schedule *schedule = (struct schedule *)conversion->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        struct scope_visit visit = {conversion, leaves.at[i]};
        struct private_array *target =
            conversion->arrays[statement->target->id];

        if (target)
            widen_scope(target, leaves.at[i]);
        value_foreach(statement->value, visit_scope, &visit);
    }
}

/* ---- Dimensions that remain ---------------------------------------------- */

/* The constant distance between two forms; false if it is not constant. */
static bool get_distance(struct value_context *v, const struct affine *low,
    const struct affine *high, int64_t *distance)
{
    const struct affine *difference = affine_subtract(v, high, low);

    *distance = difference->constant;
    return affine_is_constant(difference);
}

/* The loop around the node visited, but inside the array's scope, whose
 * variable is "variable"; NULL if there is none. */
static const struct loop_node *find_inner_loop(
    const struct conversion *conversion, const struct private_array *array,
    const struct variable *variable)
{
    for (int i = 0; i < conversion->loops.n; i++)
        if (conversion->loops.at[i]->variable == variable &&
            !schedule_is_above(conversion->loops.at[i]->origin, array->scope))
            return conversion->loops.at[i];
    return NULL;
}

/* Does the form involve a loop inside the array's scope, or a lane of one? */
static bool is_inner(const struct conversion *conversion,
    const struct private_array *array, const struct affine *form)
{
    for (int i = 0; i < conversion->loops.n; i++)
        if (affine_has(form, conversion->loops.at[i]->variable) &&
            !schedule_is_above(conversion->loops.at[i]->origin, array->scope))
            return true;
    return false;
}

/* How little a lower bound is wanted: those that move with loops inside the
 * array's scope only if there are no others, and of the others, where tiles
 * are preferred, those that do not move at all. */
static int get_rank(const struct conversion *conversion,
    const struct private_array *array, const struct affine *lower)
{
    if (is_inner(conversion, array, lower))
        return 2;
    return conversion->prefers_tiles && affine_is_constant(lower);
}

static bool get_footprint(const struct conversion *conversion,
    const struct private_array *array, const struct affine *index,
    const struct affine **low, int64_t *extent);

/* Where a loop begins at the earliest and how far it is from there to its end
 * at the latest, whatever the iterations of the loops inside the array's scope
 * that its bounds move with; false if that is not known. */
static bool get_widest_range(const struct conversion *conversion,
    const struct private_array *array, const struct loop_node *loop,
    const struct affine **low, int64_t *extent)
{
    struct value_context *v = conversion->program->values;
    struct loop_nodes around = {(const struct loop_node **)conversion->loops.at,
        conversion->loops.n, conversion->loops.n};
    bool found = false;

    for (int i = 0; i < loop->n_lower; i++)
        for (int j = 0; j < loop->n_upper; j++) {
            const struct affine *first;
            const struct affine *end;
            struct loop_extremes distance;
            int64_t n;

            if (!get_footprint(conversion, array, loop->lower[i], &first, &n) ||
                !get_footprint(conversion, array, loop->upper[j], &end, &n) ||
                !loop_survey_form(v, &around, affine_subtract(v, end, first),
                    NULL, 0, &distance))
                continue;
            distance.most += n - 1;
            if (found && distance.most >= *extent)
                continue;
            *low = first;
            *extent = distance.most > 1 ? distance.most : 1;
            found = true;
        }
    return found;
}

/* The bounds of a loop whose distance is the smallest constant; false if none
 * is constant. Lanes of a vector loop stay within its bounds. */
static bool get_range(const struct conversion *conversion,
    const struct private_array *array, const struct loop_node *loop,
    const struct affine **low, int64_t *extent)
{
    bool found = false;
    int best = 0;

    for (int i = 0; i < loop->n_lower; i++)
        for (int j = 0; j < loop->n_upper; j++) {
            int rank = get_rank(conversion, array, loop->lower[i]);
            int64_t distance;

            if (!get_distance(conversion->program->values, loop->lower[i],
                    loop->upper[j], &distance))
                continue;
            distance = distance > 1 ? distance : 1;
            if (found && (rank > best || (rank == best && distance >= *extent)))
                continue;
            *low = loop->lower[i];
            *extent = distance;
            best = rank;
            found = true;
        }
    return found || get_widest_range(conversion, array, loop, low, extent);
}

/* The innermost vector loop around the node visited is inside the scope. */
static bool has_inner_lane(
    const struct conversion *conversion, const struct private_array *array)
{
    for (int i = 0; i < conversion->loops.n; i++)
        if (conversion->loops.at[i]->n_lanes > 1 &&
            !schedule_is_above(conversion->loops.at[i]->origin, array->scope))
            return true;
    return false;
}

/* The smallest value an index takes inside the scope, and from there how many
 * values; false if that is not constant. A loop's bounds may move with others
 * inside the scope, which are then looked at in their turn. */
static bool get_footprint(const struct conversion *conversion,
    const struct private_array *array, const struct affine *index,
    const struct affine **low, int64_t *extent)
{
    struct value_context *v = conversion->program->values;
    const struct affine *from = index;

    *extent = 1;
    for (int i = 0, rounds = 0; i < from->n_terms && rounds < 64; rounds++) {
        const struct variable *variable = from->terms[i].variable;
        const struct loop_node *loop =
            find_inner_loop(conversion, array, variable);
        const struct affine *first = affine_constant(v, 0);
        int64_t a = from->terms[i].coefficient;
        int64_t n = 1;
        struct substitution start = {1, &variable, &first};

        if (variable->kind == VARIABLE_LANE ? !has_inner_lane(conversion, array)
                                            : !loop) {
            i++;
            continue;
        }
        if (loop && !get_range(conversion, array, loop, &first, &n))
            return false;
        if (a < 0)
            first = affine_shift(v, first, n - 1);
        from = affine_substitute(v, from, &start);
        *extent += (a < 0 ? -a : a) * (n - 1);
        i = 0;
    }
    *low = from;
    return !is_inner(conversion, array, from) && *extent < INT32_MAX;
}

/* The index with the variables of loops that run once replaced by their only
 * value: isl did so in the bounds of others. */
static const struct affine *fix_single_iterations(
    const struct conversion *conversion, const struct affine *index)
{
    for (int i = 0; i < conversion->loops.n; i++) {
        const struct loop_node *loop = conversion->loops.at[i];
        struct substitution only = {1, &loop->variable, loop->lower};

        if (loop->n_lower == 1 && loop->n_upper == 1 && loop->step == 1 &&
            affine_is_constant(loop->lower[0]) &&
            affine_is_constant(loop->upper[0]) &&
            loop->upper[0]->constant == loop->lower[0]->constant + 1)
            index =
                affine_substitute(conversion->program->values, index, &only);
    }
    return index;
}

/* Look at one index of an access: widen what the array holds. */
static bool classify_dimension(struct conversion *conversion,
    struct private_array *array, int d, const struct affine *index)
{
    struct value_context *v = conversion->program->values;
    const struct affine *low = NULL;
    int64_t extent = 0;
    int64_t distance = 0;

    index = fix_single_iterations(conversion, index);
    if (affine_lane(index) && has_inner_lane(conversion, array))
        array->across = d;
    if (!get_footprint(conversion, array, index, &low, &extent))
        return false;
    if (affine_lane(low))
        array->lane = affine_lane(low);
    if (!array->base[d]) {
        array->base[d] = low;
        array->extents[d] = extent;
        return true;
    }
    if (!get_distance(v, array->base[d], low, &distance))
        return false;
    if (distance < 0) {
        array->base[d] = low;
        array->extents[d] -= distance;
        distance = 0;
    }
    if (distance + extent > array->extents[d])
        array->extents[d] = distance + extent;
    return true;
}

/* The statement that writes an array last. */
static const struct model_statement *find_writer(
    const struct conversion *conversion, const struct array *array)
{
    const struct model *model = conversion->schedule->model;
    const struct model_statement *writer = NULL;

    for (int i = 0; i < model->n_statements; i++)
        if (model->statements[i]->target == array)
            writer = model->statements[i];
    return writer;
}

/* The loop that moves dimension "d" of what the statement writes. */
static const char *get_loop_name(const struct model_statement *writer, int d)
{
    for (int i = 0; writer && i < writer->n_iterators; i++)
        if (affine_has(writer->index[d], writer->iterators[i]))
            return writer->iterators[i]->name->text;
    return "iteration";
}

/* E0413: the number of partial results, or the size of a copy, is not
 * known. */
static void report_unbounded(
    struct conversion *conversion, const struct private_array *array, int d)
{
    struct diag *diag = conversion->c->diag;
    const struct model_statement *writer = find_writer(conversion, array->from);
    const char *loop = get_loop_name(writer, d);

    conversion->failed = true;
    if (!conversion->prefers_tiles)
        return;
    if (writer && writer->is_copy) {
        diag_error(diag, writer->range, DIAG_E0413,
            "how much of dimension %d of %s an iteration reads is not known "
            "when compiling",
            d, writer->value->array->name->text);
        diag_hint(diag, "Stage it at a loop further inside, or tile first.");
        return;
    }
    diag_error(diag, array->from->range, DIAG_E0413,
        "the order of loops keeps a partial result of '%s' for every %s, "
        "and how many there are is not known when compiling",
        array->from->name->text, loop);
    diag_hint(
        diag, "Tile loop '%s' first and put the tile loop outside.", loop);
}

/* Is a loop around the scope of an array mapped to blocks? */
static bool is_in_block(const struct private_array *array)
{
    const struct schedule_node *node = array->scope;

    while (node && !node->is_block)
        node = node->parent;
    return node != NULL;
}

/* E0413: threads would keep partial results for one another: what a parallel
 * loop writes is read outside its iteration. Those of a block share it. */
static void check_parallel(
    struct conversion *conversion, const struct array *from)
{
    struct private_array *array = conversion->arrays[from->id];
    struct diag *diag = conversion->c->diag;

    for (int i = 0; array && i < conversion->loops.n; i++) {
        const struct loop_node *loop = conversion->loops.at[i];

        if (conversion->failed || loop->mode == LOOP_SERIAL ||
            schedule_is_above(loop->origin, array->scope))
            continue;
        if (loop->mode == LOOP_THREAD && is_in_block(array)) {
            array->is_shared = true;
            continue;
        }
        conversion->failed = true;
        diag_error(diag,
            loop->mode == LOOP_PARALLEL ? loop->origin->mode_range
                                        : loop->origin->map_range,
            DIAG_E0413,
            "the order of loops keeps partial results of '%s' from one "
            "parallel loop over %s to the next",
            from->name->text, loop->variable->name->text);
        diag_hint(diag, "Put the parallel loop outside the others.");
    }
}

/* Look at one access: widen what the array holds, dimension by dimension. */
static void classify_access(struct conversion *conversion,
    const struct array *from, int n_index, const struct affine *const *index)
{
    struct private_array *array = conversion->arrays[from->id];

    if (!array || conversion->failed)
        return;
    for (int d = 0; d < n_index; d++)
        if (!classify_dimension(conversion, array, d, index[d])) {
            report_unbounded(conversion, array, d);
            return;
        }
}

/* A visit: look at a load. */
static void classify_load(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD)
        classify_access(user, value->array, value->n_index, value->index);
}

/* Visit every access with the loops around it at hand. */
static void classify_node(struct conversion *conversion, struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN) {
        classify_access(conversion, node->array, node->n_index, node->index);
        check_parallel(conversion, node->array);
        value_foreach(node->value, classify_load, conversion);
        return;
    }
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(conversion->c->arena, &conversion->loops, node);
    for (int i = 0; i < node->n_children; i++)
        classify_node(conversion, node->children[i]);
    if (node->kind == LOOP_FOR)
        conversion->loops.n--;
}

/* ---- Replacement --------------------------------------------------------- */

/* The dimension at place "i" of the order a directive gave the array; else the
 * i-th, the one that lanes move last, so that vectors are contiguous. */
static int get_dimension(const struct private_array *array, int i)
{
    bool is_ordered = false;

    for (int j = 0; j < array->from->n_axes; j++)
        is_ordered = is_ordered || array->from->axes[j].dimension != j;
    if (is_ordered)
        return array->from->axes[i].dimension;
    if (array->across < 0 || i < array->across)
        return i;
    return i == array->n_dimensions - 1 ? array->across : i + 1;
}

/* The extents of the dimensions that remain. */
static void set_extents(
    struct value_context *v, struct private_array *array, struct array *to)
{
    to->extents =
        ARENA_ARRAY(v->arena, array->n_dimensions + 1, const struct affine *);
    for (int i = 0; i < array->n_dimensions; i++) {
        int d = get_dimension(array, i);

        array->kept[d] = array->extents[d] > 1;
        if (!array->kept[d])
            continue;
        to->extents[to->n_dimensions++] = affine_constant(v, array->extents[d]);
    }
}

/* The register or stack array in place of a private one. */
static void make_array(
    struct conversion *conversion, struct private_array *array)
{
    struct value_context *v = conversion->program->values;
    struct array *to = loop_new_array(conversion->program, array->from);

    to->n_dimensions = 0;
    set_extents(v, array, to);
    to->kind = to->n_dimensions ? ARRAY_STACK : ARRAY_REGISTER;
    to->n_lanes = array->lane ? array->lane->n_lanes : 1;
    if (array->is_shared)
        to->kind = ARRAY_SHARED;
    if (array->is_shared && !to->n_dimensions)
        to->extents[to->n_dimensions++] = affine_constant(v, 1);
    if (to->kind == ARRAY_STACK && array->lane)
        to->extents[to->n_dimensions++] =
            affine_constant(v, array->lane->n_lanes);
    array_set_plain_axes(v, to);
    conversion->program->scopes[to->id] = array->scope;
    array->to = to;
}

/* The index into the new array for an index into the old one. */
static const struct affine *const *convert_index(struct value_context *v,
    const struct private_array *array, const struct affine *const *index)
{
    const struct affine **to =
        ARENA_ARRAY(v->arena, array->n_dimensions + 1, const struct affine *);
    int n = 0;

    for (int i = 0; i < array->n_dimensions; i++) {
        int d = get_dimension(array, i);

        if (array->kept[d])
            to[n++] = affine_subtract(v, index[d], array->base[d]);
    }
    if (n && array->lane)
        to[n++] = affine_variable(v, array->lane);
    if (!n)
        to[n] = affine_constant(v, 0);
    return to;
}

/* A load of a private array becomes one of what stands for it. */
static const struct value *convert_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct conversion *conversion = user;
    struct private_array *array;

    if (value->kind != VALUE_LOAD)
        return value;
    array = value->array->id < conversion->schedule->model->n_arrays
                ? conversion->arrays[value->array->id]
                : NULL;
    if (!array)
        return value;
    return value_load(v, array->to, array->to->n_dimensions,
        convert_index(v, array, value->index), value->range);
}

/* A visit: loads and target of an assignment. */
static void convert_node(struct loop_node *node, void *user)
{
    struct conversion *conversion = user;
    struct value_context *v = conversion->program->values;
    struct private_array *array;

    if (node->kind != LOOP_ASSIGN)
        return;
    node->value = value_map(v, node->value, convert_load, conversion);
    array = conversion->arrays[node->array->id];
    if (!array)
        return;
    node->index = convert_index(v, array, node->index);
    node->n_index = array->to->n_dimensions;
    node->array = array->to;
}

/* Drop the private arrays from the program's list; ids become positions
 * again. */
static void compact_arrays(struct loop_program *program)
{
    int n = 0;

    for (int i = 0; i < program->n_arrays; i++) {
        if (program->arrays[i]->kind == ARRAY_PRIVATE)
            continue;
        program->scopes[n] = program->scopes[i];
        program->arrays[n] = program->arrays[i];
        if (program->arrays[n]->kind == ARRAY_REGISTER ||
            program->arrays[n]->kind == ARRAY_STACK ||
            program->arrays[n]->kind == ARRAY_SHARED)
            program->arrays[n]->id = n;
        n++;
    }
    program->n_arrays = n;
}

/* A record for every private array. */
static void start_conversion(struct conversion *conversion)
{
    struct loop_program *program = conversion->program;
    struct arena *arena = conversion->c->arena;

    conversion->arrays =
        ARENA_ARRAY(arena, program->n_arrays, struct private_array *);
    program->scopes =
        ARENA_ARRAY(arena, program->n_arrays, const struct schedule_node *);
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *from = program->arrays[i];
        struct private_array *array;

        if (from->kind != ARRAY_PRIVATE)
            continue;
        array = ARENA_NEW(arena, struct private_array);
        array->program = program;
        array->from = from;
        array->n_dimensions = from->n_dimensions;
        array->across = -1;
        array->kept = ARENA_ARRAY(arena, from->n_dimensions, bool);
        array->base =
            ARENA_ARRAY(arena, from->n_dimensions, const struct affine *);
        array->extents = ARENA_ARRAY(arena, from->n_dimensions, int64_t);
        conversion->arrays[i] = array;
    }
}

bool loop_private(struct compilation *c, const struct schedule *schedule,
    struct loop_program *program)
{
    struct conversion conversion = {
        .c = c, .schedule = schedule, .program = program};
    int n_errors = diag_n_errors(c->diag);
    int n = program->n_arrays;

    for (int i = 0; i < 2; i++) {
        conversion.prefers_tiles = i > 0;
        conversion.failed = false;
        conversion.loops.n = 0;
        start_conversion(&conversion);
        find_scopes(&conversion);
        classify_node(&conversion, program->body);
        if (!conversion.failed || diag_n_errors(c->diag) > n_errors)
            break;
    }
    for (int i = 0; i < n && !conversion.failed; i++)
        if (conversion.arrays[i])
            make_array(&conversion, conversion.arrays[i]);
    if (conversion.failed)
        return false;
    loop_foreach(program->body, convert_node, &conversion);
    compact_arrays(program);
    return loop_check_stack(c, program);
}

/* The bytes of an array of constant extents; INT32_MAX stands for more. */
static int64_t get_stack_bytes(const struct array *array)
{
    int64_t n = dtype_bits(array->type) / 8;

    for (int i = 0; i < array->n_dimensions; i++)
        if (__builtin_mul_overflow(n, array->extents[i]->constant, &n) ||
            n > INT32_MAX)
            return INT32_MAX;
    return n;
}

/* E0503: more shared memory than a block has. */
static bool check_shared(
    struct compilation *c, const struct loop_program *program)
{
    const struct machine_gpu *gpu =
        program->machine ? program->machine->gpu : NULL;
    const struct array *largest = NULL;

    if (!gpu || program->shared_bytes <= gpu->block_shared_bytes)
        return true;
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->kind == ARRAY_SHARED &&
            (!largest ||
                get_stack_bytes(program->arrays[i]) > get_stack_bytes(largest)))
            largest = program->arrays[i];
    diag_error(c->diag, largest->range, DIAG_E0503,
        "the threads of a block share %lld bytes, %lld of them for %s; the "
        "limit of %s is %d",
        (long long)program->shared_bytes, (long long)get_stack_bytes(largest),
        largest->name->text, program->machine->level, gpu->block_shared_bytes);
    return false;
}

int64_t loop_count_room(const struct loop_program *program)
{
    int64_t room = STACK_LIMIT_BYTES;

    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->kind == ARRAY_STACK)
            room -= get_stack_bytes(program->arrays[i]);
    return room;
}

int64_t loop_count_bytes(const struct loop_program *program)
{
    return array_count_bytes(
        program->values, program->n_arrays, program->arrays);
}

bool loop_check_stack(struct compilation *c, struct loop_program *program)
{
    program->stack_bytes = 0;
    program->shared_bytes = 0;
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->kind == ARRAY_STACK)
            program->stack_bytes += get_stack_bytes(program->arrays[i]);
        else if (program->arrays[i]->kind == ARRAY_SHARED)
            program->shared_bytes +=
                (get_stack_bytes(program->arrays[i]) + 15) / 16 * 16;
    if (!check_shared(c, program))
        return false;
    if (program->stack_bytes <= STACK_LIMIT_BYTES)
        return true;
    diag_error(c->diag, program->kernel->name_range, DIAG_E0503,
        "partial results need %lld bytes of stack, the limit is %d",
        (long long)program->stack_bytes, STACK_LIMIT_BYTES);
    return false;
}
