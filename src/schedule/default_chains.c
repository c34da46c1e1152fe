/* Nests without lanes whose innermost loop is a chain, each iteration waiting
 * for the one before (a sum in order along rows, a recursive filter): several
 * rows at a time, so that their chains overlap. */
#include "schedule/schedule_default.h"

/* Rows at a time, and statements up to which this stays small. */
enum { CHAINS = 8, MOST_STATEMENTS = 8 };

/* Is the innermost loop around a leaf below "outer" a chain? */
static bool has_chain(struct schedule *schedule, struct schedule_node *outer)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, outer);

    if (leaves.n > MOST_STATEMENTS)
        return false;
    for (int i = 0; i < leaves.n; i++) {
        struct schedule_node *inner = leaves.at[i]->parent;

        while (inner != outer && inner->kind != SCHEDULE_LOOP)
            inner = inner->parent;
        if (inner != outer && !inner->is_unrolled &&
            !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, inner))
            return true;
    }
    return false;
}

bool schedule_default_chains(
    struct schedule *schedule, struct schedule_node *nest)
{
    int64_t n = schedule_count_values(schedule, nest);

    if (n > 0 && n < CHAINS)
        return false;
    if (!schedule_has_inner_loop(nest) || !has_chain(schedule, nest) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, nest))
        return false;
    schedule_tile_after(schedule, nest, CHAINS);
    nest->jam = CHAINS;
    return true;
}
