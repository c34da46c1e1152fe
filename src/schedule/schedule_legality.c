/* Is the order of dependent instances kept, and does a loop carry a
 * dependence? Every question is asked of all pairs of dependent instances
 * (i before j in the source), pair of statements by pair of statements, in
 * terms of the loops both share. */
#include "schedule/schedule.h"

#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

/* Which of the model's dependences a map comes from. */
enum dependence_kind { FLOW, ANTI, OUTPUT };

/* A pair of statements under a question.
 *
 * "common" are the loops around both, "position" of "loop" among them (-1 for
 * ORDER). "before": the first runs before the second when all common
 * coordinates are equal. */
struct pair {
    struct schedule *schedule;
    enum schedule_question question;
    enum dependence_kind kind;
    const struct model_statement *first;
    const struct model_statement *second;
    struct schedule_nodes common;
    int position;
    bool before;
};

/* Looks for loads of one array. */
struct load_search {
    const struct array *array;
    bool is_found;
};

/* A visit: a load of the array. */
static void find_load(const struct value *value, void *user)
{
    struct load_search *search = user;

    if (value->kind == VALUE_LOAD && value->array == search->array)
        search->is_found = true;
}

/* Is operand "place" the statement's target, and does no other operand read
 * that array? Only then is every dependence of the statement on itself one of
 * the reduction. */
static bool reads_only_sum(const struct model_statement *statement,
    const struct value *operation, int place)
{
    struct load_search search = {statement->target, false};
    const struct value *sum = operation->operands[place];

    while (sum->kind == VALUE_CONVERT)
        sum = sum->operands[0];
    if (sum->kind != VALUE_LOAD || sum->array != statement->target)
        return false;
    for (int i = 0; i < sum->n_index; i++)
        if (!affine_is_equal(sum->index[i], statement->index[i]))
            return false;
    for (int i = 0; i < operation->n_operands; i++)
        if (i != place)
            value_foreach(operation->operands[i], find_load, &search);
    return !search.is_found;
}

/* Does the statement combine its target with a value that does not depend on
 * it, by its update? */
static bool is_reduction(const struct model_statement *statement)
{
    static const enum value_operation operations[] = {
        [MODEL_ACCUMULATE] = VALUE_ADD,
        [MODEL_SCALE] = VALUE_MULTIPLY,
        [MODEL_MINIMIZE] = VALUE_MIN,
        [MODEL_MAXIMIZE] = VALUE_MAX};
    const struct value *value = statement->value;
    bool is_fma;

    if (statement->update == MODEL_SET)
        return false;
    while (value->kind == VALUE_CONVERT)
        value = value->operands[0];
    if (value->kind != VALUE_OPERATION)
        return false;
    is_fma =
        value->operation == VALUE_FMA && statement->update == MODEL_ACCUMULATE;
    if (!is_fma && value->operation != operations[statement->update])
        return false;
    return reads_only_sum(statement, value, is_fma ? 2 : 0);
}

bool schedule_is_reorderable(
    const struct schedule *schedule, const struct model_statement *statement)
{
    return (dtype_is_integer(statement->target->type) ||
               schedule->c->options.fp == FP_REASSOC) &&
           is_reduction(statement);
}

/* The index of the child of "above" that holds "node". */
static int get_child_index(
    const struct schedule_node *above, const struct schedule_node *node)
{
    for (int i = 0; i < above->n_children; i++)
        if (schedule_is_above(above->children[i], node))
            return i;
    return -1;
}

/* Find the loops common to both leaves and the order of the leaves below. */
static void find_common(struct pair *pair)
{
    struct schedule_node *a = schedule_leaf_of(pair->schedule, pair->first);
    struct schedule_node *b = schedule_leaf_of(pair->schedule, pair->second);
    struct schedule_nodes loops = schedule_loops_around(pair->schedule, a);
    const struct schedule_node *top = a;

    for (int i = 0; i < loops.n && schedule_is_above(loops.at[i], b); i++)
        VECTOR_PUSH(pair->schedule->c->arena, &pair->common, loops.at[i]);
    while (top && !schedule_is_above(top, b))
        top = top->parent;
    pair->before = a == b || get_child_index(top, a) < get_child_index(top, b);
}

