#include "base/costs.h"

const struct costs_ports *costs_ports_of(
    const struct costs *costs, int vector_bytes)
{
    return 2 * vector_bytes > costs->vector_bytes ? &costs->wide
                                                  : &costs->narrow;
}

/* With a share s of shifts a multiply-add takes (1 - s) crossing loads and
 * 1 + s slots of the ports that multiply-adds and shuffles share: the two are
 * equal at the s below. */
int costs_shift_percent(const struct costs *costs, int vector_bytes)
{
    const struct costs_ports *ports = costs_ports_of(costs, vector_bytes);
    double load = 1 / ports->loads + costs->load_crossing / costs->wide.loads;
    double slot = 1 / ports->fmas_shuffles;
    double share = (load - slot) / (load + slot);

    if (vector_bytes < COSTS_LINE_BYTES || costs->pair_shift > 1 || share < 0)
        return 0;
    return (int)(100 * share + 0.5);
}

bool costs_has_cheap_crossing(const struct costs *costs, int vector_bytes)
{
    const struct costs_ports *whole = costs_ports_of(costs, vector_bytes);
    const struct costs_ports *half = costs_ports_of(costs, vector_bytes / 2);

    return 1 / whole->stores + costs->store_crossing / costs->wide.stores <=
           2 / half->stores;
}

int costs_level_of(const struct costs *costs, int64_t bytes)
{
    int level = COSTS_L1;

    while (level < COSTS_MEMORY && bytes > costs->levels[level].bytes)
        level++;
    return level;
}
