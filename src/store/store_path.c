/* Where the database is when nobody says. */
#include "store/store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "folder" with something behind it; NULL when the variable is not set. */
static const char *get_below(
    struct arena *arena, const char *variable, const char *rest)
{
    const char *folder = getenv(variable);

    return folder && *folder ? arena_printf(arena, "%s/%s", folder, rest)
                             : NULL;
}

const char *store_default_path(struct arena *arena)
{
    const char *path = get_below(arena, "TAPC_CACHE_DIR", "trials.db");

    if (!path)
        path = get_below(arena, "XDG_CACHE_HOME", "tapc/trials.db");
    return path ? path : get_below(arena, "HOME", ".cache/tapc/trials.db");
}

bool store_make_folder(struct arena *arena, const char *path)
{
    char *folder = arena_string(arena, path);

    for (char *slash = strchr(folder + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return true;
}