/* { first -> second } where coordinate "d" of the second is less than, equal
 * to or greater than that of the first. */
static __isl_give isl_map *compare(const struct pair *pair, int d,
    __isl_give isl_map *(*relation)(isl_pw_aff *, isl_pw_aff *))
{
    struct model *model = pair->schedule->model;
    const struct affine **coordinates = pair->common.at[d]->coordinates;

    return relation(
        model_affine_to_isl(model, coordinates[pair->first->id], pair->first),
        model_affine_to_isl(
            model, coordinates[pair->second->id], pair->second));
}

/* The pairs among "pairs" (taken) with equal coordinates in the loops so far,
 * and the second ahead of the first in the next one: the dependence is
 * reversed. Loops of the set "skip" (bit d: loop d) do not count. Those equal
 * in all that count are left in "*equal". */
static __isl_give isl_map *find_reversed(const struct pair *pair, uint64_t skip,
    __isl_take isl_map *pairs, isl_map **equal)
{
    isl_map *reversed = isl_map_empty(isl_map_get_space(pairs));

    for (int d = 0; d < pair->common.n; d++) {
        isl_map *ahead;

        if (skip >> d & 1)
            continue;
        ahead = isl_map_intersect(
            isl_map_copy(pairs), compare(pair, d, isl_pw_aff_gt_map));
        reversed = isl_map_union(reversed, ahead);
        pairs = isl_map_intersect(pairs, compare(pair, d, isl_pw_aff_eq_map));
        if (isl_map_plain_is_empty(pairs) == isl_bool_true)
            break;
    }
    *equal = pairs;
    return reversed;
}

/* ORDER: reversed in some common loop, or in none and the leaves are in the
 * wrong order. */
static __isl_give isl_map *violate_order(
    const struct pair *pair, __isl_take isl_map *dependence)
{
    isl_map *equal = NULL;
    isl_map *reversed = find_reversed(pair, 0, dependence, &equal);

    if (!pair->before)
        return isl_map_union(reversed, equal);
    isl_map_free(equal);
    return reversed;
}

/* Do iterations of the loop run together? Copies of what has no loop inside
 * come one after the other. */
static bool is_interleaved(const struct schedule_node *loop)
{
    return loop->n_lanes > 1 || loop->jam > 1 || loop->is_jammed ||
           (loop->is_unrolled && schedule_has_inner_loop(loop));
}

/* PARALLEL: pairs with equal coordinates outside the loop, and different ones
 * in it. An interleaved loop outside may run inside. */
static __isl_give isl_map *find_carried(
    const struct pair *pair, __isl_take isl_map *dependence)
{
    isl_map *ahead;

    for (int d = 0; d < pair->position; d++)
        if (!is_interleaved(pair->common.at[d]))
            dependence = isl_map_intersect(
                dependence, compare(pair, d, isl_pw_aff_eq_map));
    ahead = isl_map_intersect(isl_map_copy(dependence),
        compare(pair, pair->position, isl_pw_aff_gt_map));
    dependence = isl_map_intersect(
        dependence, compare(pair, pair->position, isl_pw_aff_lt_map));
    return isl_map_union(dependence, ahead);
}

/* The dependences that two iterations of the loop at "depth" have. */
static bool is_carried_by(
    const struct pair *pair, int depth, isl_map *dependence)
{
    isl_map *same = isl_map_intersect(
        isl_map_copy(dependence), compare(pair, depth, isl_pw_aff_eq_map));
    bool carried = isl_map_is_subset(dependence, same) != isl_bool_true;

    isl_map_free(same);
    return carried;
}

