/* GPUs: nothing is measured; candidates are ranked by what the model of costs
 * says of their instructions and ptxas of their registers, and that is said. */
#include "tune/tune_internal.h"

#include "base/sample.h"

/* Warps that hide each other's waiting, a share of those there may be; what a
 * byte that was spilled costs beside the instructions of a kernel. */
enum { ENOUGH_SHARE = 2, SPILLED_BYTES = 64 };

/* How good it looks: fewer is better. */
static double get_score(const struct tune_candidate *candidate)
{
    const struct driver_load *load = &candidate->load;
    double score = candidate->cost.cycles;
    int enough = load->most_warps / ENOUGH_SHARE;

    if (load->n_warps > 0 && load->n_warps < enough)
        score *= (double)enough / load->n_warps;
    return score * (1 + (double)load->spilled_bytes / SPILLED_BYTES);
}

/* The surveyed candidate with the least work by the model. */
static struct tune_candidate *take_cheapest(struct tune *tune)
{
    struct tune_candidate *best = NULL;

    for (int i = 1; i < tune->candidates.n; i++) {
        struct tune_candidate *one = tune->candidates.at[i];

        if (one->stage == TUNE_SURVEYED &&
            (!best || one->cost.cycles < best->cost.cycles))
            best = one;
    }
    return best;
}

/* One line. */
static void print_candidate(
    struct text *text, const char *what, const struct tune_candidate *candidate)
{
    const struct driver_load *load = &candidate->load;

    text_printf(text,
        "  %-8s %.0f cycles of instructions, %d registers, %d bytes spilled, "
        "%d of %d warps  %s\n",
        what, candidate->cost.cycles, load->n_registers, load->spilled_bytes,
        load->n_warps, load->most_warps, candidate->line);
}

bool tune_rank(struct tune *tune, struct text *text)
{
    struct tune_candidate *next;

    tune->best = tune->candidates.at[0];
    driver_get_load(&tune->base, &tune->best->load);
    tune_survey(tune, tune->start_ns + tune->budget_ns / 2);
    while (tune->n_done < tune->n_trials && !driver_is_interrupted() &&
           sample_clock_ns() - tune->start_ns < tune->budget_ns &&
           (next = take_cheapest(tune)) && tune_build_start(tune, next)) {
        tune_build_finish(tune, next);
        tune->n_done++;
        tune->n_failed += next->stage == TUNE_DONE;
        if (next->stage != TUNE_BUILT)
            continue;
        next->stage = TUNE_DONE;
        if (get_score(next) < get_score(tune->best))
            tune->best = next;
    }
    if (!tune_check_best(tune) || !tune_write(tune, false))
        return false;
    text_printf(text,
        "%s, %s: %lld candidates, %lld failed, ranked by the "
        "model and ptxas: nothing was measured on a GPU\n",
        tune->kernel->kernel->name->text, tune->shape, (long long)tune->n_done,
        (long long)tune->n_failed);
    print_candidate(text, "untuned", tune->candidates.at[0]);
    if (tune->best != tune->candidates.at[0])
        print_candidate(text, "tuned", tune->best);
    if (tune->written)
        text_printf(text, "  written to %s\n", tune->written);
    return true;
}
