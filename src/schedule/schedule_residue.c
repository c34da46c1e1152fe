/* Loops whose statements look at their residues: with (o + pad - k) / 2 as an
 * index and (o + pad - k) % 2 == 0 as a condition, as in a transposed
 * convolution, even and odd o do different work. Such a loop o becomes
 * o = 2*q + r with r unrolled inside: for a known r the condition is decided
 * and the index moves with q by one element, so that q can be lanes
 * (polyphase decomposition, as known from multirate filters). */

#include "schedule/schedule_residue.h"

#include "schedule/schedule_default.h"

enum { MOST_RESIDUES = 8 };

/* Looks for floor((o + ...) / s) in the loads of a statement. */
struct search {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *loop;
    int64_t divisor;
};

/* Note the divisor of an atom the loop moves through one by one. */
static void search_form(struct search *search, const struct affine *form)
{
    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *atom = form->terms[i].variable;
        int64_t a;

        if (!atom->of)
            continue;
        a = affine_coefficient(atom->of, search->loop);
        if (atom->kind == VARIABLE_FLOOR && (a == 1 || a == -1) &&
            atom->divisor <= MOST_RESIDUES && atom->divisor > search->divisor)
            search->divisor = atom->divisor;
        search_form(search, atom->of);
    }
}

/* A visit: the indices of a load, written in terms of the loops around. */
static void search_load(const struct value *value, void *user)
{
    struct search *search = user;

    for (int i = 0; value->kind == VALUE_LOAD && i < value->n_index; i++)
        search_form(search, schedule_in_loops(search->schedule,
                                search->statement, value->index[i]));
}

/* The number of residues the reductions below a loop tell apart, 0 if they
 * do not. */
static int64_t find_divisor(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    struct search search = {schedule, NULL, loop->variable, 0};

    for (int i = 0; i < leaves.n; i++) {
        search.statement = leaves.at[i]->statement;
        if (search.statement->update != MODEL_SET)
            value_foreach(search.statement->value, search_load, &search);
    }
    return search.divisor;
}

struct schedule_node *schedule_cut_loop(
    struct schedule *schedule, struct schedule_node *loop, int64_t divisor)
{
    struct value_context *v = schedule->model->values;
    struct schedule_node *outer =
        schedule_node_new(schedule, SCHEDULE_LOOP, loop->range);
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    const struct variable *old = loop->variable;
    const struct affine *value;
    struct substitution substitution = {1, &old, &value};

    outer->name = loop->name;
    outer->variable = variable_new(v, VARIABLE_LOOP, loop->name);
    loop->variable = variable_new(v, VARIABLE_LOOP, loop->name);
    value = affine_add(v,
        affine_scale(v, affine_variable(v, outer->variable), divisor),
        affine_variable(v, loop->variable));
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        const struct affine *coordinate = loop->coordinates[statement->id];

        outer->coordinates[statement->id] =
            affine_floor(v, coordinate, divisor);
        loop->coordinates[statement->id] =
            affine_modulo(v, coordinate, divisor);
        for (int j = 0; j < statement->n_iterators; j++)
            schedule->inverse[statement->id][j] = affine_substitute(
                v, schedule->inverse[statement->id][j], &substitution);
    }
    schedule_node_replace(schedule, loop, outer);
    schedule_node_add(schedule, outer, loop);
    return outer;
}

struct schedule_node *schedule_split_residues(
    struct schedule *schedule, struct schedule_node *loop)
{
    int64_t divisor = find_divisor(schedule, loop);
    struct schedule_node *outer;

    if (divisor < 2 ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_VECTOR, loop))
        return NULL;
    outer = schedule_cut_loop(schedule, loop, divisor);
    loop->is_unrolled = true;
    outer->n_lanes = schedule_natural_lanes(schedule, outer);
    return outer;
}