/* The other common loops that are interleaved already and that matter to the
 * dependence, as a set. */
static uint64_t find_interleaved(const struct pair *pair, isl_map *dependence)
{
    uint64_t set = 0;

    for (int d = 0; d < pair->common.n && d < 64; d++) {
        if (d != pair->position && is_interleaved(pair->common.at[d]) &&
            is_carried_by(pair, d, dependence))
            set |= (uint64_t)1 << d;
    }
    return set;
}

/* JAM and VECTOR: iterations of the loop, and of the other interleaved ones,
 * may run together or one after the other, depending on where blocks begin.
 * Those that run together do so innermost, statement by statement: of every
 * set of loops, the remaining ones and then the order of the leaves decide. */
static __isl_give isl_map *violate_interleaving(
    const struct pair *pair, __isl_take isl_map *dependence)
{
    uint64_t self = (uint64_t)1 << pair->position;
    uint64_t others = find_interleaved(pair, dependence);
    bool lockstep = pair->question == SCHEDULE_VECTOR &&
                    pair->first == pair->second && pair->kind != ANTI;
    isl_map *bad = isl_map_empty(isl_map_get_space(dependence));

    for (uint64_t set = others;; set = (set - 1) & others) {
        isl_map *equal = NULL;

        bad = isl_map_union(bad,
            find_reversed(pair, set | self, isl_map_copy(dependence), &equal));
        if (!pair->before || (lockstep && !set))
            bad = isl_map_union(bad, equal);
        else
            isl_map_free(equal);
        if (!set)
            break;
    }
    isl_map_free(dependence);
    return bad;
}

/* LAUNCH: are both in the same child of the root? */
static bool is_one_section(const struct pair *pair)
{
    const struct schedule_node *root = pair->schedule->root;
    struct schedule_node *a = schedule_leaf_of(pair->schedule, pair->first);
    struct schedule_node *b = schedule_leaf_of(pair->schedule, pair->second);

    return root->kind != SCHEDULE_SEQUENCE ||
           get_child_index(root, a) == get_child_index(root, b);
}

/* The pairs of "dependence" (taken) that the question forbids. */
static __isl_give isl_map *find_violation(
    struct pair *pair, __isl_take isl_map *dependence)
{
    switch (pair->question) {
    case SCHEDULE_ORDER:
        return violate_order(pair, dependence);
    case SCHEDULE_PARALLEL:
    case SCHEDULE_REDUCE:
        return find_carried(pair, dependence);
    case SCHEDULE_JAM:
    case SCHEDULE_VECTOR:
        return violate_interleaving(pair, dependence);
    case SCHEDULE_LAUNCH:
        return is_one_section(pair)
                   ? isl_map_subtract(dependence, isl_map_copy(dependence))
                   : dependence;
    }
    return isl_map_free(dependence);
}

/* ---- The witness -------------------------------------------------------- */

/* Fill the environment of "statement" from a point of the wrapped map,
 * coordinates starting at "offset", and the parameters. */
static void read_point(struct model *model, isl_point *point, int offset,
    const struct model_statement *statement, int64_t *values)
{
    for (int i = 0; i < statement->n_iterators; i++) {
        isl_val *value =
            isl_point_get_coordinate_val(point, isl_dim_set, offset + i);
        values[statement->iterators[i]->id] = isl_val_get_num_si(value);
        isl_val_free(value);
    }
    for (int i = 0; i < model->n_parameters; i++) {
        isl_space *space = isl_point_get_space(point);
        int at = isl_space_find_dim_by_name(
            space, isl_dim_param, model->parameters[i]->name->text);
        isl_val *value =
            at < 0 ? NULL
                   : isl_point_get_coordinate_val(point, isl_dim_param, at);

        if (value)
            values[model->parameters[i]->id] = isl_val_get_num_si(value);
        isl_val_free(value);
        isl_space_free(space);
    }
}

