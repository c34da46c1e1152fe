/* Trials from files: lines of JSON, a document of T4, another database. */
#include "store/store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An import under way. */
struct import {
    struct arena *arena;
    struct store *store;
    struct store_count *count;
    const char *problem;
};

/* A visit: keep a trial. */
static bool keep(const struct store_trial *trial, void *user)
{
    struct import *import = user;
    bool was_new = false;

    if (!store_append(import->store, trial, &was_new)) {
        import->problem = store_problem(import->store);
        return false;
    }
    import->count->n_trials++;
    import->count->n_new += was_new;
    return true;
}

/* Keep what a line says; blank lines say nothing. The end of a file whose
 * writer was killed is no line and says nothing either. */
static bool keep_line(void *user, int number, const char *line, size_t length)
{
    struct import *import = user;
    struct arena *arena = arena_new();
    const char *problem = NULL;
    struct store_trial trial;
    bool is_blank = strspn(line, " \t\r\n") == length;
    bool ok =
        is_blank || store_parse_json(arena, line, length, &trial, &problem);

    if (ok && !is_blank)
        ok = keep(&trial, import);
    else if (!ok && line[length - 1] != '\n')
        ok = import->count->is_cut = true;
    if (!ok)
        import->problem = arena_printf(import->arena, "line %d: %s", number,
            problem ? problem : import->problem);
    arena_free(arena);
    return ok;
}

/* Keep the results of a document. */
static bool keep_t4(struct import *import, FILE *file)
{
    struct text text = text_new(import->arena);
    char buffer[4096];
    size_t n;

    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_append_bytes(&text, buffer, n);
    return store_parse_t4(import->arena, text.at, text.length, keep, import,
               &import->problem) &&
           !import->problem;
}

/* Does it begin as T4 does? No line of ours has this member first. */
static bool is_t4(FILE *file)
{
    static const char start[] = "{\"schema_version\"";
    char bytes[64] = "";
    size_t n = fread(bytes, 1, sizeof bytes - 1, file);
    char *to = bytes;

    for (size_t i = 0; i < n; i++)
        if (!strchr(" \t\r\n", bytes[i]))
            *to++ = bytes[i];
    *to = '\0';
    rewind(file);
    return strncmp(bytes, start, sizeof start - 1) == 0;
}

bool store_import(struct arena *arena, struct store *store, const char *path,
    struct store_count *count, const char **problem)
{
    struct import import = {arena, store, count, NULL};
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    bool ok;

    if (!file) {
        *problem = strerror(errno);
        return false;
    }
    ok = file != stdin && is_t4(file)
             ? keep_t4(&import, file)
             : store_foreach_line(file, keep_line, &import);
    if (ferror(file)) {
        import.problem = strerror(errno);
        ok = false;
    }
    if (file != stdin)
        fclose(file);
    *problem = import.problem;
    return ok;
}

bool store_merge(struct arena *arena, struct store *store, const char *path,
    struct store_count *count, const char **problem)
{
    static const struct store_trial all = {0};
    struct import import = {arena, store, count, NULL};
    struct store *other = store_open(arena, path, true, problem);
    bool ok = other && store_foreach(other, &all, keep, &import);

    if (other && !ok)
        import.problem = store_problem(other);
    if (other)
        *problem = import.problem;
    store_close(other);
    return ok && !import.problem;
}
