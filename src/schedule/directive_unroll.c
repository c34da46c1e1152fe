/* unroll k, unroll p by 4: copies of the body. Of a loop around loops:
 * unroll-and-jam. */
#include "schedule/directive.h"

static bool has_inner_loop(const struct schedule_node *node)
{
    for (int i = 0; i < node->n_children; i++)
        if (node->children[i]->kind == SCHEDULE_LOOP ||
            has_inner_loop(node->children[i]))
            return true;
    return false;
}

/* Decide the factor for one loop: complete when the extent is known. */
static bool set_unroll(
    struct directive *directive, struct schedule_node *loop, int64_t factor)
{
    struct schedule *schedule = directive->schedule;
    int64_t first = 0;
    int64_t last = -1;
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    int64_t limit = schedule->c->options.max_unroll;

    if (factor == 0 && schedule_constant_range(schedule, loop, &first, &last)) {
        factor = last - first + 1;
        loop->is_unrolled = true;
    }
    if (factor == 0)
        factor = 4;
    if (limit > 0 && factor > limit / leaves.n) {
        diag_error(schedule->c->diag, directive->ast->range, DIAG_E0003,
            "'%s' makes %lld statements, the limit is %lld", directive->text,
            (long long)(factor * leaves.n), (long long)limit);
        diag_hint(schedule->c->diag, "See --max-unroll=N.");
        return false;
    }
    if (!loop->is_unrolled)
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

        if (loop->jam > 1 || loop->is_unrolled) {
            directive_check_mode(directive, loop);
            return false;
        }
        if (has_inner_loop(loop) &&
            !schedule_is_legal(schedule, SCHEDULE_JAM, loop, true,
                directive->ast->range, directive->text))
            return false;
        if (!set_unroll(directive, loop, factor))
            return false;
        loop->mode_range = directive->ast->range;
    }
    return true;
}
