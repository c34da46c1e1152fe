/* How long a loop program takes: a closed-form model over loop IR, from the
 * tables of costs of the machine alone.
 *
 * Files: cost.c (the tree of loops: trip counts, what bounds each, the sum),
 * cost_block.c (what a straight run of statements needs of every port, how
 * long its longest chain is), cost_registers.c (values that do not fit the
 * registers), cost_access.c (addresses: contiguous, crossing lines),
 * cost_lines.c (cache lines moved, from footprints), cost_print.c (words).
 *
 * A program is scored in well under a millisecond. What it leaves out: which
 * instructions LLVM chooses, conflicts in the caches, other cores.
 */
#ifndef TAPC_COST_COST_H
#define TAPC_COST_COST_H

#include "loop/loop.h"

/* Vector instructions of a run of statements or of a whole program, in slots
 * of their ports: an access that crosses a line takes more than one. "divider"
 * is cycles. "spilled" are loads and stores for values that did not fit the
 * registers, among "loads" and "stores" too. "n_instructions" is all that the
 * front end sees. */
struct cost_needs {
    double fmas;
    double adds;
    double others;
    double shuffles;
    double loads;
    double stores;
    double divider;
    double spilled;
    double n_instructions;
};

/* What can bound a program: classes of ports, alone and those that share
 * some, the front end, chains of dependent instructions, lines from a level. */
enum cost_bound {
#define BOUND(identifier, name, advice) COST_##identifier,
#include "cost/cost_bounds.def"
#undef BOUND
    COST_N_BOUNDS
};

/* "cycles" in all. "busy": how long each bound alone would take for the whole
 * program. "core" is the time without cache lines, "lines" that of the lines,
 * "n_lines" how many come from each level (none from the first one).
 * "bound" is the largest of "busy". "outputs" are elements of arguments
 * written. */
struct cost {
    double cycles;
    double core;
    double lines;
    double busy[COST_N_BOUNDS];
    double n_lines[COSTS_N_LEVELS];
    double outputs;
    enum cost_bound bound;
    struct cost_needs needs;
};

/* Score a program under parameter values; NULL: values that stand for common
 * ones, 100 where that is allowed. The result depends on the program, its
 * machine and the values only. */
struct cost cost_evaluate(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters);

/* Cycles no other schedule of the same work goes below. */
double cost_floor(const struct cost *cost);

/* The name of a bound, and what would lift it, a sentence. */
const char *cost_bound_name(enum cost_bound bound);
const char *cost_bound_advice(enum cost_bound bound);

#endif