/* "iteration t = 1, i = 1" */
static const char *describe_iteration(struct compilation *c,
    const struct model_statement *statement, const int64_t *values)
{
    struct text text = text_new(c->arena);

    text_append(&text, "iteration ");
    for (int i = 0; i < statement->n_iterators; i++)
        text_printf(&text, "%s%s = %lld", i ? ", " : "",
            statement->iterators[i]->name->text,
            (long long)values[statement->iterators[i]->id]);
    return text.at;
}

/* "a[1][3]", or the name alone for a scalar of the source. */
static const char *describe_element(struct compilation *c,
    const struct model_statement *statement, const int64_t *values)
{
    struct text text = text_new(c->arena);

    text_append(&text, statement->target->name->text);
    if (statement->target->kind == ARRAY_PRIVATE)
        return text.at;
    for (int i = 0; i < statement->target->n_dimensions; i++)
        text_printf(&text, "[%lld]",
            (long long)affine_evaluate(statement->index[i], values));
    return text.at;
}

/* The note with two concrete iterations; takes the violating pairs. */
static void report_witness(
    const struct pair *pair, __isl_take isl_map *violation)
{
    static const char *const verbs[][2] = {
        {"reads", "wrote"}, {"overwrites", "reads"}, {"overwrites", "wrote"}};
    struct compilation *c = pair->schedule->c;
    struct model *model = pair->schedule->model;
    isl_point *point = isl_set_sample_point(isl_map_wrap(violation));
    int64_t *first = ARENA_ARRAY(c->arena, model->values->n_variables, int64_t);
    int64_t *second =
        ARENA_ARRAY(c->arena, model->values->n_variables, int64_t);
    const struct model_statement *writer =
        pair->kind == ANTI ? pair->second : pair->first;

    if (!point || isl_point_is_void(point) != isl_bool_false) {
        isl_point_free(point);
        return;
    }
    read_point(model, point, 0, pair->first, first);
    read_point(model, point, pair->first->n_iterators, pair->second, second);
    isl_point_free(point);
    diag_note(c->diag, pair->second->range, "%s %s %s, which %s %s",
        describe_iteration(c, pair->second, second), verbs[pair->kind][0],
        describe_element(c, writer, pair->kind == ANTI ? second : first),
        describe_iteration(c, pair->first, first), verbs[pair->kind][1]);
}

/* Say what is wrong with the directive. */
static void report_violation(const struct pair *pair,
    const struct schedule_node *loop, struct source_range range,
    const char *directive, __isl_take isl_map *violation)
{
    struct diag *diag = pair->schedule->c->diag;

    if (pair->question == SCHEDULE_ORDER)
        diag_error(diag, range, DIAG_E0412,
            "'%s' is illegal: it reverses a dependence", directive);
    else if (pair->question == SCHEDULE_LAUNCH)
        diag_error(diag, range, DIAG_E0412,
            "blocks of one launch depend on each other");
    else
        diag_error(diag, range, DIAG_E0412,
            "'%s' is illegal: iterations of %s depend on each other", directive,
            loop->name->text);
    report_witness(pair, violation);
    if (pair->first == pair->second && is_reduction(pair->first) &&
        pair->question != SCHEDULE_PARALLEL &&
        !schedule_is_reorderable(pair->schedule, pair->first))
        diag_hint(diag,
            "A reduction keeps the order of the source; --fp=reassoc "
            "allows to reorder it.");
}

/* ---- Asking ------------------------------------------------------------- */

/* One question about all dependences. "violation" is set when one is found,
 * with its pair in "pair". */
struct inquiry {
    struct pair pair;
    const struct schedule_node *loop;
    isl_map *violation;
};

/* The statement an isl tuple "S12" stands for. */
static const struct model_statement *get_statement(
    struct model *model, isl_map *map, enum isl_dim_type side)
{
    const char *name = isl_map_get_tuple_name(map, side);

