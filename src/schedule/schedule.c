#include "schedule/schedule.h"

#include "base/vector.h"

#include <string.h>

struct schedule_node *schedule_node_new(struct schedule *schedule,
    enum schedule_node_kind kind, struct source_range range)
{
    struct schedule_node *node =
        ARENA_NEW(schedule->c->arena, struct schedule_node);

    node->kind = kind;
    node->range = range;
    node->n_lanes = 1;
    node->jam = 1;
    node->n_buffers = 1;
    if (kind == SCHEDULE_LOOP)
        node->coordinates = ARENA_ARRAY(schedule->c->arena,
            schedule->model->n_statements, const struct affine *);
    return node;
}

void schedule_node_add(struct schedule *schedule, struct schedule_node *parent,
    struct schedule_node *child)
{
    int n = parent->n_children;
    struct schedule_node **children =
        ARENA_ARRAY(schedule->c->arena, n + 1, struct schedule_node *);

    for (int i = 0; i < n; i++)
        children[i] = parent->children[i];
    children[n] = child;
    parent->children = children;
    parent->n_children = n + 1;
    child->parent = parent;
}

void schedule_node_replace(struct schedule *schedule,
    struct schedule_node *node, struct schedule_node *replacement)
{
    struct schedule_node *parent = node->parent;

    replacement->parent = parent;
    node->parent = NULL;
    if (!parent) {
        schedule->root = replacement;
        return;
    }
    for (int i = 0; i < parent->n_children; i++)
        if (parent->children[i] == node)
            parent->children[i] = replacement;
}

/* The copy of a model's subtree. The variable of a loop stands for the
 * iterator of all statements below. */
static struct schedule_node *copy_model_node(
    struct schedule *schedule, const struct model_node *from)
{
    static const enum schedule_node_kind kinds[] = {
        SCHEDULE_LOOP, SCHEDULE_SEQUENCE, SCHEDULE_STATEMENT};
    struct schedule_node *node =
        schedule_node_new(schedule, kinds[from->kind], from->range);

    node->name = from->name;
    if (from->statement)
        node->statement = schedule->model->statements[from->statement->id];
    if (from->kind == MODEL_LOOP)
        node->variable =
            variable_new(schedule->model->values, VARIABLE_LOOP, from->name);
    for (int i = 0; i < from->n_children; i++)
        schedule_node_add(
            schedule, node, copy_model_node(schedule, from->children[i]));
    return node;
}

/* Coordinates and inverse of one statement under the source order: each loop
 * around it is one of its iterators. */
static void set_identity(struct schedule *schedule, struct schedule_node *leaf)
{
    struct value_context *v = schedule->model->values;
    const struct model_statement *statement = leaf->statement;
    struct schedule_nodes loops = schedule_loops_around(schedule, leaf);
    const struct affine **inverse = ARENA_ARRAY(
        schedule->c->arena, statement->n_iterators + 1, const struct affine *);

    for (int i = 0; i < loops.n; i++) {
        loops.at[i]->coordinates[statement->id] =
            affine_variable(v, statement->iterators[i]);
        inverse[i] = affine_variable(v, loops.at[i]->variable);
    }
    schedule->inverse[statement->id] = inverse;
}

struct schedule *schedule_build_source_order(
    struct compilation *c, struct model *model, const struct machine *machine)
{
    struct schedule *schedule = ARENA_NEW(c->arena, struct schedule);
    struct schedule_nodes leaves;

    schedule->c = c;
    schedule->model = model;
    schedule->machine = machine;
    schedule->inverse =
        ARENA_ARRAY(c->arena, model->n_statements, const struct affine **);
    schedule->in_registers = ARENA_ARRAY(c->arena, model->n_arrays, bool);
    schedule->is_streamed = ARENA_ARRAY(c->arena, model->n_arrays, bool);
    schedule->root = copy_model_node(schedule, model->root);
    leaves = schedule_leaves(schedule, schedule->root);
    for (int i = 0; i < leaves.n; i++)
        set_identity(schedule, leaves.at[i]);
    return schedule;
}

void schedule_foreach(struct schedule_node *node,
    void (*visit)(struct schedule_node *, void *), void *user)
{
    visit(node, user);
    for (int i = 0; i < node->n_children; i++)
        schedule_foreach(node->children[i], visit, user);
}

/* Is the name these characters? */
static bool is_text(const struct name *name, const char *text, size_t length)
{
    return name && name->length == length && !memcmp(name->text, text, length);
}

/* Does any statement below the loop write the tensor called "text"? */
static bool writes_tensor(struct schedule *schedule, struct schedule_node *loop,
    const char *text, size_t length)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    for (int i = 0; i < leaves.n; i++)
        if (is_text(leaves.at[i]->statement->target->name, text, length))
            return true;
    return false;
}

