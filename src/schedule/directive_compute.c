/* compute t at p: run the statements that make a local where it is used, in
 * every iteration of p for the elements that iteration reads; what two
 * iterations need is made twice. */
#include "schedule/schedule_place.h"

#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

/* The statements that make a local: those that write it, and those that
 * write the private scalars they read. "top" is the node that holds them and
 * nothing else. "makes[id]" is { S[...] -> t[...] }: the elements an instance
 * contributes to. */
struct producers {
    struct directive *directive;
    const struct array *array;
    struct schedule_nodes leaves;
    struct schedule_node *top;
    isl_map **makes;
};

/* E0413 at the directive, with a note on what is in the way; always false. */
static bool refuse(struct directive *directive, const char *why,
    const struct array *array, struct source_range range)
{
    struct diag *diag = directive->schedule->c->diag;

    diag_error(diag, directive->ast->range, DIAG_E0413, "'%s': %s",
        directive->text, why);
    if (range.source)
        diag_note(diag, range, "%s is concerned here", array->name->text);
    return false;
}

/* The local a word names, NULL after reporting. */
static const struct array *find_local(
    struct directive *directive, const struct ast_word *word)
{
    struct model *model = directive->schedule->model;

    for (int i = 0; i < model->n_arrays; i++)
        if (model->arrays[i]->kind == ARRAY_LOCAL &&
            model->arrays[i]->name == word->name)
            return model->arrays[i];
    diag_error(directive->schedule->c->diag, word->range, DIAG_E0401,
        "no local tensor '%s' in kernel '%s'", word->name->text,
        model->kernel->name->text);
    return NULL;
}

/* ---- Who makes it -------------------------------------------------------- */

/* Does a value read an array? */
struct reads {
    const struct array *array;
    bool found;
};

/* A visit: is this a load of the array? */
static void note_read(const struct value *value, void *user)
{
    struct reads *reads = user;

    if (value->kind == VALUE_LOAD && value->array == reads->array)
        reads->found = true;
}

/* Does the statement read the array? */
static bool has_read(
    const struct model_statement *statement, const struct array *array)
{
    struct reads reads = {array, false};

    value_foreach(statement->value, note_read, &reads);
    return reads.found;
}

/* Is the statement among the producers? */
static bool is_producer(
    const struct producers *producers, const struct model_statement *statement)
{
    for (int i = 0; i < producers->leaves.n; i++)
        if (producers->leaves.at[i]->statement == statement)
            return true;
    return false;
}

/* Does a producer read what the statement writes? */
static bool feeds_producer(
    const struct producers *producers, const struct model_statement *statement)
{
    if (statement->target == producers->array)
        return true;
    if (statement->target->kind != ARRAY_PRIVATE)
        return false;
    for (int i = 0; i < producers->leaves.n; i++)
        if (has_read(producers->leaves.at[i]->statement, statement->target))
            return true;
    return false;
}

/* Collect producers until nothing is added, then the node around them. */
static bool find_producers(struct producers *producers)
{
    struct schedule *schedule = producers->directive->schedule;
    struct schedule_nodes all = schedule_leaves(schedule, schedule->root);
    bool changed = true;

    while (changed) {
        changed = false;
        for (int i = 0; i < all.n; i++) {
            if (is_producer(producers, all.at[i]->statement) ||
                !feeds_producer(producers, all.at[i]->statement))
                continue;
            VECTOR_PUSH(schedule->c->arena, &producers->leaves, all.at[i]);
            changed = true;
        }
    }
    if (!producers->leaves.n)
        return false;
    producers->top = producers->leaves.at[0];
    for (int i = 0; i < producers->leaves.n; i++)
        while (!schedule_is_above(producers->top, producers->leaves.at[i]))
            producers->top = producers->top->parent;
    while (
        producers->top->parent && producers->top->parent->kind == SCHEDULE_LOOP)
        producers->top = producers->top->parent;
    return true;
}

/* Everything a producer reads must be there before the kernel starts, and
 * nothing else may be among the producers. */