    return name ? model->statements[atoi(name + 1)] : NULL;
}

/* Does the target of the statement move with the loop asked about? */
static bool moves_target(const struct pair *pair)
{
    struct schedule *schedule = pair->schedule;
    const struct model_statement *statement = pair->first;
    const struct variable *variable = pair->common.at[pair->position]->variable;

    for (int i = 0; i < statement->target->n_dimensions; i++)
        if (affine_has(
                schedule_in_loops(schedule, statement, statement->index[i]),
                variable))
            return true;
    return false;
}

/* Without what a reduction's dependences on itself allow: its instances
 * commute, unless two of them would run at the same time. Lanes that update
 * one element are combined, but not lanes of which some share one. */
static __isl_give isl_map *drop_reduction(
    const struct pair *pair, __isl_take isl_map *dependence)
{
    if (pair->first != pair->second || pair->question == SCHEDULE_PARALLEL ||
        !schedule_is_reorderable(pair->schedule, pair->first))
        return dependence;
    if (pair->question == SCHEDULE_REDUCE &&
        (pair->position < 0 || moves_target(pair) ||
            pair->first->update != MODEL_ACCUMULATE))
        return dependence;
    if (pair->question != SCHEDULE_VECTOR || !moves_target(pair)) {
        isl_map *none = isl_map_empty(isl_map_get_space(dependence));

        isl_map_free(dependence);
        return none;
    }
    for (int d = 0; d < pair->common.n; d++)
        if (d != pair->position)
            dependence = isl_map_intersect(
                dependence, compare(pair, d, isl_pw_aff_eq_map));
    return dependence;
}

/* Ask about the dependences between two statements; takes the map. Stops
 * the iteration with an error once a violation was found. */
static isl_stat ask_map(__isl_take isl_map *map, void *user)
{
    struct inquiry *inquiry = user;
    struct pair *pair = &inquiry->pair;
    struct model *model = pair->schedule->model;

    pair->first = get_statement(model, map, isl_dim_in);
    pair->second = get_statement(model, map, isl_dim_out);
    pair->common = (struct schedule_nodes){0};
    if (inquiry->loop && (!inquiry->loop->coordinates[pair->first->id] ||
                             !inquiry->loop->coordinates[pair->second->id])) {
        isl_map_free(map);
        return isl_stat_ok;
    }
    find_common(pair);
    pair->position = -1;
    for (int i = 0; i < pair->common.n; i++)
        if (pair->common.at[i] == inquiry->loop)
            pair->position = i;
    map = find_violation(pair, drop_reduction(pair, map));
    if (isl_map_is_empty(map) == isl_bool_true) {
        isl_map_free(map);
        return isl_stat_ok;
    }
    inquiry->violation = map;
    return isl_stat_error;
}

/* Ask about one kind of dependence; true when none is violated. */
static bool ask_union(struct inquiry *inquiry, enum dependence_kind kind,
    isl_union_map *dependences)
{
    inquiry->pair.kind = kind;
    return isl_union_map_foreach_map(dependences, ask_map, inquiry) ==
           isl_stat_ok;
}

bool schedule_is_legal(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop,
    bool report, struct source_range range, const char *directive)
{
    struct model *model = schedule->model;
    struct inquiry inquiry = {
        .pair = {.schedule = schedule, .question = question}, .loop = loop};
    bool legal;

    model_begin_phase(model, "legality of a schedule");
    legal = ask_union(&inquiry, FLOW, model->flow) &&
            ask_union(&inquiry, ANTI, model->anti) &&
            ask_union(&inquiry, OUTPUT, model->output);
    if (inquiry.violation && report)
        report_violation(
            &inquiry.pair, loop, range, directive, inquiry.violation);
    else
        isl_map_free(inquiry.violation);
    return model_end_phase(model, range) && legal;
}
