/* Inside loop/: the extremes of numbers that depend on variables of loops with
 * few iterations, exactly, by trying all of them. */
#ifndef TAPC_LOOP_LOOP_SURVEY_H
#define TAPC_LOOP_LOOP_SURVEY_H

#include "loop/loop_scan.h"

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

/* Does a guard hold in all these iterations, or in none? False if neither is
 * known. */
bool loop_survey_decides(struct value_context *v,
    const struct loop_nodes *around, const struct guard *guard, bool *holds);

/* A copy of a loop inside those around, in which every loop outside conditions
 * has one lower and one upper bound; conditions that hold always, or never, are
 * gone. */
struct loop_node *loop_settle(
    struct value_context *v, struct loop_nodes *around, struct loop_node *loop);

#endif