static bool check_producers(struct producers *producers)
{
    struct directive *directive = producers->directive;
    struct schedule_nodes below =
        schedule_leaves(directive->schedule, producers->top);
    struct model *model = directive->schedule->model;

    for (int i = 0; i < below.n; i++)
        if (!is_producer(producers, below.at[i]->statement))
            return refuse(directive,
                "its loops are shared with other statements", producers->array,
                below.at[i]->statement->range);
    for (int i = 0; i < producers->leaves.n; i++)
        for (int j = 0; j < model->n_arrays; j++) {
            const struct array *array = model->arrays[j];

            if (array->kind == ARRAY_IN || array->kind == ARRAY_PRIVATE ||
                !has_read(producers->leaves.at[i]->statement, array))
                continue;
            return refuse(directive,
                "the statements that make it read what the kernel writes",
                array, producers->leaves.at[i]->statement->range);
        }
    return true;
}

/* The id of the statement on one side of a dependence. */
static int get_id(isl_map *map, enum isl_dim_type side)
{
    const char *name = isl_map_get_tuple_name(map, side);

    return name ? (int)strtol(name + 1, NULL, 10) : -1;
}

/* Do two of these instances write one element of the local? */
static isl_stat find_rewrite(__isl_take isl_map *map, void *user)
{
    struct producers *producers = user;
    struct model *model = producers->directive->schedule->model;
    int first = get_id(map, isl_dim_in);
    int second = get_id(map, isl_dim_out);
    bool is_rewrite = first >= 0 && second >= 0 &&
                      model->statements[first]->target == producers->array &&
                      model->statements[second]->target == producers->array &&
                      isl_map_is_empty(map) != isl_bool_true;

    isl_map_free(map);
    return is_rewrite ? isl_stat_error : isl_stat_ok;
}

/* What two iterations of the place need both of them make, in any order: an
 * element must have its final value from the first write on. */
static bool check_written_once(struct producers *producers)
{
    struct directive *directive = producers->directive;

    if (isl_union_map_foreach_map(directive->schedule->model->output,
            find_rewrite, producers) == isl_stat_ok)
        return true;
    return refuse(directive, "an element of it is written more than once",
        producers->array, producers->array->range);
}

/* All reads must be inside the loop. */
static bool check_readers(
    struct producers *producers, const struct schedule_node *loop)
{
    struct schedule *schedule = producers->directive->schedule;
    struct schedule_nodes all = schedule_leaves(schedule, schedule->root);

    for (const struct schedule_node *up = producers->top->parent; up;
         up = up->parent)
        if (up->kind == SCHEDULE_LOOP && !schedule_is_above(up, loop))
            return refuse(producers->directive,
                "its loops are shared with other statements", producers->array,
                up->range);
    for (int i = 0; i < all.n; i++)
        if (has_read(all.at[i]->statement, producers->array) &&
            !schedule_is_above(loop, all.at[i]))
            return refuse(producers->directive, "it is read elsewhere too",
                producers->array, all.at[i]->statement->range);
    return true;
}

/* ---- What an instance contributes to --------------------------------------
 */

/* { S -> array } of a statement's reads of a private array. */
struct pick {
    const char *name;
    isl_map *found;
};

/* Keep the map to the array looked for. */
static isl_stat pick_map(__isl_take isl_map *map, void *user)
{
    struct pick *pick = user;
    const char *name = isl_map_get_tuple_name(map, isl_dim_out);

    if (name && !strcmp(name, pick->name) && !pick->found)
        pick->found = map;
    else
        isl_map_free(map);
    return isl_stat_ok;
}

/* Follow the private scalars: what the readers of the target contribute to,
 * the instance that wrote it does; what nobody reads to nothing. Recursion
 * ends: a statement that reads its own target is skipped. */
static __isl_give isl_map *find_contribution(
    struct producers *producers, const struct model_statement *statement)
{
    struct model *model = producers->directive->schedule->model;
    isl_map *all = NULL;

    if (statement->target == producers->array)
        return isl_map_copy(statement->write);
    for (int i = 0; i < producers->leaves.n; i++) {
        const struct model_statement *reader =
            producers->leaves.at[i]->statement;
        struct pick pick = {model_array_name(statement->target), NULL};
        isl_map *map;

        if (reader->id <= statement->id || !has_read(reader, statement->target))
            continue;
        isl_union_map_foreach_map(reader->reads, pick_map, &pick);
        if (!pick.found)
            continue;
        map = isl_map_apply_range(
            isl_map_copy(statement->write), isl_map_reverse(pick.found));
        map = isl_map_apply_range(map, find_contribution(producers, reader));
        all = all ? isl_map_union(all, map) : map;
    }
    if (all)
        return all;
    return isl_map_empty(isl_space_map_from_domain_and_range(
        model_statement_space(model, statement),
        model_array_space(model, producers->array)));
}

