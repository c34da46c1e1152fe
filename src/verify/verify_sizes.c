/* Which parameter values a program is checked with: small awkward ones around
 * its vectors and tiles, that its requires allow. Where a program has code for
 * some values only, each such branch gets one that takes it first. */
#include "verify/verify_internal.h"

enum { MAX_CANDIDATES = 96, MAX_TRIES = 2000, FEW = 3 };

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

/* What was chosen for a program so far. "values" are those of variables,
 * "branches" the conditions on parameters alone, of which the first "n_taken"
 * are taken by a choice, or by none that was found. */
struct verify_sizes {
    struct verify_run *run;
    const struct loop_program *program;
    struct candidates candidates;
    VECTOR(const struct guard *) branches;
    int n_taken;
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

/* Is it a parameter of the program? */
static bool is_parameter(
    const struct loop_program *program, const struct variable *variable)
{
    for (int i = 0; i < program->n_parameters; i++)
        if (program->parameters[i] == variable)
            return true;
    return false;
}

/* Is the form one of parameters alone? Numbers around its border. */
static bool add_border(struct verify_sizes *sizes, const struct affine *form)
{
    int64_t border = form->constant < 0 ? -form->constant : form->constant;
    for (int i = 0; i < form->n_terms; i++)
        if (!is_parameter(sizes->program, form->terms[i].variable))
            return false;
    add_candidate(&sizes->candidates, border - 1);
    add_candidate(&sizes->candidates, border);
    add_candidate(&sizes->candidates, border + 1);
    return true;
}

/* Note the branches at and below a node. */
static void add_branches(
    struct verify_sizes *sizes, const struct loop_node *node)
{
    bool fits = node->kind == LOOP_IF && node->guard;
    for (int i = 0; fits && i < node->guard->n_clauses; i++)
        for (int j = 0; fits && j < node->guard->clauses[i].n; j++)
            fits = add_border(sizes, node->guard->clauses[i].terms[j]);
    if (fits)
        VECTOR_PUSH(sizes->run->arena, &sizes->branches, node->guard);
    for (int i = 0; i < node->n_children; i++)
        add_branches(sizes, node->children[i]);
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
    add_branches(sizes, program->body);
    return sizes;
}

int verify_sizes_count_branches(const struct verify_sizes *sizes)
{
    return sizes->branches.n;
}

/* May the parameter be small, so that the branch is not too long to replay? */
static bool is_free(
    const struct verify_sizes *sizes, int parameter, const struct guard *branch)
{
    const struct loop_program *program = sizes->program;
    return branch && program->declared[parameter]->kind != AST_PARAMETER_SET &&
           !guard_has(branch, program->parameters[parameter]);
}

/* A choice that was not made before and fulfils "branch" if that is not NULL;
 * NULL if none is found. */
static const int64_t *find_choice(struct verify_sizes *sizes,
    int64_t max_elements, const struct guard *branch)
{
    const struct loop_program *program = sizes->program;
    int n = program->n_parameters;
    int64_t *parameters = ARENA_ARRAY(sizes->run->arena, n + 1, int64_t);
    for (int i = 0; i < MAX_TRIES; i++) {
        int large = sizes->n_draws++ % (n + 1);
        for (int k = 0; k < n; k++)
            parameters[k] = i < MAX_TRIES / 2 && is_free(sizes, k, branch)
                                ? 1 + verify_random(sizes->run, FEW)
                                : draw_parameter(sizes->run, &sizes->candidates,
                                      program->declared[k], k == large);
        if (!is_allowed(sizes, parameters, max_elements) ||
            is_known(sizes, parameters) ||
            (branch && !guard_evaluate(branch, sizes->values)))
            continue;
        VECTOR_PUSH(sizes->run->arena, &sizes->known, parameters);
        return parameters;
    }
    return NULL;
}

const int64_t *verify_sizes_next(
    struct verify_sizes *sizes, int64_t max_elements)
{
    while (sizes->n_taken < sizes->branches.n) {
        const struct guard *branch = sizes->branches.at[sizes->n_taken++];
        const int64_t *parameters = find_choice(sizes, max_elements, branch);
        if (parameters)
            return parameters;
    }
    return find_choice(sizes, max_elements, NULL);
}
