/* Random numbers that are the same on every machine: xorshift64*. */
#ifndef TAPC_BASE_RANDOM_H
#define TAPC_BASE_RANDOM_H

#include <stdint.h>

/* A number of 0 .. n-1 (0 if n <= 0); "*state", never 0, moves on. */
int64_t random_below(uint64_t *state, int64_t n);

#endif
