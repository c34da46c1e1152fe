/* Which parameter values a program is checked with: small awkward ones around
 * its vectors and tiles, that its requires allow. */
#include "verify/verify_internal.h"

enum { MAX_CANDIDATES = 96, MAX_TRIES = 2000 };

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
        add_candidate(candidates, 2 * step + 37);
    }
    for (int i = 0; i < node->n_children; i++)
        add_steps(candidates, node->children[i]);
}

/* What was chosen for a program so far. "values" are those of variables. */
struct verify_sizes {
    struct verify_run *run;
    const struct loop_program *program;
    struct candidates candidates;
    int64_t *values;
    int n_draws;
    VECTOR(const int64_t *) known;
};

/* One of the larger half, or of the largest quarter. */
static int64_t draw_large(
    struct verify_run *run, const struct candidates *candidates)
{
    int n = candidates->n;
    int begin = verify_random(run, 2) ? n / 2 : n - n / 4 - 1;
    return candidates->at[begin + verify_random(run, n - begin)];
}

/* Rarely 0, small ones more often. */
static int64_t draw_small(
    struct verify_run *run, const struct candidates *candidates)
{
    int64_t best = candidates->n;
    if (verify_random(run, 12) == 0)
        return 0;
    for (int i = 0; i < 3; i++) {
        int64_t other = 1 + verify_random(run, candidates->n - 1);
        best = other < best ? other : best;
    }
    return candidates->at[best];
}

/* One of the values of a set parameter, or any candidate if it is open. */
static int64_t draw_parameter(struct verify_run *run,
    const struct candidates *candidates, const struct ast_parameter *declared,
    bool is_large)
{
    if (declared->kind == AST_PARAMETER_SET && declared->n_values > 0 &&
        (!declared->is_open || verify_random(run, 3) == 0))
        return declared->values[verify_random(run, declared->n_values)];
    return is_large ? draw_large(run, candidates) : draw_small(run, candidates);
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
static bool is_allowed(const struct verify_sizes *sizes,
    const int64_t *parameters, int64_t max_elements)
{
    const struct loop_program *program = sizes->program;
    for (int i = 0; i < program->n_parameters; i++)
        sizes->values[program->parameters[i]->id] = parameters[i];
    for (int i = 0; i < program->n_requires; i++)
        if (!guard_evaluate(program->requires[i], sizes -> values))
            return false;
    for (int i = 0; i < program->n_arrays; i++)
        if (!is_small(program->arrays[i], sizes->values, max_elements))
            return false;
    return true;
}

/* Was the choice made before? */
static bool is_known(
    const struct verify_sizes *sizes, const int64_t *parameters)
{
    int n = sizes->program->n_parameters;
    for (int i = 0; i < sizes->known.n; i++) {
        int same = 0;
        while (same < n && sizes->known.at[i][same] == parameters[same])
            same++;
        if (same == n)
            return true;
    }
    return false;
}

struct verify_sizes *verify_sizes_new(
    struct verify_run *run, const struct loop_program *program)
{
    static const int64_t always[] = {0, 1, 2, 3, 4, 5, 7, 13};
    struct verify_sizes *sizes = ARENA_NEW(run->arena, struct verify_sizes);
    sizes->run = run;
    sizes->program = program;
    sizes->values = memory_new_values(run->arena, program, NULL);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_candidate(&sizes->candidates, always[i]);
    add_steps(&sizes->candidates, program->body);
    return sizes;
}

const int64_t *verify_sizes_next(
    struct verify_sizes *sizes, int64_t max_elements)
{
    const struct loop_program *program = sizes->program;
    int n = program->n_parameters;
    int64_t *parameters = ARENA_ARRAY(sizes->run->arena, n + 1, int64_t);
    for (int i = 0; i < MAX_TRIES; i++) {
        int large = sizes->n_draws++ % (n + 1);
        for (int k = 0; k < n; k++)
            parameters[k] = draw_parameter(sizes->run, &sizes->candidates,
                program->declared[k], k == large);
        if (!is_allowed(sizes, parameters, max_elements) ||
            is_known(sizes, parameters))
            continue;
        VECTOR_PUSH(sizes->run->arena, &sizes->known, parameters);
        return parameters;
    }
    return NULL;
}
