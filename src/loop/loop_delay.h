/* Inside loop/: blocks of columns stored one iteration later. */
#ifndef TAPC_LOOP_LOOP_DELAY_H
#define TAPC_LOOP_LOOP_DELAY_H

#include "loop/loop_scan.h"

/* The blocks of one loop. */
struct loop_delay;

/* Find the blocks that an iteration of "host" stores behind its child "inner",
 * if they may be stored in the next iteration: nothing else there touches their
 * arrays. NULL where there are none. */
struct loop_delay *loop_find_delay(
    struct loop_program *program, const struct loop_node *host, int inner);

/* Append what is left of a child of the host: the columns, kept on the stack;
 * false, with nothing appended, if it is no such block. "delay" may be NULL. */
bool loop_add_kept(const struct loop_delay *delay, struct loop_node *into,
    const struct loop_node *node);

/* Append the stores of the iteration before that go with part "part" of
 * "n_parts", or, behind the host, all of the last iteration, number
 * "n_steps" - 1. */
void loop_add_delayed(const struct loop_delay *delay, struct loop_node *into,
    int part, int n_parts);
void loop_add_last(const struct loop_delay *delay, struct loop_node *into,
    const struct affine *n_steps);

#endif
