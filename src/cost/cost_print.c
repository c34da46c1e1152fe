/* Words for what bounds a program. */
#include "cost/cost.h"

/* A row of cost_bounds.def. */
struct row {
    const char *name;
    const char *advice;
};

static const struct row rows[] = {
#define BOUND(identifier, name, advice) {name, advice},
#include "cost/cost_bounds.def"
#undef BOUND
};

const char *cost_bound_name(enum cost_bound bound)
{
    return rows[bound].name;
}

const char *cost_bound_advice(enum cost_bound bound)
{
    return rows[bound].advice;
}
