#include "base/random.h"

int64_t random_below(uint64_t *state, int64_t n)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    uint64_t number = *state * UINT64_C(0x2545f4914f6cdd1d);
    return n > 0 ? (int64_t)((number >> 16) % (uint64_t)n) : 0;
}
