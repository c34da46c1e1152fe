/* Which candidate next: all in order, at random, the children of good ones, or
 * what the model of costs and a regression on the measurements propose. */
#include "tune/tune_internal.h"

#include "base/random.h"

#include <string.h>

/* How often a strategy looks for a point that can be tried; how many make a
 * generation; how many of a tournament take part; every how many proposals of
 * the model one is left to chance. */
enum { N_TRIES = 200, N_GENERATION = 12, N_TOURNAMENT = 4, EVERY = 5 };

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

/* The candidates that can be tried, in the order of the space. */
static struct tune_candidate *take_next(struct tune *tune)
{
    for (int i = 1; i < tune->candidates.n; i++)
        if (is_open(tune->candidates.at[i]))
            return tune->candidates.at[i];
    return NULL;
}

/* Any of them. */
static struct tune_candidate *take_any(struct tune *tune)
{
    struct tune_candidate *any = NULL;
    int n = 0;

    for (int i = 1; i < tune->candidates.n; i++)
        if (is_open(tune->candidates.at[i]) &&
            random_below(&tune->random, ++n) == 0)
            any = tune->candidates.at[i];
    return any;
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

/* The one that is predicted to be the best; now and then a child of good
 * ones, of which perhaps nothing is known. */
static struct tune_candidate *take_predicted(struct tune *tune)
{
    struct tune_candidate *best = NULL;

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
