/* Arrays of loop IR in memory under given parameter values: for the
 * interpreter and the self-check. */
#ifndef TAPC_LOOP_LOOP_MEMORY_H
#define TAPC_LOOP_LOOP_MEMORY_H

#include "loop/loop.h"
#include "loop/loop_race.h"

/* One axis in memory; "stride" in elements. */
struct memory_axis {
    int dimension;
    int64_t block;
    bool is_inner;
    int64_t stride;
};

/* Where the elements of one array are. "limits" has an entry for each
 * dimension: logical indices below it have an element, the padding of blocked
 * axes included. "n_elements" is what "data" holds, "written" as in struct
 * loop_buffer. "marks" has one for each element where threads could race, else
 * NULL. */
struct memory {
    const struct array *array;
    int element_bytes;
    int n_dimensions;
    int64_t *extents;
    int64_t *limits;
    int n_axes;
    struct memory_axis *axes;
    int64_t n_elements;
    char *data;
    unsigned char *written;
    struct race_mark *marks;
};

/* The parameters' values, indexed by variable id; zero elsewhere (and
 * everywhere if "parameters" is NULL). */
int64_t *memory_new_values(struct arena *arena,
    const struct loop_program *program, const int64_t *parameters);

/* Extents, limits and axes of an array; "strides" for a strided one, else
 * NULL. "data" and "written" are left NULL. False if an extent is negative or
 * the size overflows 64 bits. */
bool memory_describe(struct arena *arena, struct memory *memory,
    const struct array *array, const int64_t *strides, const int64_t *values);

/* The element of a logical index, or -1 if it is outside; then "outside" is
 * the dimension at fault, or -1 if the element is outside of memory. */
int64_t memory_find(
    const struct memory *memory, const int64_t *index, int *outside);

#endif
