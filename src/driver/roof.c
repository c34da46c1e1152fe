/* --emit=roof: the work and the traffic of a kernel, counted from the
 * domains; what the loop IR executes for it, counted by the interpreter; and
 * what the model of costs says of the loops: what they need for 16 outputs,
 * how long that takes, what bounds it and what would lift it. */
#include "driver/driver_internal.h"

#include <stdio.h>
#include <string.h>

enum { MAX_STATEMENTS = 20000000, OUTPUTS = 16, MAX_BOUNDS = 4 };

/* What one instance of a statement does. */
struct work {
    int64_t n_fmas;
    int64_t n_operations;
    int64_t n_loads;
    int64_t n_stores;
};

/* Whether an array is memory, not a scalar of the source. */
static bool is_memory(const struct array *array)
{
    return array->kind != ARRAY_PRIVATE && array->n_dimensions > 0;
}

/* Count one node of a value. */
static void count_value(const struct value *value, void *user)
{
    struct work *work = user;

    if (value->kind == VALUE_LOAD && is_memory(value->array))
        work->n_loads++;
    if (value->kind == VALUE_OPERATION && value->operation == VALUE_FMA)
        work->n_fmas++;
    else if (value->kind == VALUE_OPERATION)
        work->n_operations++;
}

/* What one instance of the statement does. */
static struct work count_work(const struct model_statement *statement)
{
    struct work work = {0};

    value_foreach(statement->value, count_value, &work);
    work.n_stores = is_memory(statement->target);
    return work;
}

/* Append a number with commas between thousands. */
static void append_count(struct text *text, int64_t number)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)number);

    for (int i = 0; i < n; i++) {
        text_append_bytes(text, digits + i, 1);
        if ((n - i) % 3 == 1 && i + 1 < n)
            text_append(text, ",");
    }
}

/* "label     12,345 unit" */
static void print_count(
    struct text *text, const char *label, int64_t number, const char *unit)
{
    text_printf(text, "%-11s", label);
    append_count(text, number);
    text_printf(text, " %s\n", unit);
}

/* ---- Parameters that are not fixed ------------------------------------- */

/* What each iteration does, and which iterations there are: with symbolic
 * sizes that is the formula. */
static void print_formula(
    struct text *text, const struct driver_variant *variant)
{
    struct model *model = variant->model;

    text_append(text, "not fixed:");
    for (int i = 0; i < model->n_parameters; i++)
        text_printf(text, " %s", model->parameters[i]->name->text);
    text_append(text, "; -D gives them values, and numbers here.\n"
                      "For each point of its domain a statement does:\n");
    for (int i = 0; i < model->n_statements; i++) {
        const struct model_statement *statement = model->statements[i];
        struct work work = count_work(statement);

        text_printf(text,
            "%s: %lld fma, %lld other operations, %lld loads, %lld stores, "
            "on\n    %s\n",
            statement->name->text, (long long)work.n_fmas,
            (long long)work.n_operations, (long long)work.n_loads,
            (long long)work.n_stores, model_domain_text(model, statement));
    }
    text_append(text, "With 100 for what is not fixed, where that may be:\n");
}

/* ---- Numbers ----------------------------------------------------------- */

/* Work of the whole kernel; false when it could not be counted. */
static bool sum_work(struct model *model, struct work *total)
{
    for (int i = 0; i < model->n_statements; i++) {
        struct work work = count_work(model->statements[i]);
        int64_t n = model_count_iterations(model, model->statements[i], NULL);

        if (n < 0)
            return false;
        total->n_fmas += n * work.n_fmas;
        total->n_operations += n * work.n_operations;
        total->n_loads += n * work.n_loads;
        total->n_stores += n * work.n_stores;
    }
    return true;
}

/* Bytes of an array that are read or written at least once. */
static int64_t count_bytes(
    struct model *model, const struct array *array, bool is_written)
{
    int64_t n = model_count_elements(model, array, is_written, NULL);

    return n < 0 ? 0 : n * dtype_bits(array->type) / 8;
}

/* Operations, a multiplication with addition is two. */
static double get_operations(const struct work *work)
{
    return 2.0 * (double)work->n_fmas + (double)work->n_operations;
}

