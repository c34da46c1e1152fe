/* Scan a schedule tree: a FOR for every loop, a guarded ASSIGN for every
 * statement.
 *
 * For each statement isl gives the set of its instances in terms of the loops
 * around it. A vectorised loop stands in that set twice: as the position p0
 * where a vector starts, in its place among the loops, and as the point p
 * within p0 .. p0+V-1, innermost. The bounds of a loop are the hull of what
 * all statements below need; what the bounds of all loops around a statement
 * do not say already is its guard, so that the scan is exact whatever hulls
 * and vectors add. */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <stdlib.h>

/* A statement of the schedule: the loops around it, its instances with a
 * dimension per loop (and one more for the point when a loop is
 * vectorised), and "points": the same with the point in the vector loop's
 * place. "vector" is the vectorised loop's depth, -1 if none. */
struct leaf {
    const struct model_statement *statement;
    struct schedule_nodes loops;
    int vector;
    isl_set *instances;
    isl_set *points;
};

/* The state of a scan. "leaves" by statement id; "known" is what the bounds
 * of the loops entered so far say. "dimensions" are the forms of the loop
 * variables entered, "lane" that of the vector loop entered, "depth" how
 * many loops. */
struct scan {
    struct compilation *c;
    const struct schedule *schedule;
    struct model *model;
    struct value_context *v;
    struct loop_program *program;
    struct leaf *leaves;
    bool *rewrites; /* by statement id: writes what has a value already */
    isl_set *known;
    int depth;
    const struct affine *dimensions[64];
    const struct variable *lane;
    int vector;
    bool failed;
};

/* ---- Instances ----------------------------------------------------------- */

/* { S[i...] -> [c0, c1, ...] }: coordinates of the loops, the vectorised one
 * last. */
static __isl_give isl_map *get_coordinates(
    struct scan *scan, const struct leaf *leaf)
{
    isl_map *map = NULL;

    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < leaf->loops.n; i++) {
            isl_map *one;

            if ((i == leaf->vector) != (pass == 1))
                continue;
            one = isl_map_from_pw_aff(model_affine_to_isl(scan->model,
                leaf->loops.at[i]->coordinates[leaf->statement->id],
                leaf->statement));
            map = map ? isl_map_flat_range_product(map, one) : one;
        }
    return map;
}

/* Relate a vector's position at "place" with its point, the last dimension:
 * place <= point <= place + n_lanes - 1. */
static __isl_give isl_set *limit_lanes(
    __isl_take isl_set *set, int place, int n_lanes)
{
    int last = (int)isl_set_dim(set, isl_dim_set) - 1;
    isl_local_space *space = isl_local_space_from_space(isl_set_get_space(set));
    isl_constraint *low =
        isl_constraint_alloc_inequality(isl_local_space_copy(space));
    isl_constraint *high = isl_constraint_alloc_inequality(space);

    low = isl_constraint_set_coefficient_si(low, isl_dim_set, last, 1);
    low = isl_constraint_set_coefficient_si(low, isl_dim_set, place, -1);
    high = isl_constraint_set_coefficient_si(high, isl_dim_set, last, -1);
    high = isl_constraint_set_coefficient_si(high, isl_dim_set, place, 1);
    high = isl_constraint_set_constant_si(high, n_lanes - 1);
    set = isl_set_add_constraint(set, low);
    return isl_set_add_constraint(set, high);
}

/* Swap the point, last, into the place of its loop. */
static __isl_give isl_set *move_point(__isl_take isl_set *set, int from, int to)
{
    isl_map *map = isl_map_from_range(set);

    map = isl_map_move_dims(map, isl_dim_in, 0, isl_dim_out, from, 1);
    map = isl_map_move_dims(map, isl_dim_out, to, isl_dim_in, 0, 1);
    return isl_map_range(map);
}