/* ---- Moving ---------------------------------------------------------------
 */

/* Loops around both the producers and the place stay: is what they are for
 * each instance of the statement, "own", what they are for the place? */
static bool is_same_iteration(const struct schedule_place *place,
    const struct model_statement *statement, const struct affine *const *own)
{
    struct model *model = place->schedule->model;

    for (int i = 0; i < place->around.n; i++) {
        isl_set *other;
        bool same;

        if (!own[i])
            continue;
        other = isl_pw_aff_non_zero_set(model_affine_to_isl(model,
            affine_subtract(model->values, own[i],
                affine_variable(model->values, place->outer[i])),
            statement));
        other = isl_set_intersect(other, isl_set_copy(statement->domain));
        same = isl_set_is_empty(other) == isl_bool_true;
        isl_set_free(other);
        if (!same)
            return false;
    }
    return true;
}

/* The domain becomes { S[outer, own] }, for what is needed; reads and write
 * follow; "makes" becomes { S[outer, own] -> S[own] }. */
static void extend_sets(const struct schedule_place *place,
    struct producers *producers, struct model_statement *statement)
{
    isl_map *domain = isl_map_apply_range(isl_map_copy(place->needed),
        isl_map_reverse(isl_map_copy(producers->makes[statement->id])));
    isl_set *set = isl_set_flatten(
        isl_map_wrap(isl_map_reset_tuple_id(domain, isl_dim_out)));
    isl_map *own;

    set = isl_set_set_tuple_name(set, statement->name->text);
    own = isl_set_identity(isl_set_copy(set));
    own = isl_map_project_out(own, isl_dim_out, 0, (unsigned)place->around.n);
    own = isl_map_set_tuple_name(own, isl_dim_out, statement->name->text);
    statement->reads = isl_union_map_apply_range(
        isl_union_map_from_map(isl_map_copy(own)), statement->reads);
    statement->write = isl_map_apply_range(isl_map_copy(own), statement->write);
    isl_map_free(producers->makes[statement->id]);
    producers->makes[statement->id] = own;
    isl_set_free(statement->domain);
    statement->domain = set;
}

/* A statement's iterators become the place's and its own; its forms stay,
 * they name the same variables. False if it would have to run in another
 * iteration of a loop that stays around it. */
static bool extend_statement(struct schedule_place *place,
    struct producers *producers, struct model_statement *statement)
{
    struct model *model = place->schedule->model;
    struct arena *arena = model->c->arena;
    int n_outer = place->around.n;
    int n = statement->n_iterators;
    const struct variable **iterators =
        ARENA_ARRAY(arena, n_outer + n, const struct variable *);
    const struct affine **inverse =
        ARENA_ARRAY(arena, n_outer + n, const struct affine *);
    const struct affine **shared =
        ARENA_ARRAY(arena, n_outer, const struct affine *);

    extend_sets(place, producers, statement);
    for (int i = 0; i < n_outer; i++) {
        shared[i] = place->around.at[i]->coordinates[statement->id];
        place->around.at[i]->coordinates[statement->id] =
            affine_variable(model->values, place->outer[i]);
        iterators[i] = place->outer[i];
        inverse[i] =
            affine_variable(model->values, place->around.at[i]->variable);
    }
    for (int i = 0; i < n; i++) {
        iterators[n_outer + i] = statement->iterators[i];
        inverse[n_outer + i] = place->schedule->inverse[statement->id][i];
    }
    statement->iterators = iterators;
    statement->n_iterators = n_outer + n;
    place->schedule->inverse[statement->id] = inverse;
    return is_same_iteration(place, statement, shared);
}

/* Rebuilds one kind of dependences: those among producers hold within one
 * iteration of the place, the others of producers are dropped (they read
 * only inputs, and what they write is read in the same iteration). */
struct rebuild {
    struct producers *producers;
    int n_outer;
    isl_union_map *kept;
};

