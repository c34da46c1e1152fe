/* Files that appear whole or not at all: each is written under another name
 * in the same folder; when all are complete they are renamed, one after the
 * other. A device or a pipe is written to directly, before any renaming.
 *
 * A temporary file is called .tapc-XXXXXX and is locked by its writer; one
 * that nobody has locked was left by a process that was killed, and the next
 * one to write into that folder removes it.
 */
#include "driver/driver_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_PREFIX ".tapc-"

void output_add(struct compilation *c, struct output_set *set, const char *path,
    struct blob blob)
{
    struct output_file file = {path, blob};

    VECTOR_PUSH(c->arena, &set->files, file);
}

bool output_write(int descriptor, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(descriptor, bytes, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* Report what went wrong with "path". Always false. */
static bool refuse_output(struct compilation *c, const char *path, int error)
{
    struct source_range nowhere = {0};

    diag_error(c->diag, nowhere, DIAG_E0004, "cannot write '%s': %s",
        strcmp(path, "-") == 0 ? "<stdout>" : path, strerror(error));
    return false;
}

/* How an output is written. */
enum output_manner { OUTPUT_STDOUT, OUTPUT_DIRECTLY, OUTPUT_RENAMED };

/* Whether the name stands for something that is open already: renaming over
 * it would replace a part of the system. */
static bool is_open_file(const char *path)
{
    return strncmp(path, "/dev/fd/", 8) == 0 ||
           strncmp(path, "/proc/", 6) == 0 ||
           strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0;
}

/* A link to a device is written through, every other link is replaced. */
static enum output_manner get_manner(const char *path)
{
    struct stat status;

    if (strcmp(path, "-") == 0)
        return OUTPUT_STDOUT;
    if (is_open_file(path))
        return OUTPUT_DIRECTLY;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
        !S_ISDIR(status.st_mode))
        return OUTPUT_DIRECTLY;
    return OUTPUT_RENAMED;
}

/* Length of the folder part of "path", with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The folder of "path", "." when it has none. */
static char *folder_of(struct compilation *c, const char *path)
{
    size_t n = folder_length(path);
    char *folder = arena_string(c->arena, n ? path : ".");

    if (n > 1)
        folder[n - 1] = '\0';
    else if (n == 1)
        folder[1] = '\0';
    return folder;
}

/* Whether two paths are the same file, or would be. */
static bool is_same_file(struct compilation *c, const char *a, const char *b)
{
    struct stat status_a;
    struct stat status_b;
    bool has_a = stat(a, &status_a) == 0;
    bool has_b = stat(b, &status_b) == 0;

    if (strcmp(a, b) == 0)
        return true;
    if (has_a && has_b)
        return status_a.st_dev == status_b.st_dev &&
               status_a.st_ino == status_b.st_ino;
    return !has_a && !has_b &&
           strcmp(a + folder_length(a), b + folder_length(b)) == 0 &&
           is_same_file(c, folder_of(c, a), folder_of(c, b));
}

/* One output against the inputs and the outputs before it. */
static bool check_output(struct compilation *c, const struct output_set *set,
    int at, int n_inputs, const char *const *inputs)
{
    const char *path = set->files.at[at].path;
    struct source_range nowhere = {0};
    struct stat status;

    for (int i = 0; i < n_inputs; i++)
        if (strcmp(path, "-") != 0 && is_same_file(c, path, inputs[i])) {
            diag_error(c->diag, nowhere, DIAG_E0701,
                "output '%s' is also an input", path);
            return false;
        }
    for (int i = 0; i < at; i++)
        if (get_manner(path) != OUTPUT_DIRECTLY &&
            is_same_file(c, path, set->files.at[i].path)) {
            diag_error(
                c->diag, nowhere, DIAG_E0701, "two outputs go to '%s'", path);
            return false;
        }
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
        strcmp(path, "-") != 0)
        return refuse_output(c, path, EISDIR);
    return true;
}

bool output_check(struct compilation *c, const struct output_set *set,
    int n_inputs, const char *const *inputs)
{
    for (int i = 0; i < set->files.n; i++)
        if (!check_output(c, set, i, n_inputs, inputs))
            return false;
    return true;
}

/* Lock a temporary file for its writer, or find out that nobody has. */
static bool lock_file(int descriptor)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(descriptor, F_SETLK, &lock) == 0;
}

/* Remove a temporary file whose writer is gone. */
static void reap_file(const char *path)
{
    int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;

    if (descriptor < 0)
        return;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == geteuid() && lock_file(descriptor))
        unlink(path);
    close(descriptor);
}

/* Remove what killed processes left in the folder of "path". Must run before
 * this process has temporary files there: closing any descriptor of a file
 * gives up the process's lock on it. */
