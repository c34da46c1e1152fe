/* The contract of every pass, and how long it took. */
#include "base/sample.h"
#include "driver/driver_internal.h"

#include <string.h>

/* The entry of a pass, made when it runs for the first time. */
static int find_pass(struct driver *driver, const char *name)
{
    struct driver_pass pass = {name, 0, 0};

    for (int i = 0; i < driver->passes.n; i++)
        if (strcmp(driver->passes.at[i].name, name) == 0)
            return i;
    VECTOR_PUSH(driver->c->arena, &driver->passes, pass);
    return driver->passes.n - 1;
}

void pass_begin(struct driver *driver, const char *name)
{
    crash_set_stage(name);
    driver->pass = find_pass(driver, name);
    driver->pass_n_errors = diag_n_errors(driver->c->diag);
    driver->pass_begin_ns = sample_clock_ns();
}

bool pass_end(struct driver *driver, bool ok)
{
    struct driver_pass *pass = &driver->passes.at[driver->pass];
    struct diag *diag = driver->c->diag;
    bool has_reported = diag_n_errors(diag) != driver->pass_n_errors;
    struct source_range nowhere = {0};

    pass->time_ns += sample_clock_ns() - driver->pass_begin_ns;
    pass->n++;
    arena_reset(driver->c->scratch);
    crash_set_stage("between passes");
    if (!ok && !has_reported)
        diag_internal(
            diag, nowhere, "%s failed and reported nothing", pass->name);
    return ok && !has_reported;
}

void pass_print(const struct driver *driver, struct text *text)
{
    for (int i = 0; i < driver->passes.n; i++) {
        const struct driver_pass *pass = &driver->passes.at[i];

        text_printf(
            text, "%8.1f ms  %s", (double)pass->time_ns * 1e-6, pass->name);
        if (pass->n > 1)
            text_printf(text, " (%d times)", pass->n);
        text_append(text, "\n");
    }
    text_printf(text, "%8.1f MiB of arena\n",
        (double)arena_used_bytes(driver->c->arena) / (1 << 20));
}
