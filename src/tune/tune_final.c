/* The end of a search. What won so far won by measurements that also chose it,
 * and in processes whose memory lies one way: it is kept only if it is surely
 * faster than the untuned one in processes that chose nothing. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <string.h>

static const struct tune_pace pace = {15, 300000};

/* The course of a final: candidates beside the untuned one, processes that
 * choose among them, processes that confirm. Where calls are long arrays are
 * large: then processes differ less, and there is no time for many. */
struct course {
    int n_finalists;
    int n_choosing;
    int n_confirming;
};

static const struct course usual = {5, 4, 6};
static const struct course of_long_calls = {2, 1, 2};

/* How often a winner may be refused before the untuned one is taken. */
enum { MAX_FINALISTS = 5, N_CHANCES = 2 };

/* Over the untuned one's time: who is not surely below is no gain; who is not
 * surely above the best's over it may be taken in its place. */
#define GAIN 0.99

/* ---- Matches ----------------------------------------------------------- */

/* The samples of all processes as one result. */
static struct trial_result join(
    struct arena *arena, const struct tune_match *match)
{
    struct trial_result all = match->results[0];
    int n = 0;

    for (int i = 0; i < match->n_results; i++)
        n += match->results[i].n_rounds;
    all.n_rounds = 0;
    for (int i = 0; i < all.n_objects; i++)
        all.samples_ns[i] = ARENA_ARRAY(arena, n, double);
    for (int i = 0; i < match->n_results; i++) {
        const struct trial_result *one = &match->results[i];

        for (int j = 0; j < all.n_objects; j++)
            memcpy(all.samples_ns[j] + all.n_rounds, one->samples_ns[j],
                (size_t)one->n_rounds * sizeof(double));
        all.n_rounds += one->n_rounds;
    }
    return all;
}

bool tune_match_play(struct tune *tune, struct tune_match *match,
    int n_processes, int n, struct tune_candidate *const *list)
{
    *match = (struct tune_match){.n = n, .list = list};
    for (int i = 0; i < n_processes; i++) {
        struct trial_result result =
            tune_race_again(tune, &pace, i > 0, n, list);

        match->all = result;
        if (result.state != TRIAL_CORRECT)
            return false;
        match->results[match->n_results++] = result;
    }
    match->all = join(tune->c->arena, match);
    for (int i = 0; i < n; i++)
        tune_race_note(tune, list[i], i, &match->all);
    return true;
}

struct trial_ratio tune_match_ratio(
    struct arena *arena, const struct tune_match *match, int object, int other)
{
    double ratios[TUNE_MATCHES];
    struct trial_ratio ratio;
    int n = match->n_results;

    for (int i = 0; i < n; i++)
        ratios[i] =
            trial_ratio_of(arena, &match->results[i], object, other).median;
    sample_sort(n, ratios);
    ratio.median = sample_median(n, ratios);
    sample_interval(n, ratios, &ratio.low, &ratio.high);
    return ratio;
}

/* ---- The final --------------------------------------------------------- */

/* The course: is a round of all finalists longer than a trial may be? */
static struct course choose_course(const struct tune *tune)
{
    int n = usual.n_finalists + 1;

    return tune_race_rounds(tune, &pace, n) == TUNE_MIN_ROUNDS ? of_long_calls
                                                               : usual;
}

int64_t tune_final_ns(const struct tune *tune)
{
    struct course course = choose_course(tune);
    int n = course.n_finalists + 1;
    double n_rounds =
        course.n_choosing * n * tune_race_rounds(tune, &pace, n) +
        course.n_confirming * 2 * tune_race_rounds(tune, &pace, 2);
    double all_ns = n_rounds * tune_race_round_ns(tune, &pace) +
                    (course.n_choosing + course.n_confirming) * tune->setup_ns;
    double most_ns = (double)tune->budget_ns / 2;

    return (int64_t)(all_ns < most_ns ? all_ns : most_ns);
}

/* The untuned one, then the fastest; how many there are. */
static int list_best(
    const struct tune *tune, int n_most, struct tune_candidate **list)
{
    int n = 1;

    list[0] = tune->candidates.at[0];
    for (; n <= n_most; n++) {
        struct tune_candidate *next = NULL;

        for (int i = 1; i < tune->candidates.n; i++) {
            struct tune_candidate *candidate = tune->candidates.at[i];
            bool is_listed = candidate->stage != TUNE_DONE ||
                             candidate->state != TRIAL_CORRECT;

            for (int j = 0; j < n; j++)
                is_listed = is_listed || list[j] == candidate;
            if (!is_listed &&
                (!next || candidate->ratio.median < next->ratio.median))
                next = candidate;
        }
        if (!next)
            break;
        list[n] = next;
    }
    return n;
}

/* The place of the one to be taken: the fastest, or the simplest of those that
 * are not surely slower. */
static int find_best(struct arena *arena, const struct tune_match *match)
{
    struct tune_candidate *const *list = match->list;
    int best = 0;
    int simplest;

    for (int i = 1; i < match->n; i++)
        if (list[i]->time.median_ns < list[best]->time.median_ns)
            best = i;
    simplest = best;
    for (int i = 0; i < match->n; i++) {
        struct trial_ratio ratio = trial_ratio_of(arena, &match->all, i, best);

        if (ratio.low <= 1 / GAIN && list[i]->n_words < list[simplest]->n_words)
            simplest = i;
    }
    return simplest;
}

/* Is the candidate surely faster than the untuned one, in processes of their
 * own? */
static bool confirm(struct tune *tune, struct tune_candidate *candidate)
{
    struct tune_candidate *both[] = {tune->candidates.at[0], candidate};
    struct arena *arena = tune->c->arena;
    int n = choose_course(tune).n_confirming;
    struct tune_match match;
    struct trial_ratio ratio;

    if (!tune_match_play(tune, &match, n, 2, both))
        return false;
    tune_store_keep(tune, candidate);
    ratio = n == usual.n_confirming ? tune_match_ratio(arena, &match, 1, 0)
                                    : trial_ratio_of(arena, &match.all, 1, 0);
    return ratio.high < 1 && ratio.median < GAIN;
}

/* The one of the list that wins and is confirmed, or the untuned one. */
static struct tune_candidate *choose(
    struct tune *tune, int n, struct tune_candidate **list)
{
    struct tune_candidate *untuned = list[0];

    for (int chance = 0; chance < N_CHANCES && n > 1; chance++) {
        struct tune_match match;
        int best;

        if (!tune_match_play(
                tune, &match, choose_course(tune).n_choosing, n, list))
            break;
        for (int i = 0; i < n; i++)
            tune_store_keep(tune, list[i]);
        best = find_best(tune->c->arena, &match);
        if (best == 0 || confirm(tune, list[best]))
            return list[best];
        list[best] = list[--n];
    }
    return untuned;
}

struct tune_candidate *tune_final(struct tune *tune)
{
    struct tune_candidate *list[MAX_FINALISTS + 1] = {
        tune->candidates.at[0], tune->best};
    int n = 1 + (tune->best != list[0]);

    if (!driver_is_interrupted())
        n = list_best(tune, choose_course(tune).n_finalists, list);
    return choose(tune, tune_race_build(tune, n, list), list);
}
