/* GPUs: nothing is measured; candidates are ranked by what the model of costs
 * says of their instructions and ptxas of their registers, and that is said. */
#include "tune/tune_internal.h"

#include "base/sample.h"

/* Warps that hide each other's waiting, a share of those there may be;
 * multiprocessors of a GPU, about; what a byte that was spilled costs beside
 * the instructions of a kernel. */
enum { ENOUGH_SHARE = 2, UNITS = 128, SPILLED_BYTES = 64, WARP_THREADS = 32 };

/* Iterations of loops inside each other, 0 if that is not known. */
static int64_t count_iterations(int n, const struct loop_node *const *loops)
{
    int64_t total = 1;

    for (int i = 0; i < n; i++) {
        const struct loop_node *loop = loops[i];
        int64_t count;

        if (loop->n_lower != 1 || loop->n_upper != 1 ||
            !affine_is_constant(loop->lower[0]) ||
            !affine_is_constant(loop->upper[0]))
            return 0;
        count = loop->upper[0]->constant - loop->lower[0]->constant;
        total *= count > 0 ? (count + loop->step - 1) / loop->step : 0;
    }
    return total;
}

struct tune_grid tune_rank_grid(
    struct arena *arena, const struct loop_program *program)
{
    struct tune_grid grid = {0, program->n_threads};
    struct loop_section *sections;
    int n = 0;

    if (!program->n_threads)
        return grid;
    sections = loop_list_sections(arena, program, &n);
    for (int i = 0; i < n; i++) {
        int64_t count =
            count_iterations(sections[i].n_loops, sections[i].loops);

        grid.n_blocks += sections[i].is_flat
                             ? (count + grid.n_threads - 1) / grid.n_threads
                             : count;
    }
    return grid;
}

const char *tune_rank_words(const struct tune *tune)
{
    return tune->candidates.at[0]->load.most_warps
               ? "the model and ptxas"
               : "the model alone (there is no ptxas)";
}

/* How good it looks: fewer is better. A multiprocessor has as many warps at a
 * time as registers and memory allow, and as there are. */
static double get_score(
    const struct tune *tune, const struct tune_candidate *candidate)
{
    const struct driver_load *load = &candidate->load;
    int enough =
        tune->variant->machine->gpu->unit_threads / WARP_THREADS / ENOUGH_SHARE;
    double warps = (double)candidate->grid.n_blocks *
                   candidate->grid.n_threads / WARP_THREADS / UNITS;
    double score = candidate->cost.cycles;

    if (load->n_warps > 0 && (warps == 0 || load->n_warps < warps))
        warps = load->n_warps;
    if (warps > 0 && warps < enough)
        score *= enough / warps;
    return score * (1 + (double)load->spilled_bytes / SPILLED_BYTES);
}

/* The surveyed candidate that looks best before ptxas has seen any. */
static struct tune_candidate *take_cheapest(struct tune *tune)
{
    struct tune_candidate *best = NULL;

    for (int i = 1; i < tune->candidates.n; i++) {
        struct tune_candidate *one = tune->candidates.at[i];

        if (one->stage == TUNE_SURVEYED &&
            (!best || get_score(tune, one) < get_score(tune, best)))
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
        "  %-8s %.0f cycles of instructions, %lld blocks of %d threads", what,
        candidate->cost.cycles, (long long)candidate->grid.n_blocks,
        candidate->grid.n_threads);
    if (load->most_warps)
        text_printf(text, ", %d registers, %d bytes spilled, %d of %d warps",
            load->n_registers, load->spilled_bytes, load->n_warps,
            load->most_warps);
    text_printf(text, "  %s\n", candidate->line);
}

bool tune_rank_check(const struct tune *tune)
{
    const struct driver_search *search = &tune->options->search;
    const struct {
        bool is_given;
        const char *spelling;
    } options[] = {{search->plan != NULL, "--plan"},
        {search->results.n > 0, "--results"}, {search->is_cold, "--cache=cold"},
        {search->picture != NULL, "--svg"},
        {search->compare.n > 0, "--compare"},
        {search->n_remeasured > 0, "--remeasure"}};
    struct source_range nowhere = {0};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].is_given) {
            diag_error(tune->c->diag, nowhere, DIAG_E0701,
                "%s: nothing is measured for GPUs", options[i].spelling);
            return false;
        }
    return true;
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
        if (get_score(tune, next) < get_score(tune, tune->best))
            tune->best = next;
    }
    if (!tune_check_best(tune) || !tune_write(tune, false))
        return false;
    text_printf(text,
        "%s, %s: %lld candidates, %lld failed, ranked by %s: nothing was "
        "measured on a GPU\n",
        tune->kernel->kernel->name->text, tune->shape, (long long)tune->n_done,
        (long long)tune->n_failed, tune_rank_words(tune));
    print_candidate(text, "untuned", tune->candidates.at[0]);
    if (tune->best != tune->candidates.at[0])
        print_candidate(text, "tuned", tune->best);
    if (tune->written)
        text_printf(text, "  written to %s\n", tune->written);
    return true;
}
