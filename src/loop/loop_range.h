/* Inside loop/: jam of loops whose bounds differ between the copies, for
 * loop_unroll.c. */
#ifndef TAPC_LOOP_LOOP_RANGE_H
#define TAPC_LOOP_LOOP_RANGE_H

#include "loop/loop_scan.h"

/* "n" copies of "loop" for values of "variable", which its bounds contain:
 * copy i under substitutions[i] (that one variable) and renamings[i]. */
struct loop_range {
    struct loop_program *program;
    const struct loop_node *loop;
    const struct variable *variable;
    int n;
    const struct substitution *substitutions;
    const struct loop_renaming *renamings;
};

/* Append to "into" what runs all copies, interleaved; the loop returned is
 * the one all copies share, whose body the caller fills. NULL, with nothing
 * appended, where that cannot be said. */
struct loop_node *loop_jam_range(
    const struct loop_range *range, struct loop_node *into);

#endif
