/* A whole case: families, sizes that fit, data, options. */
#include <string.h>

#include "fuzz.h"

enum { MOST_ITERATIONS = 200000, MOST_ELEMENTS = 400000 };

static bool set_has(const struct fuzz_parameter *parameter, int value)
{
    for (int i = 0; i < parameter->n_values; i++)
        if (parameter->values[i] == value)
            return true;
    return false;
}

int case_expected_status(const struct fuzz_case *fuzz, int run)
{
    int64_t symbols[FUZZ_N_SYMBOLS];
    case_symbols(fuzz, run, symbols);
    for (int i = 0; i < fuzz->n_parameters; i++) {
        const struct fuzz_parameter *parameter = &fuzz->parameters[i];
        if (parameter->kind == FUZZ_SET && !parameter->is_open &&
            !set_has(parameter, parameter->runs[run]))
            return 2;
    }
    for (int i = 0; i < fuzz->n_requires; i++)
        if (!condition_holds(&fuzz->requires[i], symbols))
            return 2;
    for (int i = 0; i < fuzz->n_tensors; i++)
        for (int j = 0; j < fuzz->tensors[i].rank; j++)
            if (!fuzz->tensors[i].is_deleted &&
                index_evaluate(&fuzz->tensors[i].extents[j], symbols) < 0)
                return 2;
    return 0;
}

/* How often loop "symbol" runs at most. */
static double measure_loop(
    const struct fuzz_case *fuzz, int symbol, const int64_t *symbols)
{
    const struct fuzz_loop *loop = &fuzz->loops[symbol - FUZZ_FIRST_LOOP];
    struct fuzz_affine upper = affine_bound(fuzz, loop->upper, true);
    struct fuzz_affine lower = affine_bound(fuzz, loop->lower, false);
    int64_t n =
        affine_evaluate(&upper, symbols) - affine_evaluate(&lower, symbols);
    return n > 0 ? (double)n : 0.0;
}

/* Iterations of all loops inside an expression. */
static double measure_expression(
    const struct fuzz_case *fuzz, int at, const int64_t *symbols)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    double n = 1.0;
    for (int i = 0; i < expression->n_operands; i++) {
        double inner =
            measure_expression(fuzz, expression->operands[i], symbols);
        n = inner > n ? inner : n;
    }
    for (int i = 0; i < expression->n_loops; i++)
        n *= measure_loop(fuzz, expression->loops[i], symbols);
    return n;
}

static double measure_statement(
    const struct fuzz_case *fuzz, int at, const int64_t *symbols)
{
    const struct fuzz_statement *statement = &fuzz->statements[at];
    if (statement->kind != FUZZ_FOR)
        return measure_expression(fuzz, statement->value, symbols);
    double n = 0.0;
    for (int i = 0; i < statement->n_children; i++)
        n += measure_statement(fuzz, statement->children[i], symbols);
    for (int i = 0; i < statement->n_loops; i++)
        n *= measure_loop(fuzz, statement->loops[i], symbols);
    return n;
}

/* Is a run too large to be checked quickly? */
static bool run_is_large(const struct fuzz_case *fuzz, int run)
{
    int64_t symbols[FUZZ_N_SYMBOLS];
    case_symbols(fuzz, run, symbols);
    double n = 0.0;
    for (int i = 0; i < fuzz->n_roots; i++)
        n += measure_statement(fuzz, fuzz->roots[i], symbols);
    if (n > MOST_ITERATIONS)
        return true;
    for (int i = 0; i < fuzz->n_tensors; i++) {
        double elements = 1.0;
        for (int j = 0; j < fuzz->tensors[i].rank; j++)
            elements *=
                (double)index_evaluate(&fuzz->tensors[i].extents[j], symbols);
        if (elements > MOST_ELEMENTS)
            return true;
    }
    return false;
}

/* Set a value in one run, or in all where it is fixed. */
static void set_run(struct fuzz_parameter *parameter, int run, int value)
{
    bool is_fixed = parameter->is_defined || parameter->kind == FUZZ_CONSTANT;
    for (int i = 0; i < FUZZ_MAX_RUNS; i++)
        if (i == run || is_fixed)
            parameter->runs[i] = value;
    if (parameter->kind == FUZZ_CONSTANT && !parameter->is_defined)
        parameter->default_value = value;
}

static bool may_change(const struct fuzz_parameter *parameter)
{
    return parameter->kind != FUZZ_SET && !parameter->is_multiplier;
}

/* Halve the largest parameter until the run is small enough. */
static void shrink_run(struct fuzz_case *fuzz, int run)
{
    for (int turn = 0; turn < 60 && run_is_large(fuzz, run); turn++) {
        struct fuzz_parameter *largest = NULL;
        for (int i = 0; i < fuzz->n_parameters; i++) {
            struct fuzz_parameter *parameter = &fuzz->parameters[i];
            if (may_change(parameter) &&
                (!largest || parameter->runs[run] > largest->runs[run]))
                largest = parameter;
        }
        if (largest)
            set_run(largest, run, largest->runs[run] / 2 + 1);
    }
}

