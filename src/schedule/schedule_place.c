#include "schedule/schedule_place.h"

#include "base/vector.h"

#include <string.h>

void schedule_own_model(struct schedule *schedule)
{
    struct schedule_nodes leaves;

    if (schedule->owns_model)
        return;
    schedule->model = model_derive(schedule->model);
    schedule->owns_model = true;
    leaves = schedule_leaves(schedule, schedule->root);
    for (int i = 0; i < leaves.n; i++)
        leaves.at[i]->statement =
            schedule->model->statements[leaves.at[i]->statement->id];
}

__isl_give isl_map *schedule_place_coordinates(
    const struct schedule_place *place, const struct model_statement *statement)
{
    struct model *model = place->schedule->model;
    isl_map *map = NULL;

    for (int i = 0; i < place->around.n; i++) {
        isl_map *one = isl_map_from_pw_aff(model_affine_to_isl(
            model, place->around.at[i]->coordinates[statement->id], statement));
        map = map ? isl_map_flat_range_product(map, one) : one;
    }
    map = isl_map_intersect_domain(map, isl_set_copy(statement->domain));
    return isl_map_intersect_params(map, isl_set_copy(model->context));
}

/* ---- What is needed ------------------------------------------------------ */

/* Picks the reads of one array out of a union. */
struct pick {
    const char *name;
    isl_map *found;
};

/* Keep the map to the array looked for. */
static isl_stat pick_map(__isl_take isl_map *map, void *user)
{
    struct pick *pick = user;
    const char *name = isl_map_get_tuple_name(map, isl_dim_out);

    if (name && !strcmp(name, pick->name)) {
        isl_map_free(pick->found);
        pick->found = isl_map_copy(map);
    }
    isl_map_free(map);
    return isl_stat_ok;
}

/* The statement's reads of the array, NULL if it has none. */
static __isl_give isl_map *get_reads(
    const struct model_statement *statement, const struct array *array)
{
    struct pick pick = {model_array_name(array), NULL};

    isl_union_map_foreach_map(statement->reads, pick_map, &pick);
    return pick.found;
}

/* The union of the needs of all statements below the loop. */
static void add_needs(struct schedule_place *place)
{
    struct schedule_nodes leaves =
        schedule_leaves(place->schedule, place->loop);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        isl_map *reads = get_reads(statement, place->array);

        if (!reads)
            continue;
        reads = isl_map_apply_domain(
            reads, schedule_place_coordinates(place, statement));
        place->needed =
            place->needed ? isl_map_union(place->needed, reads) : reads;
    }
    place->needed = isl_map_coalesce(place->needed);
}

bool schedule_place_find(struct directive *directive,
    struct schedule_node *loop, const struct array *array,
    struct schedule_place *place)
{
    struct schedule *schedule = directive->schedule;
    struct value_context *v = schedule->model->values;

    memset(place, 0, sizeof *place);
    place->schedule = schedule;
    place->loop = loop;
    place->array = array;
    place->around = schedule_loops_around(schedule, loop->children[0]);
    place->outer = ARENA_ARRAY(
        schedule->c->arena, place->around.n, const struct variable *);
    for (int i = 0; i < place->around.n; i++)
        place->outer[i] =
            variable_new(v, VARIABLE_ITERATOR, place->around.at[i]->name);
    add_needs(place);
    if (place->needed)
        return true;
    diag_error(schedule->c->diag, directive->ast->range, DIAG_E0413,
        "no statement inside loop '%s' reads %s", loop->name->text,
        array->name->text);
    return false;
}

/* ---- The statement ------------------------------------------------------- */

/* Room for one more statement in all coordinates and in the inverse. */
static void grow_statements(struct schedule *schedule)
{
    struct arena *arena = schedule->c->arena;
    int n = schedule->model->n_statements;
    const struct affine ***inverse =
        ARENA_ARRAY(arena, n, const struct affine **);
    struct schedule_nodes all = {0};

    for (int i = 0; i < n - 1; i++)
        inverse[i] = schedule->inverse[i];
    schedule->inverse = inverse;
    schedule_collect_loops(schedule, schedule->root, &all);
    for (int i = 0; i < all.n; i++) {
        const struct affine **coordinates =
            ARENA_ARRAY(arena, n, const struct affine *);

        for (int j = 0; j < n - 1; j++)
            coordinates[j] = all.at[i]->coordinates[j];
        all.at[i]->coordinates = coordinates;
    }
}

/* Iterators: the place's and then "n" of their own. */
static void set_iterators(struct schedule_place *place,
    struct model_statement *statement, int n, const struct name *const *names)
{
    struct value_context *v = place->schedule->model->values;
    int n_outer = place->around.n;

