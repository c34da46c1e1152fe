/* Reading files. */
#include "driver/driver_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_INPUT_BYTES = 16 << 20, READ_BYTES = 65536 };

/* Report what went wrong with "path". Always NULL. */
static const struct source *refuse_input(
    struct compilation *c, const char *path, const char *reason)
{
    struct source_range nowhere = {0};

    diag_error(
        c->diag, nowhere, DIAG_E0004, "cannot read '%s': %s", path, reason);
    return NULL;
}

/* Read to the end; false with errno, or with 0 when it is too large. */
static bool read_all(int descriptor, struct text *text)
{
    char buffer[READ_BYTES];

    for (;;) {
        ssize_t n = read(descriptor, buffer, sizeof buffer);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        text_append_bytes(text, buffer, (size_t)n);
        if (text->length > MAX_INPUT_BYTES) {
            errno = 0;
            return false;
        }
    }
}

/* Read an open file. */
static const struct source *read_source(
    struct compilation *c, const char *path, int descriptor)
{
    struct text text = text_new(c->arena);
    struct source_range nowhere = {0};

    if (read_all(descriptor, &text))
        return source_new(c->arena, path, text.at, text.length);
    if (errno != 0)
        return refuse_input(c, path, strerror(errno));
    diag_error(c->diag, nowhere, DIAG_E0001, "'%s' is larger than %d MiB", path,
        MAX_INPUT_BYTES >> 20);
    return NULL;
}

const struct source *driver_read(struct compilation *c, const char *path)
{
    const struct source *source = NULL;
    struct stat status;
    int descriptor;

    if (strcmp(path, "-") == 0)
        return read_source(c, "<stdin>", STDIN_FILENO);
    /* Not blocking: opening a pipe nobody writes to must not hang. */
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return refuse_input(c, path, strerror(errno));
    if (fstat(descriptor, &status) != 0)
        refuse_input(c, path, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        refuse_input(c, path, strerror(EISDIR));
    else if (!S_ISREG(status.st_mode))
        refuse_input(c, path, "not a regular file");
    else
        source = read_source(c, path, descriptor);
    close(descriptor);
    return source;
}

const char *input_stem(struct compilation *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    if (strcmp(path, "-") == 0 || *name == '\0')
        return "stdin";
    return arena_printf(c->arena, "%.*s",
        dot && dot != name ? (int)(dot - name) : (int)strlen(name), name);
}

const char *driver_schedule_path(struct compilation *c, const char *input)
{
    const char *slash = strrchr(input, '/');

    if (strcmp(input, "-") == 0)
        return NULL;
    return arena_printf(c->arena, "%.*s%s.tapc",
        slash ? (int)(slash - input) + 1 : 0, input, input_stem(c, input));
}

const char *input_find_schedules(struct driver *driver)
{
    const char *path = driver->options->input;
    struct stat status;
    const char *beside;

    if (driver->options->schedule_text)
        return NULL;
    if (driver->options->schedule)
        return driver->options->schedule;
    if (driver->options->is_untuned)
        return NULL;
    beside = driver_schedule_path(driver->c, path);
    return beside && strcmp(beside, path) != 0 && stat(beside, &status) == 0
               ? beside
               : NULL;
}
