/* Lines of a file. */
#include "store/store_internal.h"

#include <stdlib.h>

bool store_foreach_line(FILE *file,
    bool (*visit)(void *user, int number, const char *line, size_t length),
    void *user)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    int number = 0;
    bool ok = true;

    while (ok && (length = getline(&line, &capacity, file)) > 0)
        ok = visit(user, ++number, line, (size_t)length);
    free(line);
    return ok;
}
