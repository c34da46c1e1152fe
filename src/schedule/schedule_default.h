/* Inside schedule/: what schedule_default.c and the parts of it in files of
 * their own share. */
#ifndef TAPC_SCHEDULE_SCHEDULE_DEFAULT_H
#define TAPC_SCHEDULE_SCHEDULE_DEFAULT_H

#include "schedule/schedule.h"

/* Ask without reporting. */
bool schedule_is_legal_quietly(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop);

/* Swap a loop with its only child, another loop. */
void schedule_interchange(
    struct schedule *schedule, struct schedule_node *outer);

/* How well a loop suits as lanes, more than 0 if at all. */
int schedule_score_lanes(struct schedule *schedule, struct schedule_node *loop);

/* Where all of a loop fits half a vector or less, as many lanes as it needs:
 * operations on short vectors have more ports, and whole ones no masks. */
void schedule_narrow_lanes(
    struct schedule *schedule, struct schedule_node *lanes);

/* default_gpu.c: loops outermost that no dependence crosses; reports a part of
 * the kernel that has none inside either. */
void schedule_default_gpu(struct schedule *schedule);

/* default_thread.c: run the loops, which stand directly inside each other, by
 * threads. */
void schedule_default_thread(
    struct schedule *schedule, struct schedule_nodes loops);

/* default_sums.c: a block for each iteration of the loops, the threads of which
 * share out sums of what is inside, "rest"; false, with nothing changed, where
 * there are none along memory. */
bool schedule_default_sums(struct schedule *schedule,
    struct schedule_nodes loops, struct schedule_node *rest);
bool schedule_has_sums(struct schedule *schedule, struct schedule_node *node);
/* Is a sum of which the order is free made below the loop, and nothing but
 * sums depends on its iterations? Is it a loop of many iterations along
 * memory? */
bool schedule_is_sum_loop(
    struct schedule *schedule, struct schedule_node *loop);
bool schedule_is_along(struct schedule *schedule, struct schedule_node *loop);

/* default_columns.c: a block for some neighbouring columns of the loops, whose
 * threads share out the rows that are summed up inside, in "rest"; false, with
 * nothing changed, where there are none, or columns enough. */
bool schedule_default_columns(struct schedule *schedule,
    struct schedule_nodes loops, struct schedule_node *rest);

/* schedule_align.c: do rows that a loop runs along begin elsewhere than at
 * multiples of "n" elements in memory, and is it known where? */
bool schedule_begins_anywhere(
    struct schedule *schedule, struct schedule_node *loop, int n);
/* Do they differ in that from one iteration of "rows" to another? */
bool schedule_begins_apart(struct schedule *schedule,
    struct schedule_node *loop, const struct schedule_node *rows, int n);
/* Then count the groups of n iterations of the loop, which is mapped, from such
 * a multiple. */
void schedule_align_groups(
    struct schedule *schedule, struct schedule_node *loop, int n);

/* Unroll the loops below "node" completely while at most "budget" copies of
 * the innermost statement arise; returns what is left of the budget. */
int schedule_unroll_below(
    struct schedule *schedule, struct schedule_node *node, int budget);

/* default_spread.c: do windows along "rows", around or inside "lanes", read
 * nothing in common in fewer than "n" iterations one after the other? */
bool schedule_is_spread(struct schedule *schedule,
    const struct schedule_node *rows, struct schedule_node *lanes, int n);

/* default_short.c: does a window of the statement slide along "rows", an index
 * of a load that moves with them and a tap, but not with "lanes"? With
 * "is_along" only a load counts whose last index moves with the lanes. */
bool schedule_slides(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *rows,
    const struct schedule_node *lanes, bool is_along);

/* default_rows.c: bytes of all tensors, INT64_MAX if not known. */
int64_t schedule_count_bytes(const struct schedule *schedule);
/* Do the taps of a vector take longer than its way from and to where all
 * tensors are? */
bool schedule_is_compute_bound(const struct schedule *schedule, int64_t taps);

/* default_strip.c: do rows that statements below the lanes write begin anywhere
 * in a line of the cache? */
bool schedule_is_ragged(struct schedule *schedule, struct schedule_node *lanes);

/* default_flat.c: let the lanes of a vector loop, whose inner loops are
 * arranged, run over several rows if rows are short; false, with nothing
 * changed, if that does not pay. */
bool schedule_default_flat(
    struct schedule *schedule, struct schedule_node *lanes);

/* default_chains.c: several rows at a time where the innermost loop of a nest
 * without lanes is a chain of dependent operations; false, with nothing
 * changed, if it is none or the rows depend on each other. */
bool schedule_default_chains(
    struct schedule *schedule, struct schedule_node *nest);

/* default_wave.c: rows that depend on each other, of chains of operations, as a
 * wave; nothing is changed where that is not legal. */
void schedule_default_wave(
    struct schedule *schedule, struct schedule_node *nest);

/* default_gather.c: sums scattered over a row, y[s*p + k] += ..., become loops
 * over the row's elements. */
void schedule_default_gather(struct schedule *schedule);

/* The strategies of default_strategies.def, one in each default_<word>.c:
 * arrange everything around the vector loop "lanes" at the moment said there.
 * False, with nothing changed, where that cannot be, or where it will hardly
 * pay (unless schedule->point.strategy asks for this one). */
#define STRATEGY(identifier, name, function, when)                             \
    bool function(struct schedule *schedule, struct schedule_node *lanes);
#include "schedule/default_strategies.def"
#undef STRATEGY

#endif
