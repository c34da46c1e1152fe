/* tapc-worker [--part=I/N] [--done=FILE]... [--rest] <JOBS >RESULTS
 *
 * "tapc worker" as a program of its own, for machines that only measure: it is
 * linked with neither LLVM nor isl. */
#include "base/vector.h"
#include "store/store.h"

#include <string.h>

/* What the command line says. */
struct command_line {
    struct store_work work;
    VECTOR(const char *) done;
};

/* What follows "option" in "word", or NULL. */
static const char *get_value(const char *word, const char *option)
{
    size_t n = strlen(option);

    return strncmp(word, option, n) == 0 ? word + n : NULL;
}

/* Read the command line; false if it is wrong. */
static bool read_words(struct arena *arena, int n, char *const *words,
    struct command_line *command_line)
{
    for (int i = 1; i < n; i++) {
        const char *part = get_value(words[i], "--part=");
        const char *done = get_value(words[i], "--done=");

        if (strcmp(words[i], "--rest") == 0)
            command_line->work.only_rest = true;
        else if (done)
            VECTOR_PUSH(arena, &command_line->done, done);
        else if (!part || !store_parse_part(part, &command_line->work))
            return false;
    }
    command_line->work.n_done = command_line->done.n;
    command_line->work.done = command_line->done.at;
    return true;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct command_line command_line = {0};
    const char *problem = NULL;
    int status = 0;

    if (!read_words(arena, argc, argv, &command_line)) {
        fputs("usage: tapc-worker [--part=I/N] [--done=FILE]... [--rest] "
              "<JOBS >RESULTS\n",
            stderr);
        status = 2;
    } else if (!store_work_run(
                   &command_line.work, stdin, stdout, arena, &problem)) {
        fprintf(stderr, "tapc-worker: error: %s\n", problem);
        status = 3;
    }
    arena_free(arena);
    return status;
}
