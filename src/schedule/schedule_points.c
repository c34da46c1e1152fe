/* The points of the default's space that are worth a look, from
 * default_points.def and default_strategies.def; points as directives. */
#include "schedule/schedule.h"

#include <strings.h>

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

/* Identifiers of strategies, which are their words in capitals. */
static const char *const strategies[SCHEDULE_N_STRATEGIES] = {
    [SCHEDULE_RULES] = "RULES",
    [SCHEDULE_PLAIN] = "PLAIN",
#define STRATEGY(identifier, words, function, when)                            \
    [SCHEDULE_##identifier] = #identifier,
#include "schedule/default_strategies.def"
#undef STRATEGY
};

const struct schedule_point *schedule_get_point(int i)
{
    int n = sizeof points / sizeof points[0];

    return i < n ? &points[i] : NULL;
}

void schedule_append_strategy(
    struct text *text, enum schedule_strategy strategy)
{
    for (const char *at = strategies[strategy]; *at; at++) {
        char letter = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;

        text_append_bytes(text, &letter, 1);
    }
}

enum schedule_strategy schedule_strategy_of(const char *word)
{
    int i = 0;

    while (i < SCHEDULE_N_STRATEGIES && strcasecmp(word, strategies[i]) != 0)
        i++;
    return (enum schedule_strategy)i;
}

void schedule_print_point(struct text *text, const struct schedule_point *point)
{
    text_append(text, "prefer ");
    schedule_append_strategy(text, point->strategy);
    if (point->jam)
        text_printf(text, " jam %d", point->jam);
    if (point->unroll)
        text_printf(text, " unroll %d", point->unroll);
    if (point->lane_bytes)
        text_printf(text, " vector_bytes %d", point->lane_bytes);
    if (point->other_lanes)
        text_printf(text, " axis %d", point->other_lanes + 1);
    if (point->stores)
        text_printf(text, " stores %s",
            point->stores == SCHEDULE_STORES_CACHED ? "cached" : "streamed");
    if (point->windows)
        text_printf(text, " window %s",
            point->windows == SCHEDULE_WINDOWS_LOADS ? "loads" : "shifts");
    if (point->prefetch_bytes)
        text_printf(text, " prefetch %d", point->prefetch_bytes);
    if (point->threads)
        text_printf(text, " threads %d", point->threads);
    text_append(text, ";");
}
