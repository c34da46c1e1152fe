/* Which candidate next: all in order, at random, the children of good ones, or
 * what the model of costs and a regression on the measurements propose. */
#include "tune/tune_internal.h"

#include "base/random.h"
#include "base/sample.h"

#include <string.h>

/* How often a strategy looks for a point nobody has looked at; how many make a
 * generation; how many of a tournament take part; every how many proposals of
 * the model one is left to chance; the share of the budget for surveys. */
enum {
    N_TRIES = 200,
    N_GENERATION = 12,
    N_TOURNAMENT = 4,
    EVERY = 5,
    SURVEY_SHARE = 6,
    MAX_SURVEYS = 400,
    N_BUILDERS = 2
};

struct tune_candidate *tune_find(const struct tune *tune, const char *line)
{
    for (int i = 0; i < tune->candidates.n; i++)
        if (strcmp(tune->candidates.at[i]->line, line) == 0)
            return tune->candidates.at[i];
    return NULL;
}

/* Words on a line. */
static int count_words(const char *line)
{
    int n = 0;

    for (; *line; line++)
        n += *line == ' ';
    return n + 1;
}

struct tune_candidate *tune_candidate_at(
    struct tune *tune, struct tune_point point)
{
    const char *line = tune_space_line(&tune->space, point);
    struct tune_candidate *candidate = tune_find(tune, line);

    if (candidate)
        return candidate;
    candidate = ARENA_NEW(tune->c->arena, struct tune_candidate);
    candidate->point = point;
    candidate->line = line;
    candidate->n_words = count_words(line);
    VECTOR_PUSH(tune->c->arena, &tune->candidates, candidate);
    return candidate;
}

/* Is nothing known of it but perhaps its cost? */
static bool is_open(const struct tune_candidate *candidate)
{
    return !candidate->is_building &&
           (candidate->stage == TUNE_NEW || candidate->stage == TUNE_SURVEYED);
}

/* ---- Strategies -------------------------------------------------------- */

/* All points in order. */
static struct tune_candidate *take_next(struct tune *tune)
{
    while (tune->next_point < tune->space.n_points) {
        struct tune_candidate *candidate = tune_candidate_at(
            tune, tune_space_get(&tune->space, tune->next_point++));

        if (is_open(candidate))
            return candidate;
    }
    return NULL;
}

/* Any point. */
static struct tune_candidate *take_any(struct tune *tune)
{
    for (int i = 0; i < N_TRIES; i++) {
        struct tune_candidate *candidate = tune_candidate_at(
            tune, tune_space_get(&tune->space,
                      random_below(&tune->random, tune->space.n_points)));

        if (is_open(candidate))
            return candidate;
    }
    return take_next(tune);
}

/* Number "i" of the measured points of the space, counted from the youngest;
 * NULL: there are fewer. */
static struct tune_candidate *get_parent(struct tune *tune, int i)
{
    for (int at = tune->candidates.n; at-- > 0;) {
        struct tune_candidate *candidate = tune->candidates.at[at];

        if (candidate->stage == TUNE_DONE &&
            candidate->state == TRIAL_CORRECT && candidate->point.choices &&
            i-- == 0)
            return candidate;
    }
    return NULL;
}

/* The best of a few of the youngest generations: old ones die, however good
 * they were, so that a lucky measurement does not rule for ever. */
static struct tune_candidate *choose_parent(struct tune *tune)
{
    struct tune_candidate *best = NULL;

    for (int i = 0; i < N_TOURNAMENT; i++) {
        struct tune_candidate *one = get_parent(
            tune, (int)random_below(&tune->random, 2 * N_GENERATION));

        if (one && (!best || one->ratio.median < best->ratio.median))
            best = one;
    }
    return best;
}

/* A child of good candidates, with one choice changed. */
static struct tune_candidate *take_child(struct tune *tune)
{
    for (int i = 0; i < N_TRIES; i++) {
        struct tune_candidate *one = choose_parent(tune);
        struct tune_candidate *two = choose_parent(tune);
        struct tune_candidate *child;
        struct tune_point point;

        if (!one || !two || tune->n_done < N_GENERATION)
            return take_any(tune);
        point = one->point;
        if (random_below(&tune->random, 2))
            point = tune_space_cross(
                &tune->space, one->point, two->point, &tune->random);
        point = tune_space_mutate(&tune->space, point, &tune->random);
        child = tune_candidate_at(tune, point);
        if (is_open(child))
            return child;
    }
    return take_any(tune);
}

/* Let the model of costs look at many points. */
static void survey(struct tune *tune)
{
    int64_t end_ns = sample_clock_ns() + tune->budget_ns / SURVEY_SHARE;
    struct tune_candidate *busy[N_BUILDERS] = {NULL};
    int n = 0;

    for (bool is_more = true; is_more; n++) {
        struct tune_candidate **slot = &busy[n % N_BUILDERS];
        struct tune_candidate *next = NULL;

        if (n < MAX_SURVEYS && sample_clock_ns() < end_ns)
            next = take_any(tune);
        if (*slot)
            tune_build_finish(tune, *slot);
        *slot = next && tune_build_start(tune, next, TUNE_SURVEY) ? next : NULL;
        is_more = false;
        for (int i = 0; i < N_BUILDERS; i++)
            is_more = is_more || busy[i];
    }
    tune->next_point = 0;
}

/* The one that is predicted to be the best; now and then a child of good
 * ones, of which perhaps nothing is known. */
static struct tune_candidate *take_predicted(struct tune *tune)
{
    struct tune_candidate *best = NULL;

    if (!tune->is_surveyed) {
        tune->is_surveyed = true;
        survey(tune);
    }
    if (tune->n_done % EVERY == EVERY - 1)
        return take_child(tune);
    tune_model_predict(tune);
    for (int i = 1; i < tune->candidates.n; i++) {
        struct tune_candidate *candidate = tune->candidates.at[i];

        if (candidate->stage == TUNE_SURVEYED && !candidate->is_building &&
            (!best || candidate->predicted < best->predicted))
            best = candidate;
    }
    return best ? best : take_any(tune);
}

/* ---- The door ---------------------------------------------------------- */

/* The strategies; the first is taken when none is named. */
static const struct {
    const char *word;
    struct tune_candidate *(*next)(struct tune *tune);
} strategies[] = {{"model", take_predicted}, {"evolution", take_child},
    {"random", take_any}, {"exhaustive", take_next}};

enum { N_STRATEGIES = sizeof strategies / sizeof strategies[0] };

/* The place of the strategy wanted, N_STRATEGIES if there is none. */
static int find_strategy(const struct tune *tune)
{
    const char *word = tune->options->search.strategy;
    int i = 0;

    while (word && i < N_STRATEGIES && strcmp(strategies[i].word, word) != 0)
        i++;
    return i;
}

bool tune_search_check(struct tune *tune)
{
    struct source_range nowhere = {0};

    if (find_strategy(tune) < N_STRATEGIES)
        return true;
    diag_error(tune->c->diag, nowhere, DIAG_E0701,
        "--search is model, evolution, random or exhaustive, not '%s'",
        tune->options->search.strategy);
    return false;
}

struct tune_candidate *tune_search_next(struct tune *tune)
{
    return strategies[find_strategy(tune)].next(tune);
}