static void reap_folder(struct compilation *c, const char *path)
{
    const char *folder = folder_of(c, path);
    DIR *entries = opendir(folder);
    struct dirent *entry;

    if (!entries)
        return;
    while ((entry = readdir(entries)))
        if (strncmp(
                entry->d_name, TEMPORARY_PREFIX, strlen(TEMPORARY_PREFIX)) == 0)
            reap_file(arena_printf(c->arena, "%s/%s", folder, entry->d_name));
    closedir(entries);
}

/* A new, locked, empty file beside "path"; -1 with errno. "temporary" is its
 * name. Tried again when a reaper was faster than the lock. */
static int create_temporary(
    struct compilation *c, const char *path, char **temporary)
{
    for (;;) {
        struct stat status;
        int descriptor;

        *temporary = arena_printf(c->arena, "%.*s%sXXXXXX",
            (int)folder_length(path), path, TEMPORARY_PREFIX);
        descriptor = mkstemp(*temporary);
        if (descriptor < 0)
            return -1;
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        crash_add_temporary(*temporary);
        if (lock_file(descriptor) && fstat(descriptor, &status) == 0 &&
            status.st_nlink > 0)
            return descriptor;
        crash_remove_temporary(*temporary);
        unlink(*temporary);
        close(descriptor);
    }
}

/* Permissions of a new file under the umask. */
static mode_t default_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* Write a temporary file; NULL after reporting. The descriptor stays open,
 * as it holds the lock. */
static char *write_temporary(
    struct compilation *c, const struct output_file *file, int *descriptor)
{
    char *temporary;
    int error;

    *descriptor = create_temporary(c, file->path, &temporary);
    if (*descriptor < 0) {
        refuse_output(c, file->path, errno);
        return NULL;
    }
    if (output_write(*descriptor, file->blob.bytes, file->blob.size_bytes) &&
        fchmod(*descriptor, default_mode()) == 0)
        return temporary;
    error = errno;
    close(*descriptor);
    *descriptor = -1;
    unlink(temporary);
    crash_remove_temporary(temporary);
    refuse_output(c, file->path, error);
    return NULL;
}

/* Write to the standard output, a device or a pipe. */
static bool write_directly(
    struct compilation *c, const struct output_file *file)
{
    bool is_stdout = get_manner(file->path) == OUTPUT_STDOUT;
    int descriptor = is_stdout
                         ? STDOUT_FILENO
                         : open(file->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    bool ok = descriptor >= 0 &&
              output_write(descriptor, file->blob.bytes, file->blob.size_bytes);
    int error = errno;

    if (descriptor >= 0 && !is_stdout && close(descriptor) != 0 && ok) {
        ok = false;
        error = errno;
    }
    return ok || refuse_output(c, file->path, error);
}

/* An output on its way: "temporary" is NULL when it is not renamed. */
struct pending {
    char *temporary;
    int descriptor;
};

/* Remove the temporary files from "at" on. */
static void abandon(struct pending *pending, int at, int n)
{
    for (int i = at; i < n; i++)
        if (pending[i].temporary) {
            unlink(pending[i].temporary);
            crash_remove_temporary(pending[i].temporary);
            close(pending[i].descriptor);
        }
}

/* Write the temporary files, then what is written directly. */
static bool write_pending(struct compilation *c, const struct output_set *set,
    struct pending *pending)
{
    int n = set->files.n;

    for (int i = 0; i < n; i++) {
        const struct output_file *file = &set->files.at[i];

        if (get_manner(file->path) != OUTPUT_RENAMED)
            continue;
        pending[i].temporary = write_temporary(c, file, &pending[i].descriptor);
        if (!pending[i].temporary)
            return false;
    }
    for (int i = 0; i < n; i++)
        if (!pending[i].temporary && !write_directly(c, &set->files.at[i]))
            return false;
    return true;
}

bool output_commit(struct compilation *c, const struct output_set *set)
{
    int n = set->files.n;
    struct pending *pending = ARENA_ARRAY(c->arena, n + 1, struct pending);

    for (int i = 0; i < n; i++)
        if (get_manner(set->files.at[i].path) == OUTPUT_RENAMED)
            reap_folder(c, set->files.at[i].path);
    if (!write_pending(c, set, pending)) {
        abandon(pending, 0, n);
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (!pending[i].temporary)
            continue;
        if (rename(pending[i].temporary, set->files.at[i].path) != 0) {
            refuse_output(c, set->files.at[i].path, errno);
            abandon(pending, i, n);
            return false;
        }
        crash_remove_temporary(pending[i].temporary);
        close(pending[i].descriptor);
    }
    return true;
}

bool driver_write(struct compilation *c, const char *path, struct blob blob)
{
    struct output_set set = {0};

    output_add(c, &set, path, blob);
    return output_commit(c, &set);
}
