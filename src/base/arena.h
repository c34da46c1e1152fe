/* Memory with one lifetime: everything allocated is freed at once. */
#ifndef TAPC_BASE_ARENA_H
#define TAPC_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena. Never NULL: out of memory ends the process (status 4). */
struct arena *arena_new(void);

/* Free the arena and everything in it. Returns NULL. NULL is allowed. */
struct arena *arena_free(struct arena *arena);

/* Forget everything allocated, keep the arena. */
void arena_reset(struct arena *arena);

/* "size_bytes" zeroed bytes, aligned for any object. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size_bytes);

/* "n" zeroed objects of "size_bytes" each; the product is checked. */
void *arena_array(struct arena *arena, size_t n, size_t size_bytes);

/* A copy of "size_bytes" bytes at "from" (may be NULL when 0 bytes). */
void *arena_copy(struct arena *arena, const void *from, size_t size_bytes);

/* A copy of a string, and a formatted string. */
char *arena_string(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes handed out since the arena was made or reset. */
size_t arena_used_bytes(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, n, type)                                           \
    ((type *)arena_array((arena), (size_t)(n), sizeof(type)))

#endif
