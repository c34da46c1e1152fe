/* What the files of cost/ share. */
#ifndef TAPC_COST_COST_INTERNAL_H
#define TAPC_COST_COST_INTERNAL_H

#include "cost/cost.h"
#include "loop/loop_memory.h"

#include "base/vector.h"

/* A program under evaluation. "values", by variable id: parameters, and the
 * loops around the place at hand, each at an iteration that stands for all;
 * "steps": of those loops.
 * "memories" are by array id, "is_written": whether any statement stores to it.
 * "arena" is forgotten afterwards. */
struct cost_state {
    struct arena *arena;
    const struct loop_program *program;
    const struct machine *machine;
    const struct costs *costs;
    int64_t *values;
    int64_t *steps;
    struct memory *memories;
    bool *is_written;
};

/* What a piece of program takes, each time it is run: "cycles" if enough of it
 * overlaps, "latency" its longest chain. "busy" and "needs" as in struct
 * cost. */
struct cost_piece {
    double cycles;
    double latency;
    double busy[COST_N_BOUNDS];
    struct cost_needs needs;
};

/* Add "n" times a piece. */
void cost_add_piece(
    struct cost_piece *sum, const struct cost_piece *piece, double n);
void cost_add_needs(
    struct cost_needs *sum, const struct cost_needs *needs, double n);

/* How long each bound of the ports would take for the needs of instructions
 * of this width; entries of latency and lines are 0. */
void cost_fill_busy(const struct costs *costs, int vector_bytes,
    const struct cost_needs *needs, double *busy);

/* ---- cost_access.c --------------------------------------------------------
 */

enum cost_pattern {
    COST_UNIFORM,    /* one element for all lanes */
    COST_CONTIGUOUS, /* neighbours */
    COST_STRIDED,    /* "step" elements apart, or backwards */
    COST_SCATTERED   /* anywhere, "n_pieces" runs of neighbours */
};

/* Where one execution of an access goes. "element" is that of lane 0.
 * "crossing" is the share of executions that cross a line, per vector. */
struct cost_access {
    const struct array *array;
    enum cost_pattern pattern;
    int64_t element;
    int64_t step;
    int n_pieces;
    double crossing;
};

/* Is the array in memory (and no scalar argument)? */
bool cost_is_memory(const struct array *array);

struct cost_access cost_access_of(const struct cost_state *state,
    const struct array *array, const struct affine *const *index,
    const struct variable *lane);

/* Iterations of a loop under the values. */
int64_t cost_trip_count(
    const struct cost_state *state, const struct loop_node *node);

/* Set the loop's variable to an iteration in the middle. */
void cost_enter_loop(
    struct cost_state *state, const struct loop_node *node, int64_t trip_count);

/* ---- cost_block.c ---------------------------------------------------------
 */

/* Part of a straight run? */
bool cost_is_straight(const struct loop_node *node);

/* Score children first .. last-1 of a node, a straight run. "loop" is the
 * innermost loop whose whole body they are, NULL else; what does not change in
 * it is computed before it and added to "before". "carried" is set to the
 * latency from one iteration to the next. */
struct cost_piece cost_block(struct cost_state *state,
    const struct loop_node *node, int first, int last,
    const struct loop_node *loop, struct cost_needs *before, double *carried);

/* Score a TRANSPOSE. */
struct cost_piece cost_transpose(
    struct cost_state *state, const struct loop_node *node);

/* ---- cost_registers.c -----------------------------------------------------
 */

/* Something that wants a register: value "id" is set or used. */
struct cost_event {
    int id;
    bool is_definition;
};
struct cost_events {
    struct cost_event *at;
    int n;
    int capacity;
};

/* How many uses find their value gone when "n_registers" hold those used
 * soonest, in one round of a loop ("is_loop") or in all. */
int cost_count_misses(struct arena *arena, const struct cost_events *events,
    int n_ids, int n_registers, bool is_loop);

/* ---- cost_lines.c ---------------------------------------------------------
 */

/* Cycles and numbers of lines that come from each level. */
void cost_lines(struct cost_state *state, struct cost *cost);

#endif