    statement->n_iterators = n_outer + n;
    statement->iterators =
        ARENA_ARRAY(v->arena, n_outer + n, const struct variable *);
    for (int i = 0; i < n_outer; i++)
        statement->iterators[i] = place->outer[i];
    for (int i = 0; i < n; i++)
        statement->iterators[n_outer + i] =
            variable_new(v, VARIABLE_ITERATOR, names[i]);
}

/* The domain set from { [outer] -> [inner] }. */
static void set_domain(struct schedule_place *place,
    struct model_statement *statement, __isl_take isl_map *domain)
{
    struct model *model = place->schedule->model;
    isl_set *set = isl_set_flatten(isl_map_wrap(domain));

    set = isl_set_set_tuple_name(set, statement->name->text);
    for (int i = 0; i < statement->n_iterators; i++)
        set = isl_set_set_dim_name(set, isl_dim_set, (unsigned)i,
            arena_printf(model->c->arena, "%s_%d",
                statement->iterators[i]->name->text, i));
    statement->domain = isl_set_coalesce(set);
}

struct schedule_node *schedule_place_statement(struct schedule_place *place,
    const struct model_statement *like, int n, const struct name *const *names,
    __isl_take isl_map *domain, struct model_statement **added)
{
    struct schedule *schedule = place->schedule;
    struct value_context *v = schedule->model->values;
    struct model_statement *statement =
        model_add_statement(schedule->model, like);
    struct schedule_node *node =
        schedule_node_new(schedule, SCHEDULE_STATEMENT, statement->range);
    const struct affine **inverse;
    int n_outer = place->around.n;

    grow_statements(schedule);
    set_iterators(place, statement, n, names);
    set_domain(place, statement, domain);
    node->statement = statement;
    inverse = ARENA_ARRAY(v->arena, n_outer + n, const struct affine *);
    for (int i = n - 1; i >= 0; i--) {
        struct schedule_node *loop =
            schedule_node_new(schedule, SCHEDULE_LOOP, statement->range);

        loop->name = names[i];
        loop->is_fixed = place->loop->is_fixed;
        loop->variable = variable_new(v, VARIABLE_LOOP, names[i]);
        loop->coordinates[statement->id] =
            affine_variable(v, statement->iterators[n_outer + i]);
        inverse[n_outer + i] = affine_variable(v, loop->variable);
        schedule_node_add(schedule, loop, node);
        node = loop;
    }
    for (int i = 0; i < n_outer; i++) {
        place->around.at[i]->coordinates[statement->id] =
            affine_variable(v, place->outer[i]);
        inverse[i] = affine_variable(v, place->around.at[i]->variable);
    }
    schedule->inverse[statement->id] = inverse;
    *added = statement;
    return node;
}

void schedule_place_insert(
    struct schedule_place *place, struct schedule_node *node)
{
    struct schedule *schedule = place->schedule;
    struct schedule_node *body = place->loop->children[0];
    struct schedule_node *sequence =
        schedule_node_new(schedule, SCHEDULE_SEQUENCE, place->loop->range);

    place->loop->children[0] = sequence;
    sequence->parent = place->loop;
    schedule_node_add(schedule, sequence, node);
    if (body->kind != SCHEDULE_SEQUENCE) {
        schedule_node_add(schedule, sequence, body);
        return;
    }
    for (int i = 0; i < body->n_children; i++)
        schedule_node_add(schedule, sequence, body->children[i]);
}

void schedule_place_order(struct schedule_place *place,
    const struct model_statement *writer, isl_map *written)
{
    struct model *model = place->schedule->model;
    struct schedule_nodes leaves =
        schedule_leaves(place->schedule, place->loop);
    unsigned n_outer = (unsigned)place->around.n;
    isl_map *outer = isl_set_identity(isl_set_copy(writer->domain));

    outer = isl_map_project_out(
        outer, isl_dim_out, n_outer, (unsigned)writer->n_iterators - n_outer);
    outer = isl_map_reset_tuple_id(outer, isl_dim_out);
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *reader = leaves.at[i]->statement;
        isl_map *reads = get_reads(reader, place->array);
        isl_map *pairs;

        if (!reads || reader == writer) {
            isl_map_free(reads);
            continue;
        }
        pairs =
            isl_map_apply_range(isl_map_copy(written), isl_map_reverse(reads));
        pairs = isl_map_intersect(pairs,
            isl_map_apply_range(isl_map_copy(outer),
                isl_map_reverse(schedule_place_coordinates(place, reader))));
        model->flow =
            isl_union_map_union(model->flow, isl_union_map_from_map(pairs));
    }
    isl_map_free(outer);
}

void schedule_place_free(struct schedule_place *place)
{
    place->needed = isl_map_free(place->needed);
}