/* The bytes every execution must at least move, array by array. */
static int64_t print_traffic(struct text *text, struct model *model)
{
    int64_t total = 0;
    struct text parts = text_new(text->arena);

    for (int i = 0; i < model->n_arrays; i++) {
        const struct array *array = model->arrays[i];

        if (!is_memory(array) || array->kind == ARRAY_LOCAL)
            continue;
        for (int is_written = 0; is_written <= 1; is_written++) {
            int64_t n = count_bytes(model, array, is_written == 1);

            if (n == 0)
                continue;
            total += n;
            text_printf(&parts, "%s%s %s ", parts.length ? ", " : "",
                is_written ? "write" : "read", array->name->text);
            append_count(&parts, n);
        }
    }
    text_append(text, "traffic    ");
    append_count(text, total);
    text_printf(text, " bytes, each element once: %s\n", parts.at);
    return total;
}

/* Run the loop IR on zeros and count. False when it runs too long. */
static bool count_executed(struct compilation *c,
    const struct loop_program *program, struct loop_counts *counts)
{
    int n = program->kernel->n_tensors;
    struct loop_buffer *buffers =
        ARENA_ARRAY(c->scratch, n + 1, struct loop_buffer);

    for (int i = 0; i < n; i++) {
        const struct array *array = program->arrays[i];
        int64_t elements = loop_array_elements(program, array, NULL);
        int64_t stride = 1;
        int64_t *strides =
            ARENA_ARRAY(c->scratch, array->n_dimensions + 1, int64_t);

        if (elements < 0 || elements > MAX_STATEMENTS)
            return false;
        for (int j = array->n_dimensions; array->is_strided && j-- > 0;) {
            strides[j] = stride;
            stride *= array->extents[j]->constant;
        }
        buffers[i].data = arena_array(c->scratch, (size_t)elements + 1, 8);
        buffers[i].size_elements = elements;
        buffers[i].strides = array->is_strided ? strides : NULL;
    }
    return !loop_interpret(c, program, NULL, buffers, MAX_STATEMENTS, counts);
}

/* ---- The model of costs ------------------------------------------------- */

/* Vectors the emitted loops need for so many outputs. */
static void print_needs(struct text *text, const struct cost *cost)
{
    const struct cost_needs *needs = &cost->needs;
    double n = cost->outputs / OUTPUTS;

    text_printf(text,
        "needs      for %d outputs: %.2f multiply-adds, %.2f sums, %.2f "
        "selections,\n           %.2f shuffles, %.2f loads, %.2f stores\n",
        OUTPUTS, needs->fmas / n, needs->adds / n, needs->others / n,
        needs->shuffles / n, needs->loads / n, needs->stores / n);
    if (needs->spilled >= n / 100)
        text_printf(text,
            "           (%.2f of them because registers are too few)\n",
            needs->spilled / n);
}

/* The largest bounds that are not far below the largest. */
static void print_bounds(struct text *text, const struct cost *cost)
{
    double n = cost->outputs / OUTPUTS;
    double least = cost->busy[cost->bound] / 4;
    bool is_printed[COST_N_BOUNDS] = {false};
    const char *between = "";

    for (int i = 0; i < MAX_BOUNDS; i++) {
        int most = cost->bound;

        for (int j = 0; j < COST_N_BOUNDS && i > 0; j++)
            if (!is_printed[j] &&
                (is_printed[most] || cost->busy[j] > cost->busy[most]))
                most = j;
        is_printed[most] = true;
        if (cost->busy[most] < least)
            break;
        text_printf(text, "%s%s %.2f", between,
            cost_bound_name((enum cost_bound)most), cost->busy[most] / n);
        between = ",\n           ";
    }
    text_append(text, "\n");
}

/* The schedules that were looked at, cycles for 16 outputs. */
static void print_candidates(
    struct text *text, const struct driver_variant *variant, double n)
{
    const char *taken = variant->schedule->point.name;

