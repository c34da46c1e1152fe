/* Interned strings: equal names are equal pointers. */
#ifndef TAPC_BASE_NAME_H
#define TAPC_BASE_NAME_H

#include "base/arena.h"

/* "text" is NUL-terminated, "length" does not count the NUL. */
struct name {
    const char *text;
    size_t length;
};

struct name_table;

/* An empty table; names live in "arena". */
struct name_table *name_table_new(struct arena *arena);

/* The one name with these characters. */
const struct name *name_get(
    struct name_table *table, const char *text, size_t length);

/* The same for a NUL-terminated string. */
const struct name *name_of(struct name_table *table, const char *text);

/* Edit distance (insert, delete, replace, swap neighbours), at most "limit"
 * + 1. For "did you mean". */
int name_distance(const char *a, const char *b, int limit);

#endif