bool schedule_is_named(
    struct schedule *schedule, struct schedule_node *node, const char *word)
{
    const char *dot = strchr(word, '.');
    const char *name = dot ? dot + 1 : word;

    return node->kind == SCHEDULE_LOOP &&
           is_text(node->name, name, strlen(name)) &&
           (!dot || writes_tensor(schedule, node, word, (size_t)(dot - word)));
}

/* What a search through the tree looks for, and what it found. */
struct search {
    struct schedule *schedule;
    const char *word;
    struct schedule_nodes found;
};

/* A visit: a loop the word names. */
static void match_loop(struct schedule_node *node, void *user)
{
    struct search *search = user;

    if (schedule_is_named(search->schedule, node, search->word))
        VECTOR_PUSH(search->schedule->c->arena, &search->found, node);
}

struct schedule_nodes schedule_find_loops(
    struct schedule *schedule, const char *word)
{
    struct search search = {schedule, word, {0}};

    schedule_foreach(schedule->root, match_loop, &search);
    return search.found;
}

/* A visit: a statement. */
static void match_leaf(struct schedule_node *node, void *user)
{
    struct search *search = user;

    if (node->kind == SCHEDULE_STATEMENT)
        VECTOR_PUSH(search->schedule->c->arena, &search->found, node);
}

struct schedule_nodes schedule_leaves(
    struct schedule *schedule, struct schedule_node *node)
{
    struct search search = {.schedule = schedule};

    schedule_foreach(node, match_leaf, &search);
    return search.found;
}

struct schedule_nodes schedule_loops_around(
    struct schedule *schedule, const struct schedule_node *node)
{
    struct schedule_nodes loops = {0};

    for (struct schedule_node *up = node->parent; up; up = up->parent)
        if (up->kind == SCHEDULE_LOOP)
            VECTOR_PUSH(schedule->c->arena, &loops, up);
    for (int i = 0, j = loops.n - 1; i < j; i++, j--) {
        struct schedule_node *outer = loops.at[j];
        loops.at[j] = loops.at[i];
        loops.at[i] = outer;
    }
    return loops;
}

void schedule_collect_loops(struct schedule *schedule,
    struct schedule_node *node, struct schedule_nodes *loops)
{
    if (node->kind == SCHEDULE_LOOP)
        VECTOR_PUSH(schedule->c->arena, loops, node);
    for (int i = 0; i < node->n_children; i++)
        schedule_collect_loops(schedule, node->children[i], loops);
}

bool schedule_is_above(
    const struct schedule_node *above, const struct schedule_node *node)
{
    while (node && node != above)
        node = node->parent;
    return node != NULL;
}

bool schedule_is_concurrent(const struct schedule_node *loop)
{
    return loop->is_parallel || loop->is_block || loop->is_thread;
}

bool schedule_has_inner_loop(const struct schedule_node *node)
{
    for (int i = 0; i < node->n_children; i++) {
        const struct schedule_node *child = node->children[i];

        if ((child->kind == SCHEDULE_LOOP && !child->is_unrolled) ||
            schedule_has_inner_loop(child))
            return true;
    }
    return false;
}

struct schedule_node *schedule_leaf_of(
    struct schedule *schedule, const struct model_statement *statement)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);

    for (int i = 0; i < leaves.n; i++)
        if (leaves.at[i]->statement == statement)
            return leaves.at[i];
    return NULL;
}

/* The values a loop's coordinate takes for one statement: parameters -> { [t]
 * }.
 */
static __isl_give isl_set *get_coordinates(const struct schedule *schedule,
    const struct schedule_node *loop, const struct model_statement *statement)
{
    struct model *model = schedule->model;
    isl_pw_aff *coordinate =
        model_affine_to_isl(model, loop->coordinates[statement->id], statement);
    isl_set *domain = isl_set_intersect_params(
        isl_set_copy(statement->domain), isl_set_copy(model->context));
    isl_map *map = isl_map_from_pw_aff(coordinate);

    map = isl_map_intersect_domain(map, domain);
    return isl_map_range(map);
}

/* The same, parameters projected out: { [t] }. */
static __isl_give isl_set *get_coordinate_values(
    const struct schedule *schedule, const struct schedule_node *loop,
    const struct model_statement *statement)
{
    return isl_set_project_out_all_params(
        get_coordinates(schedule, loop, statement));
}

/* One bound of a set of one dimension as an integer. */
static bool get_bound(isl_set *values, bool largest, int64_t *bound)
{
    isl_val *value = largest ? isl_set_dim_max_val(isl_set_copy(values), 0)
                             : isl_set_dim_min_val(isl_set_copy(values), 0);
    bool ok = value && isl_val_is_int(value) == isl_bool_true;

    if (ok)
        *bound = isl_val_get_num_si(value);
    isl_val_free(value);
    return ok;
}

