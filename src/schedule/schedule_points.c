/* The points of the default's space that are worth a look, from
 * default_points.def and default_strategies.def. */
#include "schedule/schedule.h"

static const struct schedule_point points[] = {
    {.name = "rules"},
#define POINT(words, ...) {.name = (words), __VA_ARGS__},
#include "schedule/default_points.def"
#undef POINT
#define STRATEGY(identifier, words, function, when)                            \
    {.name = (words), .strategy = SCHEDULE_##identifier},
#include "schedule/default_strategies.def"
#undef STRATEGY
};

const struct schedule_point *schedule_get_point(int i)
{
    int n = sizeof points / sizeof points[0];

    return i < n ? &points[i] : NULL;
}
