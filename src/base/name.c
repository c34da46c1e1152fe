/* Interned strings: an open hash table, at most half full. */
#include "base/name.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_SLOTS = 64, LONGEST_COMPARED = 63 };

struct name_table {
    struct arena *arena;
    const struct name **slots;
    size_t n_slots; /* a power of two */
    size_t n_names;
};

struct name_table *name_table_new(struct arena *arena)
{
    struct name_table *table = ARENA_NEW(arena, struct name_table);

    table->arena = arena;
    table->n_slots = FIRST_SLOTS;
    table->slots = ARENA_ARRAY(arena, FIRST_SLOTS, const struct name *);
    return table;
}

/* FNV-1a. */
static uint64_t hash_bytes(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < length; i++) {
        hash ^= (unsigned char)text[i];
        hash *= UINT64_C(1099511628211);
    }
    return hash;
}

/* The slot that holds the name, or the empty one where it belongs. */
static const struct name **find_slot(
    const struct name_table *table, const char *text, size_t length)
{
    size_t at = (size_t)hash_bytes(text, length) & (table->n_slots - 1);

    while (table->slots[at]) {
        const struct name *name = table->slots[at];

        if (name->length == length &&
            (length == 0 || memcmp(name->text, text, length) == 0))
            break;
        at = (at + 1) & (table->n_slots - 1);
    }
    return &table->slots[at];
}

/* Double the table. */
static void grow_table(struct name_table *table)
{
    const struct name **old = table->slots;
    size_t n_old = table->n_slots;

    table->n_slots = 2 * n_old;
    table->slots =
        ARENA_ARRAY(table->arena, table->n_slots, const struct name *);
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            *find_slot(table, old[i]->text, old[i]->length) = old[i];
}

const struct name *name_get(
    struct name_table *table, const char *text, size_t length)
{
    const struct name **slot = find_slot(table, text, length);
    struct name *name;
    char *copy;

    if (*slot)
        return *slot;
    copy = arena_alloc(table->arena, length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    name = ARENA_NEW(table->arena, struct name);
    name->text = copy;
    name->length = length;
    *slot = name;
    table->n_names++;
    if (2 * table->n_names > table->n_slots)
        grow_table(table);
    return name;
}

const struct name *name_of(struct name_table *table, const char *text)
{
    return name_get(table, text, strlen(text));
}

/* The smaller of two. */
static int min_of(int a, int b)
{
    return a < b ? a : b;
}

int name_distance(const char *a, const char *b, int limit)
{
    int rows[3][LONGEST_COMPARED + 1];
    size_t n_a = strlen(a);
    size_t n_b = strlen(b);

    if (strcmp(a, b) == 0)
        return 0;
    if (n_a > LONGEST_COMPARED || n_b > LONGEST_COMPARED)
        return limit + 1;
    for (size_t j = 0; j <= n_b; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= n_a; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i - 1) % 3];

        row[0] = (int)i;
        for (size_t j = 1; j <= n_b; j++) {
            int change = above[j - 1] + (a[i - 1] != b[j - 1]);

            row[j] = min_of(change, min_of(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = min_of(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return min_of(rows[n_a % 3][n_b], limit + 1);
}
