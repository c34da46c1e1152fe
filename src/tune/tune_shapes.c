/* --shape=N=1,C=64,L=96..512: sizes to tune for, one search for each. A range
 * is searched at its first size, at twice that, and so on; what is found there
 * is for all sizes up to the next. */
#include "tune/tune_internal.h"

#include <stdlib.h>
#include <string.h>

/* Sizes that all ranges together may make. */
enum { MAX_SHAPES = 64 };

static const struct source_range nowhere = {NULL, 0, 0};

/* The list being made. "ranges" are of the shape at hand, as written. */
struct shapes {
    struct compilation *c;
    struct tune_shapes *list;
    VECTOR(struct tune_range) ranges;
};

/* Report a shape that cannot be read. */
static bool refuse(struct shapes *shapes, const char *text)
{
    diag_error(shapes->c->diag, nowhere, DIAG_E0701,
        "--shape=%s: expected names with a size or a range, such as "
        "N=1,C=64,L=96..512",
        text);
    return false;
}

/* "L=96" or "L=96..512" up to a comma or the end; where it ends, NULL if it is
 * none. */
static const char *read_range(
    struct shapes *shapes, const char *at, struct tune_range *range)
{
    size_t n = strcspn(at, "=,");
    char *end;

    if (n == 0 || at[n] != '=')
        return NULL;
    range->name = arena_printf(shapes->c->arena, "%.*s", (int)n, at);
    range->first = range->last = strtoll(at + n + 1, &end, 10);
    if (end == at + n + 1)
        return NULL;
    if (strncmp(end, "..", 2) == 0) {
        const char *second = end + 2;

        range->last = strtoll(second, &end, 10);
        if (end == second)
            return NULL;
    }
    return (*end == ',' || *end == '\0') && range->first <= range->last &&
                   range->last < INT64_MAX / 4
               ? end
               : NULL;
}

/* All sizes of the ranges from number "at" on, with "taken" before them. */
static bool expand(
    struct shapes *shapes, int at, struct tune_range *taken, const char *text)
{
    struct arena *arena = shapes->c->arena;
    int n = shapes->ranges.n;
    int64_t last;

    if (at == n) {
        struct tune_shape shape = {
            n, arena_copy(arena, taken, (size_t)n * sizeof *taken)};

        if (shapes->list->n == MAX_SHAPES) {
            diag_error(shapes->c->diag, nowhere, DIAG_E0701,
                "--shape=%s: more than %d sizes", text, MAX_SHAPES);
            return false;
        }
        VECTOR_PUSH(arena, shapes->list, shape);
        return true;
    }
    last = shapes->ranges.at[at].last;
    for (int64_t size = shapes->ranges.at[at].first; size <= last;) {
        int64_t next = size > 0 ? 2 * size : size + 1;

        taken[at] = (struct tune_range){
            shapes->ranges.at[at].name, size, next <= last ? next - 1 : last};
        if (!expand(shapes, at + 1, taken, text))
            return false;
        size = next;
    }
    return true;
}

bool tune_shapes_add(
    struct compilation *c, struct tune_shapes *list, const char *text)
{
    struct shapes shapes = {.c = c, .list = list};
    const char *at = text;

    for (;;) {
        struct tune_range range;

        at = read_range(&shapes, at, &range);
        if (!at)
            return refuse(&shapes, text);
        VECTOR_PUSH(c->arena, &shapes.ranges, range);
        if (*at == '\0')
            break;
        at++;
    }
    return expand(&shapes, 0,
        ARENA_ARRAY(c->arena, shapes.ranges.n, struct tune_range), text);
}

void tune_shapes_define(struct compilation *c, const struct tune_shape *shape,
    struct driver_options *options)
{
    struct driver_options own = *options;

    options->defines.n = options->defines.capacity = 0;
    for (int i = 0; i < own.defines.n; i++)
        VECTOR_PUSH(c->arena, &options->defines, own.defines.at[i]);
    for (int i = 0; shape && i < shape->n; i++) {
        struct driver_define define = {
            shape->ranges[i].name, shape->ranges[i].first};

        VECTOR_PUSH(c->arena, &options->defines, define);
    }
}

const char *tune_shapes_condition(
    struct tune *tune, const struct ast_parameter *parameter)
{
    struct arena *arena = tune->c->arena;
    const char *name = parameter->name->text;
    long long value = parameter->value;

    for (int i = 0; tune->sizes && i < tune->sizes->n; i++) {
        const struct tune_range *range = &tune->sizes->ranges[i];

        if (strcmp(range->name, name) == 0 && range->last > range->first)
            return arena_printf(arena, "%s >= %lld && %s <= %lld", name, value,
                name, (long long)range->last);
    }
    return arena_printf(arena, "%s == %lld", name, value);
}