/* Enlarge parameters until the entry accepts the run. */
static bool enlarge_run(struct fuzz_case *fuzz, int run)
{
    for (int turn = 0; turn < 40; turn++) {
        if (case_expected_status(fuzz, run) == 0)
            return true;
        for (int i = 0; i < fuzz->n_parameters; i++) {
            struct fuzz_parameter *parameter = &fuzz->parameters[i];
            if (may_change(parameter) && random_chance(&fuzz->random, 50))
                set_run(parameter, run,
                    parameter->runs[run] + random_between(&fuzz->random, 1, 5));
            if (parameter->kind == FUZZ_SET && !parameter->is_defined &&
                random_chance(&fuzz->random, 50))
                parameter->runs[run] = parameter->values[random_below(
                    &fuzz->random, parameter->n_values)];
        }
    }
    return false;
}

/* The first run should do something: no empty loops, mostly. */
static void fill_first_run(struct fuzz_case *fuzz)
{
    bool is_stencil = fuzz->features[FUZZ_FEATURE_STENCIL] ||
                      fuzz->features[FUZZ_FEATURE_SCAN];
    int least = is_stencil ? 5 : 1;
    for (int i = 0; i < fuzz->n_parameters; i++) {
        struct fuzz_parameter *parameter = &fuzz->parameters[i];
        if (may_change(parameter) && parameter->runs[0] < least &&
            random_chance(&fuzz->random, 92))
            set_run(
                parameter, 0, random_between(&fuzz->random, least, least + 3));
    }
}

/* Values for all runs: the first is accepted, others may be refused. */
static bool choose_runs(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    fuzz->n_runs = random_between(random, 2, FUZZ_MAX_RUNS);
    fill_first_run(fuzz);
    for (int run = fuzz->n_runs - 1; run >= 0; run--) {
        if (run == 0 || random_chance(random, 80))
            enlarge_run(fuzz, run);
        shrink_run(fuzz, run);
    }
    for (int i = 0; i < fuzz->n_parameters; i++) {
        struct fuzz_parameter *parameter = &fuzz->parameters[i];
        if (parameter->kind == FUZZ_RUNTIME && !parameter->is_defined &&
            random_chance(random, 1))
            parameter->runs[fuzz->n_runs - 1] = -1;
    }
    for (int run = 0; run < fuzz->n_runs; run++) {
        if (run_is_large(fuzz, run))
            return false;
        fuzz->data_modes[run] = random_chance(random, 30) ? 0 : 1;
        if (!fuzz->no_specials && !fuzz->is_approximate &&
            fuzz->fp != FUZZ_REASSOC && random_chance(random, 35))
            fuzz->data_modes[run] = 2;
    }
    return case_expected_status(fuzz, 0) == 0;
}

static void choose_options(struct fuzz_case *fuzz)
{
    static const int fp_weights[] = {64, 18, 18};
    struct fuzz_random *random = &fuzz->random;
    fuzz->fp = (enum fuzz_fp)random_weighted(random, 3, fp_weights);
    fuzz->is_verified = random_chance(random, 75);
    static const char *const levels[] = {"x86-64", "x86-64-v3", "x86-64-v4",
        "x86-64,x86-64-v3", "x86-64,x86-64-v3,x86-64-v4", ""};
    static const int level_weights[] = {14, 28, 34, 8, 4, 12};
    snprintf(fuzz->isa, sizeof fuzz->isa, "%s",
        levels[random_weighted(random, 6, level_weights)]);
    static const char *const options[] = {
        "", " -O0", " -O1", " -O3", " -g", " -march=native"};
    static const int option_weights[] = {66, 6, 8, 10, 5, 5};
    snprintf(fuzz->options, sizeof fuzz->options, "%s",
        options[random_weighted(random, 6, option_weights)]);
    if (strstr(fuzz->options, "-march"))
        fuzz->isa[0] = 0;
}

static void add_family(struct fuzz_case *fuzz)
{
    static void (*const families[])(struct fuzz_case *) = {family_convolution,
        family_pool, family_stencil, family_scan, family_scatter,
        family_reindex, family_pipeline, family_nest, family_chain, family_rows,
        family_twice};
    static const int weights[] = {40, 6, 7, 4, 6, 5, 7, 13, 4, 4, 4};
    families[random_weighted(&fuzz->random, 11, weights)](fuzz);
}

/* With run-time extents a size that nothing accepts is useless, and an
 * affine form that lost terms is wrong: neither may happen. */
bool case_generate(struct fuzz_case *fuzz, uint64_t seed)
{
    memset(fuzz, 0, sizeof *fuzz);
    fuzz->seed = seed;
    fuzz->random.state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    int n = random_chance(&fuzz->random, 85)
                ? 1
                : random_between(&fuzz->random, 2, 3);
    for (int i = 0; i < n; i++)
        add_family(fuzz);
    if (n > 1)
        case_note(fuzz, FUZZ_FEATURE_SEVERAL);
    for (int i = 0; i < fuzz->n_tensors; i++)
        if (fuzz->tensors[i].is_strided)
            case_note(fuzz, FUZZ_FEATURE_STRIDED);
    choose_options(fuzz);
    if (fuzz->is_full || !choose_runs(fuzz))
        return false;
    schedule_generate(fuzz);
    return !fuzz->is_full;
}