/* The dependences between two statements; takes the map. */
static isl_stat rebuild_map(__isl_take isl_map *map, void *user)
{
    struct rebuild *rebuild = user;
    struct producers *producers = rebuild->producers;
    int first = get_id(map, isl_dim_in);
    int second = get_id(map, isl_dim_out);
    bool from = producers->makes[first] != NULL;
    bool to = producers->makes[second] != NULL;

    if (from != to) {
        isl_map_free(map);
        return isl_stat_ok;
    }
    if (from) {
        map = isl_map_apply_range(isl_map_copy(producers->makes[first]), map);
        map = isl_map_apply_range(
            map, isl_map_reverse(isl_map_copy(producers->makes[second])));
        for (int i = 0; i < rebuild->n_outer; i++)
            map = isl_map_equate(map, isl_dim_in, i, isl_dim_out, i);
    }
    rebuild->kept =
        isl_union_map_union(rebuild->kept, isl_union_map_from_map(map));
    return isl_stat_ok;
}

/* One kind of dependences. */
static void rebuild_dependences(
    struct producers *producers, int n_outer, isl_union_map **dependences)
{
    struct rebuild rebuild = {producers, n_outer,
        isl_union_map_empty(isl_union_map_get_space(*dependences))};

    isl_union_map_foreach_map(*dependences, rebuild_map, &rebuild);
    isl_union_map_free(*dependences);
    *dependences = rebuild.kept;
}

/* Take the producers' subtree out of its sequence. */
static void detach(struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_node *parent = node->parent;
    int n = 0;

    for (int i = 0; i < parent->n_children; i++)
        if (parent->children[i] != node)
            parent->children[n++] = parent->children[i];
    parent->n_children = n;
    node->parent = NULL;
    if (n == 1)
        schedule_node_replace(schedule, parent, parent->children[0]);
}

/* Move the producers to the place; false after reporting. */
static bool move_producers(
    struct producers *producers, struct schedule_place *place)
{
    struct schedule *schedule = place->schedule;
    struct model *model = schedule->model;
    bool stays = true;

    for (int i = 0; i < producers->leaves.n; i++) {
        struct model_statement *statement = producers->leaves.at[i]->statement;
        producers->makes[statement->id] =
            find_contribution(producers, statement);
    }
    for (int i = 0; i < producers->leaves.n; i++)
        stays &= extend_statement(
            place, producers, producers->leaves.at[i]->statement);
    schedule_expand_private(place, producers->leaves);
    rebuild_dependences(producers, place->around.n, &model->flow);
    rebuild_dependences(producers, place->around.n, &model->anti);
    rebuild_dependences(producers, place->around.n, &model->output);
    for (int i = 0; i < producers->leaves.n; i++) {
        const struct model_statement *statement =
            producers->leaves.at[i]->statement;
        if (statement->target == producers->array)
            schedule_place_order(place, statement, statement->write);
    }
    detach(schedule, producers->top);
    schedule_place_insert(place, producers->top);
    return stays ||
           refuse(producers->directive,
               "an iteration reads what another one of the loops around both "
               "makes",
               producers->array, producers->array->range);
}

/* Compute the local at one loop. */
static bool compute_at(struct directive *directive, const struct array *array,
    struct schedule_node *loop)
{
    struct schedule *schedule = directive->schedule;
    struct producers producers = {.directive = directive, .array = array};
    struct schedule_place place = {0};
    bool ok;

    if (!find_producers(&producers) || !check_producers(&producers) ||
        !check_readers(&producers, loop) || !check_written_once(&producers))
        return false;
    model_begin_phase(schedule->model, "placing a local");
    ok = schedule_place_find(directive, loop, array, &place);
    producers.makes = ARENA_ARRAY(
        schedule->c->arena, schedule->model->n_statements, isl_map *);
    ok = ok && move_producers(&producers, &place);
    for (int i = 0; i < schedule->model->n_statements; i++)
        isl_map_free(producers.makes[i]);
    schedule_place_free(&place);
    return model_end_phase(schedule->model, directive->ast->range) && ok;
}

bool directive_compute(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    const struct array *array;
    struct schedule_nodes loops;

    schedule_own_model(schedule);
    array = find_local(directive, &directive->words[0]);
    loops = array ? directive_find_loops(directive, &directive->words[2])
                  : (struct schedule_nodes){0};
    for (int i = 0; i < loops.n; i++) {
        struct schedule_nodes leaves = schedule_leaves(schedule, loops.at[i]);
        bool is_reader = false;

        for (int j = 0; j < leaves.n; j++)
            is_reader = is_reader || has_read(leaves.at[j]->statement, array);
        if (is_reader)
            return compute_at(directive, array, loops.at[i]) &&
                   directive_check_loops(directive, false);
    }
    if (loops.n)
        refuse(directive, "no statement inside the loop reads it", array,
            array->range);
    return false;
}
