/* The self-check of a kernel whose sizes are fixed and too large to replay:
 * the same schedules at small sizes.
 *
 * Takes     a kernel whose self-check is done.
 * Requires  the report says which variants could not be replayed.
 * Ensures   parameters have their values again; models are freed; nothing is
 *           reported but what differs.
 */
#include "driver/driver_internal.h"

enum {
    LARGE = 17,      /* values from here on are made smaller */
    MAX_DRAWS = 150, /* choices of sizes looked at */
    MAX_BUILDS = 12, /* of them, programs built */
    N_SIZES = 6,     /* sizes to check, or one for every variant */
    MAX_SIZES = 9,
    MAX_NUMBERS = 64,
    MAX_STEP = 64,
    MAX_ELEMENTS = 1 << 13, /* of an array */
    MAX_STATEMENTS = 600000,
    MAX_LIMIT = 3 * MAX_STEP,
    MAX_PRODUCT = 1 << 13,  /* of all sizes */
    MAX_OPERATIONS = 300000 /* of isl, in a phase */
};

/* The numbers sizes are chosen from, rising. */
struct numbers {
    int n;
    int64_t at[MAX_NUMBERS];
};

/* The parameters that are changed, their own values, and the choices made.
 * Numbers are below "limit", their product about "budget" at most; both sink
 * when they were too large. */
struct small {
    struct driver *driver;
    struct driver_kernel *kernel;
    struct numbers numbers;
    uint64_t random;
    int64_t limit;
    int64_t budget;
    int n;
    struct ast_parameter **parameters;
    int64_t *values;
    VECTOR(const int64_t *) known;
    int n_builds;
    int64_t max_statements;
};

/* One variant with the small sizes. */
struct trial {
    struct model *model;
    struct loop_program *program;
    struct loop_program *oracle;
};

/* ---- Numbers to choose from -------------------------------------------- */

/* Insert a number that is not there yet. */
static void add_number(struct numbers *numbers, int64_t number)
{
    int at = 0;

    if (number < 1 || numbers->n == MAX_NUMBERS)
        return;
    while (at < numbers->n && numbers->at[at] < number)
        at++;
    if (at < numbers->n && numbers->at[at] == number)
        return;
    for (int i = numbers->n++; i > at; i--)
        numbers->at[i] = numbers->at[i - 1];
    numbers->at[at] = number;
}

/* Numbers around the lanes and steps of the loops below. */
static void add_steps(struct numbers *numbers, const struct loop_node *node)
{
    int64_t step = node->kind == LOOP_FOR ? node->step : 1;

    if (node->kind == LOOP_ASSIGN && node->lane)
        step = node->lane->n_lanes;
    if (step > 1 && step <= MAX_STEP)
        for (int i = 0; i < 3; i++) {
            add_number(numbers, step - 1 + i);
            add_number(numbers, 2 * step + i);
        }
    for (int i = 0; i < node->n_children; i++)
        add_steps(numbers, node->children[i]);
}

/* Parts of a value and multiples of the power of two in it: what divides it
 * may have to divide the small one. */
static void add_parts(struct numbers *numbers, int64_t value)
{
    static const int64_t factors[] = {1, 2, 3, 5};
    int64_t power = value & -value;

    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        add_number(numbers, factors[i] * (power < 32 ? power : 32));
    for (int64_t part = value / 2; part >= 4; part /= 2)
        if (part <= 2 * MAX_STEP)
            add_number(numbers, part);
}

/* Numbers around vectors and tiles, and what goes with the values. */
static void collect_numbers(struct small *small)
{
    static const int64_t always[] = {1, 2, 5, 17, 33, 67};

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_number(&small->numbers, always[i]);
    for (int i = 0; i < small->n; i++)
        add_parts(&small->numbers, small->values[i]);
    for (int i = small->kernel->variants.n - 1; i >= 0; i--)
        add_steps(&small->numbers, small->kernel->variants.at[i].program->body);
}

/* Note which parameters are fixed and large; sets keep their values. */
static void collect_parameters(struct small *small)
{
    const struct ast_kernel *kernel = small->kernel->kernel;
    struct arena *arena = small->driver->c->arena;

    small->parameters =
        ARENA_ARRAY(arena, kernel->n_parameters, struct ast_parameter *);
    small->values = ARENA_ARRAY(arena, kernel->n_parameters, int64_t);
    for (int i = 0; i < kernel->n_parameters; i++) {
        struct ast_parameter *parameter = kernel->parameters[i];

        if (parameter->kind == AST_PARAMETER_SET ||
            !header_is_fixed(parameter) || parameter->value < LARGE)
            continue;
        small->values[small->n] = parameter->value;
        small->parameters[small->n++] = parameter;
    }
}

