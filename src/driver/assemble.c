/* PTX to machine code, by ptxas in a process of its own, and what it says of
 * registers and memory. */
#include "base/child.h"
#include "driver/driver_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SECONDS = 300 };

const char *assemble_find(const struct driver *driver)
{
    static const char *const homes[] = {"CUDA_HOME", "CUDA_PATH"};
    static const char usual[] = "/usr/local/cuda/bin/ptxas";
    struct compilation *c = driver->c;
    const char *path = driver->options->ptxas;

    if (path)
        return strcmp(path, "none") == 0 ? NULL : path;
    path = doctor_find_program(c, "ptxas");
    for (size_t i = 0; !path && i < sizeof homes / sizeof *homes; i++) {
        const char *home = getenv(homes[i]);

        if (home)
            path = arena_printf(c->arena, "%s/bin/ptxas", home);
        if (path && access(path, X_OK) != 0)
            path = NULL;
    }
    return path || access(usual, X_OK) != 0 ? path : usual;
}

/* ---- The process --------------------------------------------------------- */

/* What the child runs: its words, and where what it prints goes. */
struct job {
    const char *program;
    char *words[10];
    const char *messages;
};

/* For child_start: become ptxas. */
static void run_job(void *user, void *shared)
{
    struct job *job = user;
    int descriptor = open(job->messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    (void)shared;
    if (descriptor < 0 || dup2(descriptor, STDOUT_FILENO) < 0 ||
        dup2(descriptor, STDERR_FILENO) < 0)
        _exit(127);
    execv(job->program, job->words);
    _exit(127);
}

/* A folder for its files; NULL after reporting. */
static const char *make_folder(struct compilation *c)
{
    const char *parent = getenv("TMPDIR");
    struct source_range nowhere = {0};
    char *folder =
        arena_printf(c->arena, "%s/tapc-XXXXXX", parent ? parent : "/tmp");

    if (mkdtemp(folder))
        return folder;
    diag_error(c->diag, nowhere, DIAG_E0004,
        "cannot make a folder like '%s' for ptxas", folder);
    return NULL;
}

/* Write a file of the folder. */
static bool write_file(const char *path, struct blob blob)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool ok = descriptor >= 0 &&
              output_write(descriptor, blob.bytes, blob.size_bytes);

    if (descriptor >= 0)
        close(descriptor);
    return ok;
}

/* Read one; empty if there is none. */
static struct blob read_file(struct compilation *c, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    struct blob blob = {"", 0};

    if (file && fstat(fileno(file), &status) == 0) {
        size_t size_bytes = (size_t)status.st_size;
        char *bytes = arena_array(c->arena, size_bytes + 1, 1);

        blob.size_bytes = fread(bytes, 1, size_bytes, file);
        blob.bytes = bytes;
    }
    if (file)
        fclose(file);
    return blob;
}

/* Run it on the device's PTX in "folder"; its messages, NULL when it did not
 * run. */
static const char *run_ptxas(struct compilation *c, const char *ptxas,
    const char *folder, struct driver_device *device)
{
    struct arena *arena = c->arena;
    char *input = arena_printf(arena, "%s/kernels.ptx", folder);
    char *output = arena_printf(arena, "%s/kernels.cubin", folder);
    char *messages = arena_printf(arena, "%s/messages", folder);
    char *arch = arena_printf(arena, "-arch=%s", device->machine->level);
    struct job job = {ptxas,
        {arena_string(arena, ptxas), arena_string(arena, "-v"), arch,
            arena_string(arena, "-o"), output, input, NULL},
        messages};
    struct child_limits limits = {MAX_SECONDS * INT64_C(1000000000), 0};
    struct child child = {0};
    bool has_run = write_file(input, device->ptx) &&
                   child_start(&child, &limits, 1, run_job, &job) &&
                   child_wait(&child, -1);

    if (has_run)
        child_free(&child);
    device->cubin = read_file(c, output);
    struct blob text = read_file(c, messages);
    unlink(input);
    unlink(output);
    unlink(messages);
    return has_run && text.size_bytes ? text.bytes : NULL;
}

/* ---- What it says -------------------------------------------------------- */

/* The number in front of "unit" in a line; 0 if the line has no such words. */
static int find_number(const char *line, size_t n, const char *unit)
{
    for (size_t i = 1; i < n; i++) {
        size_t begin = i;

        if (strncmp(line + i, unit, strlen(unit)) != 0)
            continue;
        while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9')
            begin--;
        if (begin < i)
            return (int)strtol(line + begin, NULL, 10);
    }
    return 0;
}

/* One line: the name of a function begins what is said of it. */
static void read_line(struct compilation *c, struct driver_device *device,
    const char *line, size_t n)
{
    static const char entry[] = "Compiling entry function '";
    const char *name = strstr(line, entry);
    struct driver_resources *last;

    if (name && name < line + n) {
        struct driver_resources one = {0};

        name += strlen(entry);
        one.symbol =
            arena_printf(c->arena, "%.*s", (int)strcspn(name, "'"), name);
        VECTOR_PUSH(c->arena, &device->resources, one);
    }
    if (device->resources.n == 0)
        return;
    last = &device->resources.at[device->resources.n - 1];
    last->n_registers += find_number(line, n, " registers");
    last->shared_bytes += find_number(line, n, " bytes smem");
    last->local_bytes += find_number(line, n, " bytes stack frame");
    last->spilled_bytes += find_number(line, n, " bytes spill stores") +
                           find_number(line, n, " bytes spill loads");
}

bool assemble(
    struct driver *driver, const char *ptxas, struct driver_device *device)
{
    struct compilation *c = driver->c;
    struct source_range nowhere = {0};
    const char *folder = make_folder(c);
    const char *messages;

    if (!folder)
        return false;
    messages = run_ptxas(c, ptxas, folder, device);
    rmdir(folder);
    for (const char *at = messages; at && *at;) {
        size_t n = strcspn(at, "\n");

        read_line(c, device, at, n);
        at += n + (at[n] == '\n');
    }
    if (device->cubin.size_bytes > 0)
        return true;
    diag_error(c->diag, nowhere, DIAG_E0502, "%s made no code for %s: %s",
        ptxas, device->machine->level,
        messages ? messages : "it could not be run");
    return false;
}
