/* Which loops may be run in part, when only some elements of the result are
 * wanted. For the interpreter. */
#ifndef TAPC_LOOP_LOOP_SAMPLE_H
#define TAPC_LOOP_LOOP_SAMPLE_H

#include "loop/loop.h"

/* Does no statement read memory that the program writes? Then elements can be
 * computed without one another. */
bool loop_sample_is_pure(const struct loop_program *program);

/* Of a pure program: does leaving out iterations of this loop only leave out
 * elements? True if there are stores to memory below, each with the loop's
 * variable in its index, provided that no register keeps its value from one
 * iteration to the next or to what follows: "privates" gets the numbers of
 * those written below (room for all arrays), "n_privates" how many. */
bool loop_sample_can_skip(const struct loop_program *program,
    const struct loop_node *loop, int *privates, int *n_privates);

#endif
