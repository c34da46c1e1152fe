/* tapc bench: hand what was compiled to bench/, print what comes back. */
#include "bench/bench.h"
#include "driver/driver_internal.h"

/* The variant whose oracle is the naive program: the best level that runs
 * here. NULL when none does. */
static const struct driver_variant *find_variant(
    const struct driver_kernel *kernel)
{
    for (int i = kernel->variants.n; i-- > 0;)
        if (codegen_can_run(kernel->variants.at[i].machine))
            return &kernel->variants.at[i];
    return NULL;
}

/* Whether every parameter has a value; false after reporting. */
static bool check_fixed(
    struct compilation *c, const struct ast_kernel *kernel, const char *command)
{
    bool ok = true;

    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];

        if (header_is_fixed(parameter))
            continue;
        diag_error(c->diag, parameter->range, DIAG_E0208,
            "'tapc %s' needs a value for '%s'", command, parameter->name->text);
        diag_hint(c->diag, "Give it one with -D %s=...", parameter->name->text);
        ok = false;
    }
    return ok;
}

bool driver_check_fixed(struct driver *driver, const char *command)
{
    bool ok = true;

    for (int i = 0; i < driver->program->n_kernels; i++)
        if (!check_fixed(driver->c, driver->program->kernels[i], command))
            ok = false;
    return ok;
}

/* Time one kernel. */
static bool time_kernel(struct driver *driver,
    const struct driver_kernel *kernel, struct blob header,
    struct bench_report *report)
{
    struct compilation *c = driver->c;
    const struct driver_variant *variant = find_variant(kernel);
    struct bench_request request = {
        .kernel = kernel->kernel, .object = driver->object, .header = header};

    if (!variant) {
        diag_error(c->diag, kernel->kernel->name_range, DIAG_E0502,
            "this machine cannot run any level of the object");
        return false;
    }
    request.naive = variant->oracle;
    pass_begin(driver, "bench_kernel");
    return pass_end(driver, bench_kernel(c, &request, report));
}

/* Time all kernels on a GPU, for the last one named. */
static bool print_device(
    struct driver *driver, struct text *text, struct blob header)
{
    int n = driver->kernels.n;
    struct bench_device_report *reports =
        ARENA_ARRAY(driver->c->arena, n, struct bench_device_report);

    for (int i = 0; i < n; i++) {
        const struct driver_kernel *kernel = &driver->kernels.at[i];
        struct bench_request request = {.kernel = kernel->kernel,
            .naive = kernel->variants.at[kernel->variants.n - 1].oracle,
            .object = driver->object,
            .header = header};

        pass_begin(driver, "bench_device");
        if (!pass_end(driver, bench_device(driver->c, &request, &reports[i])))
            return false;
    }
    if (driver->options->is_json_report)
        bench_print_device_json(text, n, reports);
    else
        bench_print_device(text, n, reports);
    return true;
}

bool timing_print(struct driver *driver, struct text *text)
{
    int n = driver->kernels.n;
    struct bench_report *reports =
        ARENA_ARRAY(driver->c->arena, n, struct bench_report);
    struct text header = text_new(driver->c->arena);

    header_print(driver, &header);
    if (driver->is_gpu)
        return print_device(
            driver, text, (struct blob){header.at, header.length});
    for (int i = 0; i < n; i++)
        if (!time_kernel(driver, &driver->kernels.at[i],
                (struct blob){header.at, header.length}, &reports[i]))
            return false;
    if (driver->options->is_json_report)
        bench_print_json(text, n, reports);
    else
        bench_print(text, n, reports);
    return true;
}
