/* Numbers that depend on loop variables, looked at for all iterations: what
 * intervals of single variables cannot tell, because the same variable occurs
 * in several atoms. */
#include "loop/loop_survey.h"

#include "base/vector.h"

/* How many combinations of iterations are looked at. */
enum { MOST_COMBINATIONS = 512 };

/* A guard, or a form where it is NULL, for all values of loops around. */
struct survey {
    struct value_context *v;
    const struct loop_nodes *around;
    const struct affine *form;
    const struct guard *guard;
    const struct variable *fixed;
    int64_t *values;
    int left;
    bool failed;
    struct loop_extremes extremes;
};

/* Does one of these forms depend on a variable? */
static bool any_has(
    int n, const struct affine *const *forms, const struct variable *variable)
{
    for (int i = 0; i < n; i++)
        if (affine_has(forms[i], variable))
            return true;
    return false;
}

/* Does what is looked at depend on a variable, or do bounds of a loop around,
 * from place "first" on, on which it depends? */
static bool depends(
    const struct survey *survey, int first, const struct variable *variable)
{
    const struct loop_nodes *around = survey->around;

    for (int i = first; i < around->n; i++) {
        const struct loop_node *loop = around->at[i];

        if ((any_has(loop->n_lower, loop->lower, variable) ||
                any_has(loop->n_upper, loop->upper, variable)) &&
            depends(survey, i + 1, loop->variable))
            return true;
    }
    return survey->guard ? guard_has(survey->guard, variable)
                         : affine_has(survey->form, variable);
}

/* Note the value. */
static void note_value(struct survey *survey)
{
    int64_t value = survey->guard
                        ? guard_evaluate(survey->guard, survey->values)
                        : affine_evaluate(survey->form, survey->values);

    if (value < survey->extremes.least)
        survey->extremes.least = value;
    if (value > survey->extremes.most)
        survey->extremes.most = value;
    if (survey->left-- == 0)
        survey->failed = true;
}

/* Try all values of the loops from place "i" on. */
static void survey_loops(struct survey *survey, int i)
{
    const struct loop_nodes *around = survey->around;
    const struct loop_node *loop;
    int64_t first = INT64_MIN;
    int64_t end = INT64_MAX;

    while (
        i < around->n && (around->at[i]->variable == survey->fixed ||
                             !depends(survey, i + 1, around->at[i]->variable)))
        i++;
    if (i == around->n) {
        note_value(survey);
        return;
    }
    loop = around->at[i];
    for (int k = 0; k < loop->n_lower; k++) {
        int64_t lower = affine_evaluate(loop->lower[k], survey->values);
        first = lower > first ? lower : first;
    }
    for (int k = 0; k < loop->n_upper; k++) {
        int64_t upper = affine_evaluate(loop->upper[k], survey->values);
        end = upper < end ? upper : end;
    }
    for (; first < end && !survey->failed; first += loop->step) {
        survey->values[loop->variable->id] = first;
        survey_loops(survey, i + 1);
    }
}

/* Is a variable that it depends on no loop around? */
static bool is_open(const struct survey *survey)
{
    const struct loop_nodes *around = survey->around;
    const struct value_context *v = survey->v;

    for (int i = 0; i < v->n_variables; i++) {
        const struct variable *variable = v->variables[i];
        bool is_around = false;

        if (variable->of || !depends(survey, 0, variable))
            continue;
        for (int k = 0; k < around->n; k++)
            is_around = is_around || around->at[k]->variable == variable;
        if (!is_around)
            return true;
    }
    return false;
}

/* Find the extremes; false if they are not known. */
static bool run_survey(
    struct survey *survey, int64_t at, struct loop_extremes *extremes)
{
    struct value_context *v = survey->v;

    survey->values = ARENA_ARRAY(v->arena, v->n_variables, int64_t);
    survey->left = MOST_COMBINATIONS;
    survey->extremes = (struct loop_extremes){INT64_MAX, INT64_MIN};
    if (is_open(survey))
        return false;
    if (survey->fixed)
        survey->values[survey->fixed->id] = at;
    survey_loops(survey, 0);
    *extremes = survey->extremes;
    return !survey->failed && extremes->least <= extremes->most;
}

bool loop_survey_form(struct value_context *v, const struct loop_nodes *around,
    const struct affine *form, const struct variable *fixed, int64_t at,
    struct loop_extremes *extremes)
{
    struct survey survey = {
        .v = v, .around = around, .form = form, .fixed = fixed};

    return run_survey(&survey, at, extremes);
}

bool loop_survey_decides(struct value_context *v,
    const struct loop_nodes *around, const struct guard *guard, bool *holds)
{
    struct survey survey = {.v = v, .around = around, .guard = guard};
    struct loop_extremes extremes;

    if (!run_survey(&survey, 0, &extremes) || extremes.least != extremes.most)
        return false;
    *holds = extremes.least;
    return true;
}

/* A node without children, bounds of a loop joined to one below, one above. */
static struct loop_node *start_node(
    struct value_context *v, const struct loop_node *node)
{
    struct loop_node *copy = arena_copy(v->arena, node, sizeof *node);
    const struct affine **bounds =
        ARENA_ARRAY(v->arena, 2, const struct affine *);

    copy->n_children = 0;
    copy->children = NULL;
    if (node->kind != LOOP_FOR)
        return copy;
    bounds[0] = node->lower[0];
    bounds[1] = node->upper[0];
    for (int i = 1; i < node->n_lower; i++)
        bounds[0] = loop_affine_max(v, bounds[0], node->lower[i]);
    for (int i = 1; i < node->n_upper; i++)
        bounds[1] = loop_affine_min(v, bounds[1], node->upper[i]);
    copy->n_lower = copy->n_upper = 1;
    copy->lower = bounds;
    copy->upper = bounds + 1;
    return copy;
}

/* Append what is left of a node without conditions that always hold, or never:
 * itself, or its children. */
static void add_settled(struct value_context *v, struct loop_nodes *around,
    struct loop_node *into, struct loop_node *node)
{
    struct loop_node *copy = node;
    bool holds = false;

    if (node->kind == LOOP_IF &&
        loop_survey_decides(v, around, node->guard, &holds))
        copy = into;
    else if (node->kind == LOOP_FOR)
        copy = start_node(v, node);
    if (copy != into)
        loop_add(v->arena, into, copy);
    if (copy == node || (copy == into && !holds))
        return;
    if (copy != into)
        VECTOR_PUSH(v->arena, around, copy);
    for (int i = 0; i < node->n_children; i++)
        add_settled(v, around, copy, node->children[i]);
    around->n -= copy != into;
}

struct loop_node *loop_settle(
    struct value_context *v, struct loop_nodes *around, struct loop_node *loop)
{
    struct loop_node *into =
        loop_node_new(v->arena, LOOP_SEQUENCE, loop->range);

    add_settled(v, around, into, loop);
    return into->children[0];
}