/* The instances of one statement. */
static void build_leaf(struct scan *scan, struct schedule_node *node)
{
    struct leaf *leaf = &scan->leaves[node->statement->id];
    isl_map *map;
    isl_set *set;
    isl_set *domain;

    leaf->statement = node->statement;
    leaf->loops =
        schedule_loops_around((struct schedule *)scan->schedule, node);
    leaf->vector = -1;
    for (int i = 0; i < leaf->loops.n; i++)
        if (leaf->loops.at[i]->n_lanes > 1)
            leaf->vector = i;
    domain = isl_set_intersect_params(isl_set_copy(leaf->statement->domain),
        isl_set_copy(scan->model->context));
    map = get_coordinates(scan, leaf);
    if (!map) {
        set = isl_set_from_params(isl_set_params(domain));
        leaf->points = isl_set_copy(set);
        leaf->instances = set;
        return;
    }
    set = isl_map_range(isl_map_intersect_domain(map, domain));
    set = isl_set_reset_tuple_id(set);
    if (leaf->vector < 0) {
        leaf->points = isl_set_copy(set);
        leaf->instances = set;
        return;
    }
    leaf->points =
        move_point(isl_set_copy(set), leaf->loops.n - 1, leaf->vector);
    set = isl_set_insert_dims(set, isl_dim_set, (unsigned)leaf->vector, 1);
    leaf->instances =
        limit_lanes(set, leaf->vector, leaf->loops.at[leaf->vector]->n_lanes);
}

/* ---- Loops --------------------------------------------------------------- */

/* What the statements below need of the first depth+1 dimensions. For the
 * vector loop itself: of its points. */
static __isl_give isl_set *get_footprint(
    struct scan *scan, struct schedule_node *loop)
{
    struct schedule_nodes leaves =
        schedule_leaves((struct schedule *)scan->schedule, loop);
    isl_set *all = NULL;
    unsigned keep = (unsigned)scan->depth + 1;

    for (int i = 0; i < leaves.n; i++) {
        struct leaf *leaf = &scan->leaves[leaves.at[i]->statement->id];
        isl_set *set =
            isl_set_copy(loop->n_lanes > 1 ? leaf->points : leaf->instances);
        unsigned n = (unsigned)isl_set_dim(set, isl_dim_set);

        set = isl_set_project_out(set, isl_dim_set, keep, n - keep);
        all = all ? isl_set_union(all, set) : set;
    }
    return isl_set_coalesce(all);
}

/* The constraints of a hull that bound the last dimension and are not known
 * already. */
static __isl_give isl_basic_set *keep_bounds(
    struct scan *scan, __isl_take isl_basic_set *hull)
{
    unsigned d = (unsigned)scan->depth;
    isl_set *known =
        isl_set_add_dims(isl_set_copy(scan->known), isl_dim_set, 1);

    hull = isl_basic_set_remove_divs_involving_dims(hull, isl_dim_set, d, 1);
    hull = isl_basic_set_gist(hull, isl_set_simple_hull(known));
    hull = isl_basic_set_drop_constraints_not_involving_dims(
        hull, isl_dim_set, d, 1);
    /* Only an intersection leaves constraints that may be enumerated. */
    return isl_basic_set_intersect(
        hull, isl_basic_set_universe(isl_basic_set_get_space(hull)));
}

/* The bounds a footprint gives the loop entered; false if it has none. The
 * simple hull misses constraints that only the union of all parts implies:
 * then the exact one is worth its price. */
static bool find_bounds(struct scan *scan, __isl_take isl_set *footprint,
    isl_basic_set **hull, struct loop_bounds *bounds)
{
    bool found;

    footprint = isl_set_remove_unknown_divs(footprint);
    footprint = isl_set_remove_divs_involving_dims(
        footprint, isl_dim_set, (unsigned)scan->depth, 1);
    *hull = keep_bounds(scan, isl_set_simple_hull(isl_set_copy(footprint)));
    found = loop_bounds_from_isl(
        scan->model, *hull, scan->depth, scan->dimensions, bounds);
    if (!found && isl_basic_set_is_empty(*hull) == isl_bool_false) {
        isl_basic_set_free(*hull);
        *hull =
            keep_bounds(scan, isl_set_polyhedral_hull(isl_set_copy(footprint)));
        found = loop_bounds_from_isl(
            scan->model, *hull, scan->depth, scan->dimensions, bounds);
    }
    isl_set_free(footprint);
    return found;
}

