/* Inside loop/: the extremes of numbers that depend on variables of loops with
 * few iterations, exactly, by trying all of them. */
#ifndef TAPC_LOOP_LOOP_SURVEY_H
#define TAPC_LOOP_LOOP_SURVEY_H

#include "loop/loop.h"

/* The loops around a node, outermost first. */
struct loop_nodes {
    const struct loop_node **at;
    int n;
    int capacity;
};

struct loop_extremes {
    int64_t least;
    int64_t most;
};

/* The extremes of a form over all iterations of the loops around; "fixed" (may
 * be NULL), the variable of one of them, is "at" only. False if they depend on
 * anything else, on too many iterations, or if there is none. */
bool loop_survey_form(struct value_context *v, const struct loop_nodes *around,
    const struct affine *form, const struct variable *fixed, int64_t at,
    struct loop_extremes *extremes);

/* Does a guard hold always (1, 1), never (0, 0), or sometimes (0, 1)? */
bool loop_survey_guard(struct value_context *v, const struct loop_nodes *around,
    const struct guard *guard, struct loop_extremes *extremes);

#endif
