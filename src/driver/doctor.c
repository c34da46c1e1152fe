/* tapc doctor: what a bug report should say about the machine. */
#include "driver/driver_internal.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first line of a file of the system that begins with "key", its part
 * behind the colon; "unknown" when there is none. */
static const char *read_field(
    struct compilation *c, const char *path, const char *key)
{
    const struct source *source = driver_read(c, path);
    const char *line = source ? source->text : "";

    while (*line) {
        size_t n = strcspn(line, "\n");
        const char *colon = memchr(line, ':', n);

        if (strncmp(line, key, strlen(key)) == 0 && colon) {
            colon += 1 + strspn(colon + 1, " ");
            return arena_printf(
                c->arena, "%.*s", (int)(n - (size_t)(colon - line)), colon);
        }
        line += n + (line[n] == '\n');
    }
    return "unknown";
}

const char *doctor_find_program(struct compilation *c, const char *name)
{
    const char *folders = getenv("PATH");

    while (folders && *folders) {
        size_t n = strcspn(folders, ":");
        const char *path =
            arena_printf(c->arena, "%.*s/%s", (int)n, folders, name);

        if (access(path, X_OK) == 0)
            return path;
        folders += n + (folders[n] == ':');
    }
    return NULL;
}

/* Levels of a target, and whether this machine can run them. */
static void print_levels(struct text *text, const struct target *target)
{
    const char *const *levels = cpu_default_levels(target);

    text_printf(text, "target %s:", target->triple);
    for (int i = 0; levels[i]; i++) {
        const struct machine *machine = cpu_machine_of_level(target, levels[i]);

        text_printf(text, "%s %s%s", i ? "," : "", levels[i],
            machine && codegen_can_run(machine) ? " (runs here)" : "");
    }
    text_append(text, "\n");
}

/* Programs that tests, bench and cross builds use. */
static void print_programs(struct compilation *c, struct text *text)
{
    static const char *const names[] = {"gcc", "clang-19",
        "aarch64-linux-gnu-gcc", "qemu-aarch64", "cmake", "ninja", "ptxas"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = doctor_find_program(c, names[i]);

        text_printf(text, "%s: %s\n", names[i], path ? path : "not found");
    }
}

void doctor_print(struct text *text)
{
    struct compilation c = {.arena = text->arena};
    struct utsname system;

    c.diag = diag_new(c.arena);
    help_print_version(text);
    store_print_versions(text);
    text_append(text, "\n");
    if (uname(&system) == 0)
        text_printf(text, "system: %s %s %s\n", system.sysname, system.release,
            system.machine);
    text_printf(text, "processor: %s, %ld online\n",
        read_field(&c, "/proc/cpuinfo", "model name"),
        sysconf(_SC_NPROCESSORS_ONLN));
    text_printf(
        text, "memory: %s\n", read_field(&c, "/proc/meminfo", "MemTotal"));
    print_levels(text, &target_x86_64);
    print_levels(text, &target_aarch64);
    print_programs(&c, text);
}