/* Is every term of the form a multiple of "factor"? */
static bool is_multiple(const struct affine *affine, int64_t factor)
{
    if (affine->constant % factor)
        return false;
    for (int i = 0; i < affine->n_terms; i++)
        if (affine->terms[i].coefficient % factor &&
            affine->terms[i].variable->multiple % factor)
            return false;
    return true;
}

/* Does any array have a blocked layout (and so gain from known multiples)? */
static bool has_blocks(const struct model *model)
{
    for (int i = 0; i < model->n_arrays; i++)
        for (int j = 0; j < model->arrays[i]->n_axes; j++)
            if (model->arrays[i]->axes[j].block)
                return true;
    return false;
}

/* Bounds of a completely unrolled loop: constants, so that the guards below
 * say the rest. */
static void set_constant_bounds(struct scan *scan,
    const struct schedule_node *origin, struct loop_bounds *bounds,
    isl_basic_set **hull)
{
    struct value_context *v = scan->v;
    int64_t first = 0;
    int64_t last = -1;
    isl_space *space = isl_basic_set_get_space(*hull);

    if (!schedule_constant_range(scan->schedule, origin, &first, &last))
        return;
    bounds->n_lower = 1;
    bounds->n_upper = 1;
    bounds->lower = ARENA_ARRAY(v->arena, 1, const struct affine *);
    bounds->upper = ARENA_ARRAY(v->arena, 1, const struct affine *);
    bounds->lower[0] = affine_constant(v, first);
    bounds->upper[0] = affine_constant(v, last + 1);
    isl_basic_set_free(*hull);
    *hull = isl_basic_set_universe(space);
    *hull = isl_basic_set_lower_bound_val(*hull, isl_dim_set,
        (unsigned)scan->depth, isl_val_int_from_si(scan->model->ctx, first));
    *hull = isl_basic_set_upper_bound_val(*hull, isl_dim_set,
        (unsigned)scan->depth, isl_val_int_from_si(scan->model->ctx, last));
}

static void scan_node(
    struct scan *scan, struct schedule_node *node, struct loop_node *into);

/* How a loop runs. */
static enum loop_mode get_mode(const struct schedule_node *origin)
{
    if (origin->is_block)
        return LOOP_BLOCK;
    if (origin->is_thread)
        return LOOP_THREAD;
    return origin->is_parallel ? LOOP_PARALLEL : LOOP_SERIAL;
}

/* The FOR of a loop, without a body. */
static struct loop_node *make_for(struct scan *scan,
    const struct schedule_node *origin, const struct loop_bounds *bounds)
{
    struct value_context *v = scan->v;
    struct loop_node *loop = loop_node_new(v->arena, LOOP_FOR, origin->range);
    int64_t multiple = 1;

    loop->n_lower = bounds->n_lower;
    loop->lower = bounds->lower;
    loop->n_upper = bounds->n_upper;
    loop->upper = bounds->upper;
    loop->step = origin->n_lanes;
    loop->n_lanes = origin->n_lanes;
    loop->jam = origin->jam;
    loop->origin = origin;
    loop->mode = get_mode(origin);
    if (origin->n_lanes > 1 && has_blocks(scan->model))
        multiple = origin->n_lanes;
    for (int i = 0; i < bounds->n_lower; i++)
        if (!is_multiple(bounds->lower[i], multiple))
            multiple = 1;
    loop->variable = variable_new_loop(v, origin->name, multiple);
    return loop;
}

/* The children of a loop into its FOR, with what "hull" says in "known". The
 * scan is as before afterwards. */
static void scan_body(struct scan *scan, const struct schedule_node *origin,
    struct loop_node *loop, __isl_take isl_basic_set *hull)
{
    isl_set *outside = scan->known;
    const struct variable *lane = scan->lane;
    int vector = scan->vector;