/* The union of the values of all statements, isl's budget armed. */
static bool find_range(const struct schedule *schedule,
    const struct schedule_node *loop, int64_t *first, int64_t *last)
{
    bool ok = true;
    bool any = false;

    for (int i = 0; ok && i < schedule->model->n_statements; i++) {
        isl_set *values;
        int64_t low = 0;
        int64_t high = -1;

        if (!loop->coordinates[i])
            continue;
        values = get_coordinate_values(
            schedule, loop, schedule->model->statements[i]);
        if (isl_set_is_empty(values) == isl_bool_true) {
            isl_set_free(values);
            continue;
        }
        ok = get_bound(values, false, &low) && get_bound(values, true, &high);
        isl_set_free(values);
        *first = any && *first < low ? *first : low;
        *last = any && *last > high ? *last : high;
        any = true;
    }
    if (!any) {
        *first = 0;
        *last = -1;
    }
    return ok;
}

bool schedule_constant_range(const struct schedule *schedule,
    const struct schedule_node *loop, int64_t *first, int64_t *last)
{
    bool is_outside = schedule->model->phase == NULL;
    bool ok;

    if (is_outside)
        model_begin_phase(schedule->model, "the extent of a loop");
    ok = find_range(schedule, loop, first, last);
    if (is_outside)
        ok = model_end_phase(schedule->model, loop->range) && ok;
    return ok;
}

/* Are the values the same for all sizes with which the statement runs? */
static bool has_fixed_values(struct schedule *schedule,
    const struct schedule_node *loop, const struct model_statement *statement)
{
    isl_set *values = get_coordinates(schedule, loop, statement);
    isl_set *sizes = isl_set_params(isl_set_copy(values));
    isl_set *all = isl_set_project_out_all_params(isl_set_copy(values));
    bool is_fixed;

    all = isl_set_intersect_params(all, sizes);
    is_fixed = isl_set_is_subset(all, values) == isl_bool_true;
    isl_set_free(all);
    isl_set_free(values);
    return is_fixed;
}

bool schedule_has_fixed_range(
    struct schedule *schedule, const struct schedule_node *loop)
{
    for (int i = 0; i < schedule->model->n_statements; i++)
        if (loop->coordinates[i] &&
            !has_fixed_values(schedule, loop, schedule->model->statements[i]))
            return false;
    return true;
}

int64_t schedule_count_values(
    struct schedule *schedule, const struct schedule_node *loop)
{
    int64_t first = 0;
    int64_t last = -1;

    return schedule_constant_range(schedule, loop, &first, &last)
               ? last - first + 1
               : 0;
}

const struct affine *schedule_in_loops(const struct schedule *schedule,
    const struct model_statement *statement, const struct affine *form)
{
    struct substitution iterators = {statement->n_iterators,
        statement->iterators, schedule->inverse[statement->id]};

    return affine_substitute(schedule->model->values, form, &iterators);
}

/* { [coordinates of the loops outside] -> [the loop's own] } of a statement
 * inside it. */
static __isl_give isl_map *get_iterations(struct schedule *schedule,
    const struct schedule_node *loop, const struct model_statement *statement)
{
    struct model *model = schedule->model;
    struct schedule_nodes outer = schedule_loops_around(schedule, loop);
    isl_map *map = NULL;

    for (int i = 0; i <= outer.n; i++) {
        const struct schedule_node *at = i < outer.n ? outer.at[i] : loop;
        isl_map *one = isl_map_from_pw_aff(model_affine_to_isl(
            model, at->coordinates[statement->id], statement));
        map = map ? isl_map_flat_range_product(map, one) : one;
    }
    map = isl_map_intersect_domain(
        map, isl_set_intersect_params(isl_set_copy(statement->domain),
                 isl_set_copy(model->context)));
    map = isl_map_from_range(isl_set_reset_tuple_id(isl_map_range(map)));
    return isl_map_move_dims(
        map, isl_dim_in, 0, isl_dim_out, 0, (unsigned)outer.n);
}

int64_t schedule_largest_extent(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    isl_map *all = NULL;
    isl_set *distances;
    int64_t largest = 0;
    bool known;

    for (int i = 0; i < leaves.n; i++) {
        isl_map *one = get_iterations(schedule, loop, leaves.at[i]->statement);
        all = all ? isl_map_union(all, one) : one;
    }
    all = isl_map_apply_range(isl_map_reverse(isl_map_copy(all)), all);
    distances = isl_set_project_out_all_params(isl_map_deltas(all));
    known = isl_set_is_empty(distances) == isl_bool_false &&
            get_bound(distances, true, &largest);
    isl_set_free(distances);
    return known ? largest + 1 : 0;
}
