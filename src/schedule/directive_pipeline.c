/* pipeline c by 2: what each iteration of c copies ("stage x in stack at c") is
 * copied while the iteration before it computes; on a GPU ("in shared") by n,
 * while the n - 1 before it do. */
#include "schedule/directive.h"

/* Iterations of a GPU's block under way. */
enum { MOST_BUFFERS = 8 };

/* Is a tensor staged at the loop? */
static bool has_copy(struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_node *inside = loop->children[0];

    for (int i = 0; i < inside->n_children; i++) {
        struct schedule_nodes leaves =
            schedule_leaves(schedule, inside->children[i]);

        if (inside->kind == SCHEDULE_SEQUENCE && leaves.n == 1 &&
            leaves.at[0]->statement->is_copy)
            return true;
    }
    return false;
}

bool directive_pipeline(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes loops =
        directive_find_loops(directive, &directive->words[0]);
    bool is_gpu = schedule->machine->gpu != NULL;
    int64_t n_buffers = 2;

    if (!directive_get_number(
            directive, "by", is_gpu ? MOST_BUFFERS : 2, &n_buffers))
        return false;
    for (int i = 0; i < loops.n; i++) {
        if (!directive_check_mode(directive, loops.at[i]))
            return false;
        if (!has_copy(schedule, loops.at[i])) {
            diag_error(schedule->c->diag, directive->ast->range, DIAG_E0413,
                "'%s': nothing is staged at the loop", directive->text);
            diag_hint(schedule->c->diag,
                "Put a 'stage ... in %s at ...' first.",
                is_gpu ? "shared" : "stack");
            return false;
        }
        loops.at[i]->n_buffers = (int)n_buffers;
        loops.at[i]->mode_range = directive->ast->range;
    }
    return loops.n > 0;
}
