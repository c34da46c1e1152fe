/* Inside schedule/: loops cut by residue. */
#ifndef TAPC_SCHEDULE_SCHEDULE_RESIDUE_H
#define TAPC_SCHEDULE_SCHEDULE_RESIDUE_H

#include "schedule/schedule.h"

/* If the statements below a loop tell residues of it apart, and it may be
 * lanes: cut it, vectorise the quotient, unroll the residue. Returns the new
 * outer loop, NULL if nothing was done. */
struct schedule_node *schedule_split_residues(
    struct schedule *schedule, struct schedule_node *loop);

/* Put a loop over floor(o / s) around the loop o, which becomes that over the
 * residue. Nothing is reordered. Returns the new loop. */
struct schedule_node *schedule_cut_loop(
    struct schedule *schedule, struct schedule_node *loop, int64_t divisor);

#endif
