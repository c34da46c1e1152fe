/* Inside loop/: the interior of a loop, for loop_split.c. */
#ifndef TAPC_LOOP_LOOP_INTERIOR_H
#define TAPC_LOOP_LOOP_INTERIOR_H

#include "loop/loop_scan.h"

/* Conditions under which the guards, borders and bounds below a loop that
 * involve its variable all hold, for all lanes and all iterations of inner
 * loops: lower[i] <= variable < upper[i]. */
struct interior {
    int n_lower;
    const struct affine **lower;
    int n_upper;
    const struct affine **upper;
};

/* Find the interior of "loop" (no conditions: everything is interior). */
struct interior loop_find_interior(
    struct loop_program *program, struct loop_node *loop);

/* Is it a loop of many iterations by its constant bounds? Inside jammed vectors
 * its own borders are cut off, and those of the vectors' loop are without
 * regard to it. */
bool loop_is_long(const struct loop_node *loop);

/* A copy of the loop's children with everything removed that holds in its
 * interior, appended to "into". */
void loop_copy_interior(struct loop_program *program, struct loop_node *into,
    struct loop_node *loop);

#endif
