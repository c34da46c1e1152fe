/* Inside loop/: hints for lines of the next tile, spread over the present
 * one. */
#ifndef TAPC_LOOP_LOOP_HINT_H
#define TAPC_LOOP_LOOP_HINT_H

#include "loop/loop_scan.h"
#include "loop/loop_survey.h"

/* The hints in a loop over strips of lanes that together are whole rows. */
struct loop_hints;

/* Look for rows that "loop", whose iterations are strips of them, accesses in
 * the next iteration of the loop around it and not in this one. An iteration of
 * "loop" runs "n_steps" steps of "n_parts" parts. No hints where there are
 * none, where the arrays fit the second-level cache, or where that is not
 * known. */
struct loop_hints *loop_find_hints(struct loop_program *program,
    struct loop_nodes *around, struct loop_node *loop, int64_t n_steps,
    int n_parts);

/* Append the hints of part "part" of step number "step". */
void loop_add_hints(const struct loop_hints *hints, struct loop_node *into,
    const struct affine *step, int part);

#endif
