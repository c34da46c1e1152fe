/* Inside schedule/: loops cut by residue. */
#ifndef TAPC_SCHEDULE_SCHEDULE_RESIDUE_H
#define TAPC_SCHEDULE_SCHEDULE_RESIDUE_H

#include "schedule/schedule.h"

/* If the statements below a loop tell residues of it apart, and it may be
 * lanes: cut it, vectorise the quotient, unroll the residue. Returns the new
 * outer loop, NULL if nothing was done. */
struct schedule_node *schedule_split_residues(
    struct schedule *schedule, struct schedule_node *loop);

#endif
