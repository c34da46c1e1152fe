/* One measurement at a time on a machine: a lock on a file in the user's
 * runtime folder, or a name of this user's in /tmp. */
#include "trial/trial.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int trial_lock(struct arena *arena, const char *device)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const char *path =
        folder && *folder
            ? arena_printf(arena, "%s/tapc-%s.lock", folder, device)
            : arena_printf(
                  arena, "/tmp/tapc-%ld-%s.lock", (long)getuid(), device);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat status;

    if (file < 0)
        return -1;
    if (fstat(file, &status) != 0 || status.st_uid != getuid()) {
        close(file);
        return -1;
    }
    if (fcntl(file, F_SETLKW, &all) == 0)
        return file;
    close(file);
    return -1;
}

void trial_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}
