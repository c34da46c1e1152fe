/* --target, --isa, -march, -mcpu and -mattr to the machines of the object. */
#include "driver/driver_internal.h"

#include <string.h>

/* Report an unknown or unsupported target. Always NULL. */
static const struct target *refuse_target(
    struct compilation *c, const char *name, bool is_gpu)
{
    struct source_range nowhere = {0};

    if (is_gpu)
        diag_error(c->diag, nowhere, DIAG_E0502,
            "target '%s' is not supported yet", name);
    else
        diag_error(c->diag, nowhere, DIAG_E0501, "unknown target '%s'", name);
    diag_hint(c->diag, "Targets are x86_64-linux-gnu and aarch64-linux-gnu.");
    return NULL;
}

/* Whether a triple whose first word is "name" is for Linux, or says nothing
 * about the system. */
static bool is_linux_triple(const char *triple, const char *name)
{
    size_t n = strlen(name);

    if (strncmp(triple, name, n) != 0)
        return false;
    return triple[n] == '\0' || strncmp(triple + n, "-linux", 6) == 0 ||
           strncmp(triple + n, "-pc-linux", 9) == 0 ||
           strncmp(triple + n, "-unknown-linux", 14) == 0;
}

/* The target of this machine. */
static const struct target *host_target(void)
{
#if defined(__aarch64__)
    return &target_aarch64;
#else
    return &target_x86_64;
#endif
}

/* The target of --target. */
static const struct target *find_target(
    struct compilation *c, const char *triple)
{
    if (!triple)
        return host_target();
    if (is_linux_triple(triple, "x86_64") || is_linux_triple(triple, "amd64"))
        return &target_x86_64;
    if (is_linux_triple(triple, "aarch64") || is_linux_triple(triple, "arm64"))
        return &target_aarch64;
    return refuse_target(c, triple, strncmp(triple, "nvptx", 5) == 0);
}

/* Add a machine, with the features of -mattr; a level only once. */
static bool add_machine(struct driver *driver, const struct machine *machine)
{
    struct compilation *c = driver->c;
    struct source_range nowhere = {0};

    for (int i = 0; i < driver->machines.n; i++)
        if (strcmp(driver->machines.at[i]->level, machine->level) == 0) {
            diag_error(c->diag, nowhere, DIAG_E0701, "--isa names '%s' twice",
                machine->level);
            return false;
        }
    if (driver->options->features) {
        machine =
            cpu_machine_with_features(c, machine, driver->options->features);
        if (!machine)
            return false;
    }
    VECTOR_PUSH(c->arena, &driver->machines, machine);
    return true;
}

/* Report a level the target does not have. Always false. */
static bool refuse_level(struct driver *driver, const char *level)
{
    const char *const *known = cpu_all_levels(driver->target);
    struct text list = text_new(driver->c->arena);
    struct source_range nowhere = {0};

    for (int i = 0; known[i]; i++)
        text_printf(&list, "%s%s", i ? ", " : "", known[i]);
    diag_error(driver->c->diag, nowhere, DIAG_E0501,
        "target %s has no ISA level '%s'", driver->target->name, level);
    diag_hint(driver->c->diag,
        "Levels are %s; a processor is named with -march.", list.at);
    return false;
}

/* The levels of --isa in rising order, whatever their order in the list: the
 * first that fits is taken from the top. */
static bool add_levels(struct driver *driver, const char *list)
{
    char *names = arena_string(driver->c->arena, list);
    char *rest = names;

    for (char *name = names; name; name = rest) {
        const struct machine *machine;

        rest = strchr(name, ',');
        if (rest)
            *rest++ = '\0';
        machine = cpu_machine_of_level(driver->target, name);
        if (!machine)
            return refuse_level(driver, name);
        if (!add_machine(driver, machine))
            return false;
    }
    return true;
}

/* The default levels: all of them for an object, the highest for a text a
 * person reads. */
static bool add_default_levels(struct driver *driver)
{
    const char *const *levels = cpu_default_levels(driver->target);
    bool is_text = driver->options->command == DRIVER_EXPLAIN;

    for (int i = 0; levels[i]; i++)
        if (!is_text || !levels[i + 1])
            if (!add_machine(
                    driver, cpu_machine_of_level(driver->target, levels[i])))
                return false;
    return true;
}

/* Position of a level among the target's. */
static int rank_of(const struct driver *driver, const struct machine *machine)
{
    const char *const *levels = cpu_all_levels(driver->target);
    int rank = 0;

    while (levels[rank] && strcmp(levels[rank], machine->level) != 0)
        rank++;
    return rank;
}

/* Sort machines by rank; there are at most a handful. */
static void sort_machines(struct driver *driver)
{
    const struct machine **at = driver->machines.at;

    for (int i = 1; i < driver->machines.n; i++)
        for (int j = i; j > 0; j--) {
            const struct machine *machine = at[j];

            if (rank_of(driver, at[j - 1]) <= rank_of(driver, machine))
                break;
            at[j] = at[j - 1];
            at[j - 1] = machine;
        }
}

bool target_select(struct driver *driver)
{
    const struct driver_options *options = driver->options;
    struct compilation *c = driver->c;
    struct source_range nowhere = {0};
    const struct machine *machine;

    driver->target = find_target(c, options->target);
    if (!driver->target)
        return false;
    if (options->gpu_arch) {
        diag_error(c->diag, nowhere, DIAG_E0502,
            "--gpu-arch=%s: GPUs are not supported yet", options->gpu_arch);
        return false;
    }
    if (options->isa) {
        if (!add_levels(driver, options->isa))
            return false;
        sort_machines(driver);
        return true;
    }
    if (!options->processor)
        return add_default_levels(driver);
    machine = cpu_machine_of_level(driver->target, options->processor);
    if (!machine)
        machine =
            cpu_machine_of_processor(c, driver->target, options->processor);
    return machine && add_machine(driver, machine);
}
