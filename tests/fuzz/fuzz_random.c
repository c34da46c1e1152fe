/* The generator of numbers: splitmix64, the same on every machine. */
#include "fuzz.h"

uint64_t random_next(struct fuzz_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int random_below(struct fuzz_random *random, int n)
{
    return (int)(random_next(random) % (uint64_t)n);
}

int random_between(struct fuzz_random *random, int low, int high)
{
    return low + random_below(random, high - low + 1);
}

bool random_chance(struct fuzz_random *random, int percent)
{
    return random_below(random, 100) < percent;
}

/* A position, with the probability of its weight. */
int random_weighted(struct fuzz_random *random, int n, const int *weights)
{
    int total = 0;
    for (int i = 0; i < n; i++)
        total += weights[i];
    int left = random_below(random, total);
    for (int i = 0; i < n; i++) {
        if (left < weights[i])
            return i;
        left -= weights[i];
    }
    return n - 1;
}

int random_pick(struct fuzz_random *random, int n, const int *choices)
{
    return choices[random_below(random, n)];
}