    if (origin->n_lanes > 1) {
        scan->lane = variable_new_lane(scan->v, origin->n_lanes);
        scan->vector = scan->depth;
    }
    scan->known = isl_set_intersect(
        isl_set_add_dims(isl_set_copy(outside), isl_dim_set, 1),
        isl_set_from_basic_set(hull));
    scan->dimensions[scan->depth++] = affine_variable(scan->v, loop->variable);
    for (int i = 0; i < origin->n_children; i++)
        scan_node(scan, origin->children[i], loop);
    scan->depth--;
    isl_set_free(scan->known);
    scan->known = outside;
    scan->lane = lane;
    scan->vector = vector;
}

/* How many loops directly around this one are mapped to blocks, or threads, as
 * it is: all are counted as one, so its bounds may not depend on them. */
static unsigned count_region(const struct schedule_node *origin)
{
    enum loop_mode mode = get_mode(origin);
    unsigned n = 0;

    if (mode != LOOP_BLOCK && mode != LOOP_THREAD)
        return 0;
    while (origin->parent && origin->parent->kind == SCHEDULE_LOOP &&
           get_mode(origin->parent) == mode) {
        origin = origin->parent;
        n++;
    }
    return n;
}

/* Enter a loop: its FOR and its body; nothing if it never runs. Sets "failed"
 * where isl knows no bounds. */
static void scan_loop(
    struct scan *scan, struct schedule_node *origin, struct loop_node *into)
{
    struct loop_node *loop;
    isl_basic_set *hull = NULL;
    struct loop_bounds bounds = {0};
    isl_set *footprint = get_footprint(scan, origin);
    unsigned n_region = count_region(origin);

    footprint = isl_set_eliminate(
        footprint, isl_dim_set, (unsigned)scan->depth - n_region, n_region);
    if (isl_set_is_empty(footprint) == isl_bool_true) {
        isl_set_free(footprint);
        return;
    }
    if (!find_bounds(scan, footprint, &hull, &bounds)) {
        scan->failed = true;
        isl_basic_set_free(hull);
        return;
    }
    if (origin->is_unrolled)
        set_constant_bounds(scan, origin, &bounds, &hull);
    loop = make_for(scan, origin, &bounds);
    loop_add(scan->v->arena, into, loop);
    scan_body(scan, origin, loop, hull);
}

/* ---- Statements ---------------------------------------------------------- */

/* Iterators of the statement as forms of the loops entered. */
static struct substitution get_iterators(
    struct scan *scan, const struct leaf *leaf)
{
    struct arena *arena = scan->v->arena;
    const struct model_statement *statement = leaf->statement;
    const struct variable **from =
        ARENA_ARRAY(arena, leaf->loops.n, const struct variable *);
    const struct affine **to =
        ARENA_ARRAY(arena, leaf->loops.n, const struct affine *);
    const struct affine **forms =
        ARENA_ARRAY(arena, statement->n_iterators, const struct affine *);
    struct substitution loops = {leaf->loops.n, from, to};

    for (int i = 0; i < leaf->loops.n; i++) {
        from[i] = leaf->loops.at[i]->variable;
        to[i] = scan->dimensions[i];
        if (i == leaf->vector)
            to[i] = affine_add(
                scan->v, to[i], affine_variable(scan->v, scan->lane));
    }
    for (int i = 0; i < statement->n_iterators; i++)
        forms[i] = affine_substitute(
            scan->v, scan->schedule->inverse[statement->id][i], &loops);
    return (struct substitution){
        statement->n_iterators, statement->iterators, forms};
}

/* The part of the statement's constraints that the loops do not ensure. */
static bool get_guard(
    struct scan *scan, const struct leaf *leaf, const struct guard **guard)
{
    isl_set *known = isl_set_copy(scan->known);
    const struct affine *dimensions[65];
    isl_set *rest;
    bool ok;

