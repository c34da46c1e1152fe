/* Line table and positions of a source file. */
#include "base/source.h"

#include "base/vector.h"

#include <string.h>

const struct source *source_new(
    struct arena *arena, const char *path, const char *text, size_t length)
{
    struct source *source = ARENA_NEW(arena, struct source);
    char *copy = arena_alloc(arena, length + 1);
    VECTOR(size_t) starts = {0};

    if (length > 0)
        memcpy(copy, text, length);
    VECTOR_PUSH(arena, &starts, 0);
    for (size_t i = 0; i < length; i++)
        if (copy[i] == '\n')
            VECTOR_PUSH(arena, &starts, i + 1);
    source->path = arena_string(arena, path);
    source->text = copy;
    source->length = length;
    source->n_lines = starts.n;
    source->line_start = starts.at;
    return source;
}

/* Index of the last line that starts at or before "offset". */
static int find_line(const struct source *source, size_t offset)
{
    int low = 0;
    int high = source->n_lines;

    while (high - low > 1) {
        int middle = low + (high - low) / 2;

        if (source->line_start[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct source_position source_locate(
    const struct source *source, uint32_t offset)
{
    size_t end = offset < source->length ? offset : source->length;
    int line = find_line(source, end);
    size_t at = source->line_start[line];
    struct source_position position = {line + 1, 1};

    if (line == 0 && source->length >= 3 &&
        memcmp(source->text, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    for (; at < end; at++)
        if (((unsigned char)source->text[at] & 0xc0) != 0x80)
            position.column++;
    return position;
}

struct source_range source_join(struct source_range a, struct source_range b)
{
    struct source_range joined = a;

    if (!a.source || a.source != b.source)
        return a.source ? a : b;
    if (b.begin < joined.begin)
        joined.begin = b.begin;
    if (b.end > joined.end)
        joined.end = b.end;
    return joined;
}
