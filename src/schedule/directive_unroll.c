/* unroll k, unroll p by 4: copies of the body. Of a loop around loops:
 * unroll-and-jam. */
#include "schedule/directive.h"

/* Iterations, vectors of them in a vectorised loop, if they are known when
 * compiling, at least 1; else 0. */
static int64_t get_extent(
    struct schedule *schedule, const struct schedule_node *loop)
{
    int64_t first = 0;
    int64_t last = -1;

    if (!schedule_constant_range(schedule, loop, &first, &last))
        return 0;
    return last <= first ? 1 : (last - first) / loop->n_lanes + 1;
}

/* How many copies of the statements below "loop" all unrolled loops around
 * them make, given that it makes "factor"; a large number if too many. */
static int64_t count_copies(
    struct schedule *schedule, struct schedule_node *loop, int64_t factor)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    int64_t total = 0;

    for (int i = 0; i < leaves.n; i++) {
        struct schedule_nodes around =
            schedule_loops_around(schedule, leaves.at[i]);
        int64_t copies = factor;

        for (int j = 0; j < around.n && copies < INT32_MAX; j++)
            if (around.at[j]->is_unrolled)
                copies *= get_extent(schedule, around.at[j]);
            else
                copies *= around.at[j]->jam;
        total += copies < INT32_MAX ? copies : INT32_MAX;
    }
    return total;
}

/* How many iterations to put in one, when the user does not say: all, if it is
 * known how many there are; "*is_complete" if there are never fewer. */
static int64_t choose_factor(
    struct schedule *schedule, struct schedule_node *loop, bool *is_complete)
{
    int64_t factor = get_extent(schedule, loop);

    *is_complete = factor > 0;
    if (factor == 0) {
        factor = schedule_largest_extent(schedule, loop);
        factor = (factor + loop->n_lanes - 1) / loop->n_lanes;
    }
    return factor ? factor : 4;
}

/* Set the factor of one loop; 0 stands for all iterations. */
static bool set_unroll(
    struct directive *directive, struct schedule_node *loop, int64_t factor)
{
    struct schedule *schedule = directive->schedule;
    int64_t limit = schedule->c->options.max_unroll;
    bool is_complete = false;
    int64_t copies;

    if (factor == 0)
        factor = choose_factor(schedule, loop, &is_complete);
    copies = factor < INT32_MAX ? count_copies(schedule, loop, factor) : factor;
    if (limit > 0 && copies > limit) {
        diag_error(schedule->c->diag, directive->ast->range, DIAG_E0003,
            "'%s' makes %lld statements, the limit is %lld", directive->text,
            (long long)copies, (long long)limit);
        diag_hint(schedule->c->diag, "See --max-unroll=N.");
        return false;
    }
    loop->is_unrolled = is_complete;
    if (!is_complete)
        loop->jam = (int)factor;
    return true;
}

bool directive_unroll(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes loops =
        directive_find_loops(directive, &directive->words[0]);
    int64_t factor = 0;

    if (!loops.n || !directive_get_number(directive, "by", INT32_MAX, &factor))
        return false;
    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *loop = loops.at[i];

        if (loop->jam > 1 || loop->is_unrolled || loop->is_parallel) {
            directive_check_mode(directive, loop);
            return false;
        }
        if (schedule_has_inner_loop(loop) &&
            !schedule_is_legal(schedule, SCHEDULE_JAM, loop, true,
                directive->ast->range, directive->text))
            return false;
        if (!set_unroll(directive, loop, factor))
            return false;
        loop->mode_range = directive->ast->range;
    }
    return directive_check_loops(directive, true);
}
