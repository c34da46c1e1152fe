/* Model and directives to a schedule: a tree of loops, each loop a coordinate
 * of every statement below, with modes (parallel, vector, unrolled).
 *
 * Files: schedule.c (tree: building from the model, finding, copying),
 * schedule_apply.c (looks each directive up, calls it, asks for legality),
 * schedule_legality.c (is a dependence reversed, does a loop carry one),
 * schedule_default.c (the schedule of a nest nobody scheduled),
 * schedule_print.c (--emit=schedule),
 * directive_<word>.c (one per directive).
 */
#ifndef TAPC_SCHEDULE_SCHEDULE_H
#define TAPC_SCHEDULE_SCHEDULE_H

#include "base/machine.h"
#include "model/model.h"

enum schedule_node_kind {
    SCHEDULE_LOOP,
    SCHEDULE_SEQUENCE,
    SCHEDULE_STATEMENT
};

/* A node of the tree. A loop has one child and, for every statement below
 * it, a coordinate: the value of the loop's variable at which an instance
 * runs, quasi-affine in the statement's iterators ("coordinates" is indexed
 * by statement id, NULL for statements elsewhere). Every iterator of a
 * statement is a function of the coordinates of the loops around it.
 *
 * "n_lanes" > 1: vectorised, that many lanes. "jam" > 1: unroll-and-jam by
 * that factor with a remainder; "is_unrolled": unroll completely (its extent
 * is at most "unroll_extent"). "is_parallel": across cores. "is_fixed": the
 * user's directives named it, the default leaves its nest alone.
 * "multiple" is what the coordinate is known to be a multiple of.
 */
struct schedule_node {
    enum schedule_node_kind kind;
    struct source_range range;
    struct schedule_node *parent;
    int n_children;
    struct schedule_node **children;
    const struct name *name;
    const struct affine **coordinates;
    int n_lanes;
    int jam;
    bool is_unrolled;
    bool is_parallel;
    bool is_fixed;
    struct source_range mode_range; /* the directive that set the mode */
    struct model_statement *statement;
};

/* A schedule of one model for one machine. "model" is lent. */
struct schedule {
    struct compilation *c;
    struct model *model;
    const struct machine *machine;
    const struct ast_schedule *source; /* NULL: default */
    struct schedule_node *root;
};

/* Build the schedule: the directives of "source" (NULL: none), each checked,
 * then the default for what they leave open. Sets the layout of the model's
 * arrays. NULL after reporting. */
struct schedule *schedule_build(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source);

/* The source order, no directive: what the program means. */
struct schedule *schedule_build_source_order(
    struct compilation *c, struct model *model, const struct machine *machine);

/* The most specific schedule of the program for kernel and machine, or
 * NULL. */
const struct ast_schedule *schedule_select(const struct ast_program *program,
    const struct ast_kernel *kernel, const struct machine *machine);

void schedule_print(struct text *text, const struct schedule *schedule);

#endif
