/* Chunks of growing size; one allocation never moves. */
#include "base/arena.h"

#include "base/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK_BYTES = 16 * 1024, LARGEST_CHUNK_BYTES = 1024 * 1024 };

/* A chunk; its memory follows it. "size_bytes" of memory, of which the first
 * "used_bytes" are handed out. */
struct chunk {
    struct chunk *next;
    size_t size_bytes;
    size_t used_bytes;
    _Alignas(max_align_t) unsigned char memory[];
};

/* "chunks": newest first. */
struct arena {
    struct chunk *chunks;
    size_t next_chunk_bytes;
    size_t used_bytes;
};

/* End the process: there is nobody who could do anything sensible. What must
 * be tidied up registers with at_quick_exit. */
static _Noreturn void end_out_of_memory(void)
{
    fputs("tapc: error: out of memory\n", stderr);
    quick_exit(DIAG_LIMIT);
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);

    if (!arena)
        end_out_of_memory();
    arena->next_chunk_bytes = FIRST_CHUNK_BYTES;
    return arena;
}

/* Free a list of chunks. */
static void free_chunks(struct chunk *chunk)
{
    while (chunk) {
        struct chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

struct arena *arena_free(struct arena *arena)
{
    if (arena)
        free_chunks(arena->chunks);
    free(arena);
    return NULL;
}

void arena_reset(struct arena *arena)
{
    free_chunks(arena->chunks);
    arena->chunks = NULL;
    arena->used_bytes = 0;
    arena->next_chunk_bytes = FIRST_CHUNK_BYTES;
}

/* Put a chunk with room for "size_bytes" in front. */
static void add_chunk(struct arena *arena, size_t size_bytes)
{
    size_t room_bytes = arena->next_chunk_bytes;
    struct chunk *chunk;

    if (room_bytes < size_bytes)
        room_bytes = size_bytes;
    if (room_bytes > SIZE_MAX - sizeof *chunk)
        end_out_of_memory();
    chunk = malloc(sizeof *chunk + room_bytes);
    if (!chunk)
        end_out_of_memory();
    chunk->next = arena->chunks;
    chunk->size_bytes = room_bytes;
    chunk->used_bytes = 0;
    arena->chunks = chunk;
    if (arena->next_chunk_bytes < LARGEST_CHUNK_BYTES)
        arena->next_chunk_bytes *= 2;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    const size_t align = _Alignof(max_align_t);
    struct chunk *chunk = arena->chunks;
    void *at;

    if (size_bytes > SIZE_MAX - align)
        end_out_of_memory();
    size_bytes = (size_bytes + align - 1) / align * align;
    if (size_bytes == 0)
        size_bytes = align;
    if (!chunk || chunk->size_bytes - chunk->used_bytes < size_bytes) {
        add_chunk(arena, size_bytes);
        chunk = arena->chunks;
    }
    at = chunk->memory + chunk->used_bytes;
    chunk->used_bytes += size_bytes;
    arena->used_bytes += size_bytes;
    return memset(at, 0, size_bytes);
}

void *arena_array(struct arena *arena, size_t n, size_t size_bytes)
{
    if (size_bytes != 0 && n > SIZE_MAX / size_bytes)
        end_out_of_memory();
    return arena_alloc(arena, n * size_bytes);
}

void *arena_copy(struct arena *arena, const void *from, size_t size_bytes)
{
    void *at = arena_alloc(arena, size_bytes);

    return size_bytes == 0 ? at : memcpy(at, from, size_bytes);
}

char *arena_string(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list again;
    int length;
    char *at;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        length = 0;
    at = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(at, (size_t)length + 1, format, again);
    va_end(again);
    return at;
}

size_t arena_used_bytes(const struct arena *arena)
{
    return arena->used_bytes;
}
