/* Which parameter values a program is checked with: small awkward ones around
 * its vectors and tiles, that its requires allow. */
#include "verify/verify_internal.h"

enum { MAX_CANDIDATES = 96, MAX_TRIES = 4000 };

/* Numbers to draw from, rising, without duplicates. */
struct candidates {
    int n;
    int64_t at[MAX_CANDIDATES];
};

/* Insert a number that is not there yet. */
static void add_candidate(struct candidates *candidates, int64_t number)
{
    int at = 0;
    if (number < 0 || number > 4096 || candidates->n == MAX_CANDIDATES)
        return;
    while (at < candidates->n && candidates->at[at] < number)
        at++;
    if (at < candidates->n && candidates->at[at] == number)
        return;
    for (int i = candidates->n++; i > at; i--)
        candidates->at[i] = candidates->at[i - 1];
    candidates->at[at] = number;
}

/* Numbers around the lanes and steps of the loops below. */
static void add_steps(
    struct candidates *candidates, const struct loop_node *node)
{
    int64_t step = node->kind == LOOP_FOR ? node->step : 1;
    if (node->kind == LOOP_ASSIGN && node->lane)
        step = node->lane->n_lanes;
    if (step > 1) {
        add_candidate(candidates, step - 1);
        add_candidate(candidates, step);
        add_candidate(candidates, step + 1);
        add_candidate(candidates, 2 * step + 1);
        add_candidate(candidates, 3 * step - 1);
    }
    for (int i = 0; i < node->n_children; i++)
        add_steps(candidates, node->children[i]);
}

/* A candidate, small ones more often; "at_least" is an index. */
static int64_t draw(
    struct verify_run *run, const struct candidates *candidates, int at_least)
{
    int64_t a = verify_random(run, candidates->n - at_least);
    int64_t b = verify_random(run, candidates->n - at_least);
    return candidates->at[at_least + (int)(a < b ? a : b)];
}

/* One of the values of a set parameter, or any candidate if it is open. */
static int64_t draw_parameter(struct verify_run *run,
    const struct candidates *candidates, const struct ast_parameter *declared,
    bool is_large)
{
    if (declared->kind == AST_PARAMETER_SET && declared->n_values > 0 &&
        (!declared->is_open || verify_random(run, 3) == 0))
        return declared->values[verify_random(run, declared->n_values)];
    return draw(run, candidates, is_large);
}

/* Has an array no more elements than this? */
static bool is_small(
    const struct array *array, const int64_t *values, int64_t max_elements)
{
    int64_t n = 1;
    for (int i = 0; i < array->n_dimensions; i++) {
        int64_t extent = affine_evaluate(array->extents[i], values);
        if (extent <= 0)
            return extent == 0;
        if (extent > max_elements)
            return false;
        n = n > max_elements ? n : n * extent;
    }
    return n <= max_elements;
}

/* Do all requires hold, and is every array small? */
static bool is_allowed(const struct loop_program *program, int64_t *values,
    const int64_t *parameters, int64_t max_elements)
{
    for (int i = 0; i < program->n_parameters; i++)
        values[program->parameters[i]->id] = parameters[i];
    for (int i = 0; i < program->n_requires; i++)
        if (!guard_evaluate(program->requires[i], values))
            return false;
    for (int i = 0; i < program->n_arrays; i++)
        if (!is_small(program->arrays[i], values, max_elements))
            return false;
    return true;
}

/* Was the choice made before? */
static bool is_known(const int64_t *const *choices, int n,
    const int64_t *parameters, int n_parameters)
{
    for (int i = 0; i < n; i++) {
        int same = 0;
        while (same < n_parameters && choices[i][same] == parameters[same])
            same++;
        if (same == n_parameters)
            return true;
    }
    return false;
}

/* Draw all parameters, the one with number "large" among the larger. */
static void draw_all(struct verify_run *run, const struct loop_program *program,
    const struct candidates *candidates, int large, int64_t *parameters)
{
    for (int i = 0; i < program->n_parameters; i++)
        parameters[i] =
            draw_parameter(run, candidates, program->declared[i], i == large);
}

int verify_choose_sizes(struct verify_run *run,
    const struct loop_program *program, int64_t max_elements, int n_wanted,
    const int64_t **choices)
{
    static const int64_t always[] = {0, 1, 2, 3, 4, 5, 7, 13};
    struct candidates candidates = {0};
    int64_t *values = memory_new_values(run->arena, program, NULL);
    int n = 0, n_parameters = program->n_parameters;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_candidate(&candidates, always[i]);
    add_steps(&candidates, program->body);
    for (int i = 0; i < MAX_TRIES && n < n_wanted; i++) {
        int64_t *parameters =
            ARENA_ARRAY(run->arena, n_parameters + 1, int64_t);
        int large = (int)verify_random(run, n_parameters + 1);
        draw_all(run, program, &candidates, large, parameters);
        if (is_allowed(program, values, parameters, max_elements) &&
            !is_known(choices, n, parameters, n_parameters))
            choices[n++] = parameters;
        if (n_parameters == 0)
            break;
    }
    return n;
}
