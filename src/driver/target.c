/* --target, --isa, -march, -mcpu, -mattr and --gpu-arch to the machines of the
 * object. */
#include "driver/driver_internal.h"

#include <string.h>

/* Without --gpu-arch: the oldest GPU that has all instructions kernels use. */
#define DEFAULT_ARCH "sm_80"

/* Report an unknown target. Always NULL. */
static const struct target *refuse_target(
    struct compilation *c, const char *name)
{
    struct source_range nowhere = {0};

    diag_error(c->diag, nowhere, DIAG_E0501, "unknown target '%s'", name);
    diag_hint(c->diag, "Targets are x86_64-linux-gnu, aarch64-linux-gnu and "
                       "nvptx64-nvidia-cuda.");
    return NULL;
}

/* Whether a triple is that of a GPU. */
static bool is_gpu_triple(const char *triple)
{
    return triple &&
           (strcmp(triple, "nvptx64") == 0 || strcmp(triple, PTX_TRIPLE) == 0);
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

/* The target of --target; of a GPU's launcher, if that names only the GPU,
 * this machine. */
static const struct target *find_target(
    struct compilation *c, const char *triple)
{
    if (!triple || is_gpu_triple(triple))
        return host_target();
    if (is_linux_triple(triple, "x86_64") || is_linux_triple(triple, "amd64"))
        return &target_x86_64;
    if (is_linux_triple(triple, "aarch64") || is_linux_triple(triple, "arm64"))
        return &target_aarch64;
    return refuse_target(c, triple);
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

/* ---- GPUs -------------------------------------------------------------- */

/* Report an unknown GPU. Always false. */
static bool refuse_arch(struct compilation *c, const char *arch)
{
    struct text list = text_new(c->arena);
    struct source_range nowhere = {0};

    for (int i = 0; ptx_machine_at(i); i++)
        text_printf(&list, "%s%s", i ? ", " : "", ptx_machine_at(i)->level);
    diag_error(c->diag, nowhere, DIAG_E0501, "unknown GPU '%s'", arch);
    diag_hint(c->diag, "GPUs are %s.", list.at);
    return false;
}

/* Whether the list has the word. */
static bool has_arch(const char *list, const char *arch)
{
    size_t n = strlen(arch);

    for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == n && strncmp(at, arch, n) == 0)
            return true;
    return false;
}

/* The GPUs of --gpu-arch, oldest first, each once. */
static bool add_archs(struct driver *driver, const char *list)
{
    struct compilation *c = driver->c;
    char *rest = arena_string(c->arena, list);

    while (rest) {
        char *name = rest;

        rest = strchr(name, ',');
        if (rest)
            *rest++ = '\0';
        if (!ptx_machine_of_arch(name))
            return refuse_arch(c, name);
    }
    for (int i = 0; ptx_machine_at(i); i++)
        if (has_arch(list, ptx_machine_at(i)->level))
            VECTOR_PUSH(c->arena, &driver->machines, ptx_machine_at(i));
    return true;
}

/* The GPUs, and what does not go with them. */
static bool select_gpus(struct driver *driver)
{
    const struct driver_options *options = driver->options;
    struct source_range nowhere = {0};

    if (options->isa || options->processor || options->features) {
        diag_error(driver->c->diag, nowhere, DIAG_E0701,
            "--isa, -march, -mcpu and -mattr do not go with a GPU");
        diag_hint(driver->c->diag, "GPUs are named with --gpu-arch.");
        return false;
    }
    driver->is_gpu = true;
    return add_archs(
        driver, options->gpu_arch ? options->gpu_arch : DEFAULT_ARCH);
}

bool driver_select(struct driver *driver)
{
    const struct driver_options *options = driver->options;
    struct compilation *c = driver->c;
    const struct machine *machine;

    driver->target = find_target(c, options->target);
    if (!driver->target)
        return false;
    if (options->gpu_arch || is_gpu_triple(options->target))
        return select_gpus(driver);
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