    for (int i = 0; i < variant->candidates.n; i++)
        text_printf(text, "%s%.2f %s%s", i ? ",\n           " : "schedules  ",
            variant->candidates.at[i].cycles / n,
            variant->candidates.at[i].name,
            strcmp(variant->candidates.at[i].name, taken) == 0 ? " (taken)"
                                                               : "");
    if (variant->candidates.n)
        text_append(text, "\n");
}

/* What the model says of the program, for 16 outputs; it knows processors
 * only. */
static void print_cost(struct driver *driver, struct text *text,
    const struct driver_variant *variant)
{
    struct cost cost = cost_evaluate(driver->c, variant->program, NULL);
    double n = cost.outputs / OUTPUTS;

    if (variant->machine->gpu || cost.outputs < 1 || cost.cycles <= 0)
        return;
    print_needs(text, &cost);
    text_printf(text,
        "cycles     %.2f for %d outputs, %.0f in all, by the costs of %s\n"
        "           (%.2f without cache lines, %.2f for those alone)\n",
        cost.cycles / n, OUTPUTS, cost.cycles, variant->machine->costs->family,
        cost.core / n, cost.lines / n);
    text_append(text, "bound      ");
    print_bounds(text, &cost);
    text_printf(text, "lift       %s\n", cost_bound_advice(cost.bound));
    print_candidates(text, variant, n);
}

/* What the loop IR executes. */
static void print_executed(struct text *text, const struct loop_counts *counts)
{
    text_append(text, "executed   ");
    append_count(text, counts->n_fmas);
    text_append(text, " fma, ");
    append_count(text, counts->n_operations);
    text_append(text, " other operations, ");
    append_count(text, counts->n_loads);
    text_append(text, " loads, ");
    append_count(text, counts->n_stores);
    text_append(text, " stores; ");
    append_count(text, counts->n_vector_operations);
    text_append(text, " vector operations\n");
}

/* All numbers of one variant whose sizes are fixed. */
static void print_numbers(struct driver *driver, struct text *text,
    const struct driver_variant *variant)
{
    struct model *model = variant->model;
    struct loop_counts counts = {0};
    struct work total = {0};
    int64_t traffic_bytes;
    double flops;

    if (!sum_work(model, &total)) {
        text_append(text, "too many iterations to count\n");
        return;
    }
    print_count(text, "fma", total.n_fmas, "multiplications with addition");
    print_count(text, "other", total.n_operations,
        "operations (a function such as exp is one)");
    print_count(text, "loads", total.n_loads, "elements, as written");
    print_count(text, "stores", total.n_stores, "elements");
    traffic_bytes = print_traffic(text, model);
    flops = get_operations(&total);
    text_printf(text, "intensity  %.3g operations per byte\n",
        traffic_bytes ? flops / (double)traffic_bytes : 0.0);
    if (!count_executed(driver->c, variant->program, &counts)) {
        counts.n_fmas = total.n_fmas;
        counts.n_operations = total.n_operations;
        counts.n_loads = total.n_loads;
        counts.n_stores = total.n_stores;
        text_append(text, "executed   (not run: too large)\n");
    } else {
        print_executed(text, &counts);
    }
    print_cost(driver, text, variant);
}

bool driver_count_work(
    struct compilation *c, struct model *model, struct driver_work *work)
{
    struct text parts = text_new(c->scratch);
    struct work total = {0};

    if (!sum_work(model, &total))
        return false;
    work->n_bytes = print_traffic(&parts, model);
    work->n_operations = get_operations(&total);
    return true;
}

bool roof_print(struct driver *driver, struct text *text)
{
    crash_set_stage("counting for --emit=roof");
    for (int i = 0; i < driver->kernels.n; i++) {
        const struct driver_kernel *kernel = &driver->kernels.at[i];

        for (int j = 0; j < kernel->variants.n; j++) {
            const struct driver_variant *variant = &kernel->variants.at[j];

            text_append(text, "// --- roof: ");
            dump_title(text, kernel, variant);
            text_append(text, "\n");
            if (variant->model->n_parameters > 0) {
                print_formula(text, variant);
                print_cost(driver, text, variant);
            } else {
                print_numbers(driver, text, variant);
            }
        }
    }
    return true;
}