/* ---- A choice of sizes ------------------------------------------------- */

/* A number of 0 .. n-1; always the same sequence. */
static int draw(struct small *small, int n)
{
    small->random = small->random * UINT64_C(6364136223846793005) +
                    UINT64_C(1442695040888963407);
    return (int)((small->random >> 33) % (uint64_t)n);
}

/* A number below "limit": of the larger half, or rather small. */
static int64_t draw_number(struct small *small, int64_t limit, bool is_large)
{
    const struct numbers *numbers = &small->numbers;
    int n = 1, at, other;

    while (n < numbers->n && numbers->at[n] < limit)
        n++;
    if (is_large)
        return numbers->at[n / 2 + draw(small, n - n / 2)];
    at = draw(small, n);
    other = draw(small, n);
    return numbers->at[at < other ? at : other];
}

/* Was the choice made before? */
static bool is_known(const struct small *small, const int64_t *choice)
{
    for (int i = 0; i < small->known.n; i++) {
        int same = 0;

        while (same < small->n && small->known.at[i][same] == choice[same])
            same++;
        if (same == small->n)
            return true;
    }
    return false;
}

/* The parameter whose value "i" takes: in every other round those that were
 * equal stay so. */
static int find_leader(const struct small *small, int i, int round)
{
    int first = 0;

    while (round % 2 == 0 && small->values[first] != small->values[i])
        first++;
    return round % 2 == 0 ? first : i;
}

/* Draw a value for every parameter, of the one whose turn it is first: the
 * larger it is, the smaller are the others. */
static void draw_values(struct small *small, int round, int64_t *choice)
{
    int turn = small->n - 1 - round / 2 % small->n;
    int64_t budget = small->budget;

    for (int k = 0; k < small->n; k++) {
        int i = (turn + small->n - k) % small->n;
        int leader = find_leader(small, i, round);
        int64_t limit = budget < small->limit ? budget : small->limit;

        if (choice[leader] == 0)
            choice[leader] = draw_number(small,
                limit < small->values[i] ? limit : small->values[i], k == 0);
        choice[i] = choice[leader];
        budget /= choice[i];
    }
}

/* Give the parameters small values; false if these were tried before. */
static bool choose(struct small *small, int round)
{
    int64_t *choice = ARENA_ARRAY(small->driver->c->arena, small->n, int64_t);

    draw_values(small, round, choice);
    if (is_known(small, choice))
        return false;
    VECTOR_PUSH(small->driver->c->arena, &small->known, choice);
    for (int i = 0; i < small->n; i++)
        small->parameters[i]->value = choice[i];
    return true;
}

/* Give the parameters their own values. */
static void restore(struct small *small)
{
    for (int i = 0; i < small->n; i++)
        small->parameters[i]->value = small->values[i];
}

/* "N = 17, C = 33": every parameter with a value. */
static const char *describe(const struct small *small)
{
    const struct ast_kernel *kernel = small->kernel->kernel;
    struct text text = text_new(small->driver->c->arena);

    for (int i = 0; i < kernel->n_parameters; i++)
        if (header_is_fixed(kernel->parameters[i]))
            text_printf(&text, "%s%s = %lld", text.length ? ", " : "",
                kernel->parameters[i]->name->text,
                (long long)kernel->parameters[i]->value);
    return text.at;
}

/* ---- One trial --------------------------------------------------------- */

/* Are all arrays of known extents small? */
static bool is_small(const struct model *model)
{
    for (int i = 0; i < model->n_arrays; i++) {
        const struct array *array = model->arrays[i];
        int64_t n = 1;

        if (array->kind == ARRAY_PRIVATE)
            continue;
        for (int d = 0; d < array->n_dimensions; d++) {
            const struct affine *extent = array->extents[d];

            if (affine_is_constant(extent))
                n *= extent->constant < MAX_ELEMENTS ? extent->constant
                                                     : MAX_ELEMENTS + 1;
            if (n > MAX_ELEMENTS)
                return false;
        }
    }
    return true;
}