    for (int i = 0; i < scan->depth; i++)
        dimensions[i] = scan->dimensions[i];
    if (leaf->vector >= 0) {
        known = isl_set_add_dims(known, isl_dim_set, 1);
        known = limit_lanes(
            known, leaf->vector, leaf->loops.at[leaf->vector]->n_lanes);
        dimensions[scan->depth] =
            affine_add(scan->v, scan->dimensions[leaf->vector],
                affine_variable(scan->v, scan->lane));
    }
    rest = isl_set_compute_divs(
        isl_set_gist(isl_set_copy(leaf->instances), known));
    ok = loop_guard_from_isl(scan->model, rest, dimensions, guard);
    isl_set_free(rest);
    return ok;
}

/* A uniform target updated by every lane: keep the operand alone; the loop IR
 * combines the lanes. */
static void set_reduce(struct scan *scan, struct loop_node *node,
    const struct model_statement *statement)
{
    const struct value *value = node->value;

    for (int i = 0; i < node->n_index; i++)
        if (affine_has(node->index[i], node->lane))
            return;
    if (statement->update == MODEL_SET)
        return;
    while (value->kind == VALUE_CONVERT)
        value = value->operands[0];
    node->reduce = statement->update;
    if (value->operation == VALUE_FMA)
        node->value = value_operation2(
            scan->v, VALUE_MULTIPLY, value->operands[0], value->operands[1]);
    else
        node->value = value->operands[1];
}

/* Are functions made of what the machine computes approximately? */
static bool is_fast(const struct scan *scan)
{
    const struct machine *machine = scan->schedule->machine;

    return machine && machine->gpu && scan->c->options.fp != FP_STRICT;
}

/* A guarded assignment for a statement. */
static void scan_statement(
    struct scan *scan, struct schedule_node *origin, struct loop_node *into)
{
    struct value_context *v = scan->v;
    const struct leaf *leaf = &scan->leaves[origin->statement->id];
    const struct model_statement *statement = leaf->statement;
    struct substitution iterators = get_iterators(scan, leaf);
    struct loop_node *node =
        loop_node_new(v->arena, LOOP_ASSIGN, statement->range);
    int n = statement->target->n_dimensions;
    const struct affine **index =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    if (!get_guard(scan, leaf, &node->guard)) {
        scan->failed = true;
        return;
    }
    if (node->guard && guard_is_false(node->guard))
        return;
    for (int i = 0; i < n; i++)
        index[i] = affine_substitute(v, statement->index[i], &iterators);
    node->array = statement->target;
    node->n_index = n;
    node->index = index;
    node->value = value_substitute(v, statement->value, &iterators);
    node->lane = scan->lane;
    node->statement_id = statement->id;
    node->is_first = statement->target->kind == ARRAY_PRIVATE &&
                     !scan->rewrites[statement->id];
    if (node->lane)
        set_reduce(scan, node, statement);
    node->value = value_expand(v, node->value, is_fast(scan));
    loop_add(v->arena, into, node);
}

/* One node of the tree and what is below. */
static void scan_node(
    struct scan *scan, struct schedule_node *node, struct loop_node *into)
{
    if (scan->failed)
        return;
    switch (node->kind) {
    case SCHEDULE_LOOP:
        scan_loop(scan, node, into);
        return;
    case SCHEDULE_SEQUENCE:
        for (int i = 0; i < node->n_children; i++)
            scan_node(scan, node->children[i], into);
        return;
    case SCHEDULE_STATEMENT:
        scan_statement(scan, node, into);
        return;
    }
}

/* ---- The program --------------------------------------------------------- */

/* A vector loop that runs once is run as a scalar; and one whose statements
 * write one place without being a reduction that may be reordered: it can
 * only have one iteration. */
static void drop_empty_vectors(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes leaves = {0};

    for (int i = 0; i < node->n_children; i++)
        drop_empty_vectors(schedule, node->children[i]);
    if (node->kind != SCHEDULE_LOOP || node->n_lanes == 1)
        return;
    leaves = schedule_leaves(schedule, node);
    if (schedule_largest_extent(schedule, node) == 1)
        node->n_lanes = 1;
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        bool varies = schedule_is_reorderable(schedule, statement);

        for (int j = 0; j < statement->target->n_dimensions; j++)
            varies = varies || affine_has(schedule_in_loops(schedule, statement,
                                              statement->index[j]),
                                   node->variable);
        if (!varies)
            node->n_lanes = 1;
    }
}

