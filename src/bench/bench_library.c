/* Compilers, a private folder, shared objects. */
#include "bench/bench_internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct source_range nowhere = {NULL, 0, 0};

bool bench_folder_new(struct compilation *c, struct bench_folder *folder)
{
    const char *parent = getenv("TMPDIR");
    char *path = arena_printf(
        c->arena, "%s/tapc-bench-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(path)) {
        diag_error(c->diag, nowhere, DIAG_E0004, "cannot make '%s': %s", path,
            strerror(errno));
        return false;
    }
    memset(folder, 0, sizeof *folder);
    folder->path = path;
    return true;
}

void bench_folder_free(struct bench_folder *folder)
{
    for (int i = 0; i < folder->files.n; i++)
        unlink(folder->files.at[i]);
    rmdir(folder->path);
}

const char *bench_folder_add(
    struct compilation *c, struct bench_folder *folder, const char *name)
{
    const char *path = arena_printf(c->arena, "%s/%s", folder->path, name);
    VECTOR_PUSH(c->arena, &folder->files, path);
    return path;
}

bool bench_write_file(
    struct compilation *c, const char *path, struct blob content)
{
    FILE *file = fopen(path, "wb");
    bool is_written = file && fwrite(content.bytes, 1, content.size_bytes,
                                  file) == content.size_bytes;
    if (file)
        is_written = fclose(file) == 0 && is_written;
    if (!is_written)
        diag_error(c->diag, nowhere, DIAG_E0004, "cannot write '%s': %s", path,
            strerror(errno));
    return is_written;
}

int bench_run_command(const char *const *words, const char *log)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    char *const *arguments;
    pid_t child;
    int status, error;
    memcpy(&arguments, &words, sizeof words);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(
        &actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    error = posix_spawnp(&child, words[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        return -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bench_function *bench_load(
    struct compilation *c, const char *path, const char *function)
{
    bench_function *result = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, function) : NULL;
    if (symbol)
        memcpy(&result, &symbol, sizeof result);
    else
        diag_error(c->diag, nowhere, DIAG_E0004, "cannot load: %s", dlerror());
    return result;
}
