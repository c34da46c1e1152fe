/* A source file in memory, its line table, and byte ranges within it. */
#ifndef TAPC_BASE_SOURCE_H
#define TAPC_BASE_SOURCE_H

#include "base/arena.h"

#include <stdint.h>

/* "path" as given by the user, for messages. "text" is "length" bytes and a
 * NUL that does not count. Lines end with LF or CRLF. */
struct source {
    const char *path;
    const char *text;
    size_t length;
    int n_lines;
    const size_t *line_start;
};

/* Bytes begin .. end-1 of "source". NULL source: no place known. */
struct source_range {
    const struct source *source;
    uint32_t begin;
    uint32_t end;
};

/* 1-based line, and column in characters (UTF-8 code points), both of a byte
 * offset. A BOM at the start of the file is not counted. */
struct source_position {
    int line;
    int column;
};

/* Wrap "text"; the line table lives in "arena". */
const struct source *source_new(
    struct arena *arena, const char *path, const char *text, size_t length);

struct source_position source_locate(
    const struct source *source, uint32_t offset);

/* The smallest range that covers both (they are of one source). */
struct source_range source_join(struct source_range a, struct source_range b);

#endif