/* The program without a body. */
static struct loop_program *new_program(struct scan *scan)
{
    struct model *model = scan->model;
    struct arena *arena = scan->c->arena;
    struct loop_program *program = ARENA_NEW(arena, struct loop_program);

    program->name = model->kernel->name;
    program->kernel = model->kernel;
    program->n_threads = scan->schedule->n_threads;
    program->in_registers = scan->schedule->in_registers;
    program->has_no_shifts =
        scan->schedule->point.windows == SCHEDULE_WINDOWS_LOADS;
    program->prefetch_bytes = scan->schedule->point.prefetch_bytes;
    program->is_streamed = scan->schedule->is_streamed;
    program->machine = scan->schedule->machine;
    program->values = model->values;
    program->n_parameters = model->n_parameters;
    program->parameters = model->parameters;
    program->declared = model->declared;
    program->n_requires = model->n_requires;
    program->requires = model->requires;
    program->n_given = model->n_given;
    program->large = model->large;
    program->large_bytes = model->large_bytes;
    program->n_arrays = model->n_arrays;
    program->arrays = ARENA_ARRAY(arena, model->n_arrays, struct array *);
    for (int i = 0; i < model->n_arrays; i++)
        program->arrays[i] = model->arrays[i];
    program->body = loop_node_new(arena, LOOP_SEQUENCE, model->kernel->range);
    program->fused =
        scan->c->options.fp != FP_STRICT && scan->schedule->machine->has_fma;
    return program;
}

/* Note the statement a dependence leads to; takes the map. */
static isl_stat note_rewrite(__isl_take isl_map *map, void *user)
{
    struct scan *scan = user;
    const char *name = isl_map_get_tuple_name(map, isl_dim_out);

    if (name)
        scan->rewrites[atoi(name + 1)] = true;
    isl_map_free(map);
    return isl_stat_ok;
}

/* Numbers are too large for loops to count, or the fault is ours. */
static void report_failure(const struct scan *scan)
{
    struct diag *diag = scan->c->diag;
    struct source_range range = scan->model->kernel->name_range;
    const char *name = scan->program->name->text;

    if (scan->v->overflow)
        diag_error(diag, range, DIAG_E0103,
            "a number in the loops of kernel '%s' does not fit 62 bits", name);
    else
        diag_internal(diag, range, "a loop of kernel '%s' has no bounds", name);
}

struct loop_program *loop_scan(
    struct compilation *c, const struct schedule *schedule)
{
    struct model *model = schedule->model;
    struct scan scan = {.c = c,
        .schedule = schedule,
        .model = model,
        .v = model->values,
        .vector = -1};
    struct schedule_nodes leaves;

    model_begin_phase(model, "scanning the schedule");
    drop_empty_vectors((struct schedule *)schedule, schedule->root);
    leaves = schedule_leaves((struct schedule *)schedule, schedule->root);
    scan.program = new_program(&scan);
    scan.leaves = ARENA_ARRAY(c->arena, model->n_statements, struct leaf);
    scan.rewrites = ARENA_ARRAY(c->arena, model->n_statements, bool);
    isl_union_map_foreach_map(model->output, note_rewrite, &scan);
    for (int i = 0; i < leaves.n; i++)
        build_leaf(&scan, leaves.at[i]);
    scan.known = isl_set_from_params(isl_set_copy(model->context));
    scan_node(&scan, schedule->root, scan.program->body);
    isl_set_free(scan.known);
    for (int i = 0; i < model->n_statements; i++) {
        isl_set_free(scan.leaves[i].instances);
        isl_set_free(scan.leaves[i].points);
    }
    if (!model_end_phase(model, model->kernel->name_range))
        return NULL;
    if (scan.v->overflow || scan.failed) {
        report_failure(&scan);
        return NULL;
    }
    loop_note_parallel(scan.program);
    return scan.program;
}