/* Can the statements be replayed? Yes, as long as their number is unknown. */
static bool is_short(const struct small *small, struct model *model)
{
    int64_t left = small->max_statements / 4;

    for (int i = 0; i < model->n_statements && model->n_parameters == 0; i++) {
        int64_t n = model_count_iterations(model, model->statements[i], NULL);

        left -= n < left ? n : left;
    }
    return left > 0;
}

/* Smaller numbers from here on. */
static void lower_limit(struct small *small)
{
    if (small->limit > 4)
        small->limit -= small->limit / 4;
    if (small->budget > 4)
        small->budget -= small->budget / 4;
}

/* Everything up to loop programs; "model" is set also where this fails. */
static bool build_trial(struct small *small,
    const struct driver_variant *variant, struct trial *trial)
{
    struct compilation *c = small->driver->c;
    struct schedule *schedule, *plain;

    trial->model = model_build(
        c, small->kernel->kernel, variant->n_bindings, variant->bindings);
    if (!trial->model)
        return false;
    if (!is_small(trial->model) || !is_short(small, trial->model)) {
        lower_limit(small);
        return false;
    }
    small->n_builds++;
    if (!model_check(trial->model))
        return false;
    schedule = schedule_build_at(c, trial->model, variant->machine,
        variant->schedule->source, &variant->schedule->point);
    trial->program = schedule ? loop_build(c, schedule) : NULL;
    plain = trial->program
                ? schedule_build_source_order(c, trial->model, variant->machine)
                : NULL;
    trial->oracle = plain ? loop_build(c, plain) : NULL;
    return trial->oracle != NULL;
}

/* The same, in silence and with less patience. */
static bool try_build(struct small *small, const struct driver_variant *variant,
    struct trial *trial)
{
    struct compilation *c = small->driver->c;
    struct compilation saved = *c;
    unsigned long *limit = &c->options.max_isl_operations;
    bool ok;

    c->diag = diag_new(c->arena);
    if (*limit == 0 || *limit > MAX_OPERATIONS)
        *limit = MAX_OPERATIONS;
    ok = build_trial(small, variant, trial) && diag_n_errors(c->diag) == 0;
    if (diag_get_status(c->diag) == DIAG_LIMIT)
        small->n_builds++;
    *c = saved;
    arena_reset(c->scratch);
    return ok;
}

/* Replay what was built; false after reporting. "is_replayed" says whether it
 * was small enough. */
static bool replay(struct small *small, const struct driver_variant *variant,
    const struct trial *trial, bool *is_replayed)
{
    struct verify_variant checked = {trial->program, trial->oracle,
        variant->machine, NULL, variant->n_bindings, variant->bindings,
        describe(small)};
    struct verify_request request = {.kernel = small->kernel->kernel,
        .n_variants = 1,
        .variants = &checked,
        .max_statements = small->max_statements};
    struct verify_report report;
    bool ok = verify_kernel(small->driver->c, &request, &report);

    *is_replayed = ok && report.n_replayed > 0;
    if (!*is_replayed)
        lower_limit(small);
    return ok;
}

/* Draw sizes and check one variant at them; false after reporting. */
static bool check_variant(struct small *small,
    const struct driver_variant *variant, int round, bool *is_replayed)
{
    struct trial trial = {0};
    bool ok = true;

    *is_replayed = false;
    if (choose(small, round) && try_build(small, variant, &trial))
        ok = replay(small, variant, &trial, is_replayed);
    restore(small);
    model_free(trial.model);
    return ok;
}

/* ---- All variants ------------------------------------------------------ */

bool small_check(struct driver *driver, struct driver_kernel *kernel)
{
    struct small small = {.driver = driver,
        .kernel = kernel,
        .limit = MAX_LIMIT,
        .budget = MAX_PRODUCT};
    int n = kernel->variants.n;
    int n_sizes = n < N_SIZES ? N_SIZES : n < MAX_SIZES ? n : MAX_SIZES;

    collect_parameters(&small);
    if (small.n == 0)
        return true;
    collect_numbers(&small);
    small.max_statements = MAX_STATEMENTS / n_sizes;
    for (int i = 0; i < MAX_DRAWS && small.n_builds < MAX_BUILDS &&
                    kernel->n_small < n_sizes;
         i++) {
        int at = n - 1 - kernel->n_small % n;
        bool is_replayed;

        if (!check_variant(&small, &kernel->variants.at[at], i, &is_replayed))
            return false;
        kernel->n_small += is_replayed;
    }
    return true;
}
