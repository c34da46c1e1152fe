/* Model and directives to a schedule: a tree of loops, each loop a coordinate
 * of every statement below, with modes (parallel, vector, unrolled).
 *
 * Files: schedule.c (tree: building from the model, finding, copying),
 * schedule_build.c (directives, then the default; which schedule is taken),
 * schedule_apply.c (looks each directive up, calls it; what they share),
 * schedule_legality.c (is a dependence reversed, does a loop carry one),
 * schedule_default.c (the schedule of a nest nobody scheduled; default_panel.c
 * and default_pack.c its tiles and panels for long windows, default_short.c its
 * straight code for short rows, default_dilation.c and default_spread.c
 * care for windows with gaps,
 * default_flat.c lanes over short rows,
 * default_rows.c several rows at a time, default_strip.c rows far apart,
 * default_tile.c tiles of both loops of products),
 * schedule_points.c (which schedules the default can choose from),
 * schedule_residue.c (loops cut by residue),
 * schedule_place.c (statements that run inside a loop for what it needs),
 * schedule_expand.c (private scalars of statements that moved),
 * default_gather.c (sums scattered over a row), default_chains.c (rows that are
 * chains of operations), default_stencil.c (several rows of a stencil),
 * default_wave.c (rows that wait for each other),
 * default_gpu.c (loops for the blocks and threads of a GPU), default_thread.c
 * (what one of the threads does), default_sums.c and
 * default_columns.c (sums over threads),
 * schedule_narrow.c (integers in the narrowest type that holds them),
 * schedule_recheck.c (legality again, for the self-check),
 * schedule_classes.c (what the default wants to know of the sizes),
 * schedule_stream.c (outputs written past the caches),
 * schedule_launch.c (what blocks and threads of a GPU run),
 * schedule_align.c (its groups that begin where memory's do),
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
 * "variable" stands for the loop's value in "inverse" of the schedule.
 * "n_lanes" > 1: vectorised, that many lanes. "jam" > 1: unroll-and-jam by
 * that factor with a remainder; "is_unrolled": unroll completely (its extent
 * is at most "unroll_extent"), "is_jammed": and the copies run statement by
 * statement. "is_parallel": across cores. "is_block",
 * "is_thread": across the blocks of a GPU, the threads of a block.
 * "is_fixed": the user's directives named it, the default leaves its nest
 * alone.
 * "n_buffers" > 1: what its iterations copy to the stack is copied one
 * iteration ahead.
 * "multiple" is what the coordinate is known to be a multiple of.
 */
struct schedule_node {
    enum schedule_node_kind kind;
    struct source_range range;
    struct schedule_node *parent;
    int n_children;
    struct schedule_node **children;
    const struct name *name;
    const struct variable *variable;
    const struct affine **coordinates;
    int n_lanes;
    int jam;
    bool is_unrolled;
    bool is_jammed;
    bool is_parallel;
    bool is_block;
    bool is_thread;
    bool is_fixed;
    int n_buffers;
    struct source_range mode_range; /* the directive that set the mode */
    struct source_range map_range;  /* the one that mapped it to a GPU */
    struct model_statement *statement;
};

enum { SCHEDULE_MAX_QUESTIONS = 4 };

/* What the default does around a vector loop: RULES tries the rows of
 * default_strategies.def in order, PLAIN none of them. */
enum schedule_strategy {
    SCHEDULE_RULES,
    SCHEDULE_PLAIN,
#define STRATEGY(identifier, name, function, when) SCHEDULE_##identifier,
#include "schedule/default_strategies.def"
#undef STRATEGY
    SCHEDULE_N_STRATEGIES
};

/* How outputs are written where both ways are possible. */
enum schedule_stores {
    SCHEDULE_STORES_RULES,
    SCHEDULE_STORES_CACHED,
    SCHEDULE_STORES_STREAMED
};

/* What becomes of loads that overlap: some of each by the rules, a load for
 * each, or shifts of vectors they share. */
enum schedule_windows {
    SCHEDULE_WINDOWS_RULES,
    SCHEDULE_WINDOWS_LOADS,
    SCHEDULE_WINDOWS_SHIFTS
};

/* A point of the space the default chooses from. A field of 0 is left to its
 * rules: "lane_bytes" of a vector; "jam", vectors in flight; "unroll", copies
 * of the innermost statement at most; "other_lanes", how many loops better
 * suited as lanes are passed over; "stores", past the caches or not; "windows";
 * "prefetch_bytes", how far ahead lines are asked for where they are.
 * For a GPU "lane_bytes" are those of a thread at a time, "jam" its steps along
 * a window, "threads" those of a block.
 */
struct schedule_point {
    const char *name;
    enum schedule_strategy strategy;
    int lane_bytes;
    int jam;
    int unroll;
    int other_lanes;
    enum schedule_stores stores;
    enum schedule_windows windows;
    int prefetch_bytes;
    int threads;
};

/* A schedule of one model for one machine. "model" is lent.
 * "inverse[s][i]" is iterator i of statement s as an affine form of the
 * variables of the loops around the statement: the coordinates, inverted.
 * "point": which of the default's schedules; "is_default": it had something to
 * decide, "applied": the last strategy it used, or PLAIN. "preferred": where
 * the user said which point (no source: nowhere). "questions": what the
 * default would have liked to know of the sizes, in the order it asked.
 * "is_streamed": arrays whose stores go past the caches.
 */
struct schedule {
    struct compilation *c;
    struct model *model;
    const struct machine *machine;
    const struct ast_schedule *source; /* NULL: default */
    struct schedule_node *root;
    const struct affine ***inverse;
    bool owns_model;    /* "model" is a copy that directives changed */
    bool *in_registers; /* by id of the model's arrays: staged in registers */
    bool *is_streamed;  /* by id of the model's arrays */
    bool *is_gapless;   /* by id: stored row after row by whole vectors; NULL:
                           none is */
    int n_threads;      /* of a GPU's block, 0 until it is decided */
    struct schedule_point point;
    enum schedule_strategy applied;
    struct source_range preferred;
    bool is_default;
    int n_questions;
    struct model_condition questions[SCHEDULE_MAX_QUESTIONS];
};

/* Build the schedule: the directives of "source" (NULL: none), each checked,
 * then the default for what they leave open. Sets the layout of the model's
 * arrays. NULL after reporting. */
struct schedule *schedule_build(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source);

/* The same at another point of the default's space: what it does is legal, but
 * may be of no use, or impossible (NULL after reporting). */
struct schedule *schedule_build_at(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source,
    const struct schedule_point *point);

/* The points worth a look, cheapest first; the rules' own is 0. NULL at the
 * end. */
const struct schedule_point *schedule_get_point(int i);

/* The point as a directive, "prefer rules jam 12;". */
void schedule_print_point(
    struct text *text, const struct schedule_point *point);

/* The word of a strategy in the language ("pack"), and back
 * (SCHEDULE_N_STRATEGIES: there is none). */
void schedule_append_strategy(
    struct text *text, enum schedule_strategy strategy);
enum schedule_strategy schedule_strategy_of(const char *word);

/* The source order, no directive: what the program means. */
struct schedule *schedule_build_source_order(
    struct compilation *c, struct model *model, const struct machine *machine);

/* The schedule of the program for kernel and machine that comes after "after"
 * (NULL: the first), or NULL: more specific ones first, among these those with
 * a condition, in the order of the program. One without a condition is the
 * last that counts. */
const struct ast_schedule *schedule_select(const struct ast_program *program,
    const struct ast_kernel *kernel, const struct machine *machine,
    const struct ast_schedule *after);

void schedule_print(struct text *text, const struct schedule *schedule);

/* Do two schedules of a kernel run the same way? */
bool schedule_is_equal(
    struct compilation *c, const struct schedule *a, const struct schedule *b);

/* ---- The tree (for directives, the default and loop_build) -------------- */

struct schedule_node *schedule_node_new(struct schedule *schedule,
    enum schedule_node_kind kind, struct source_range range);
void schedule_node_add(struct schedule *schedule, struct schedule_node *parent,
    struct schedule_node *child);
/* Put "replacement" where "node" stands. */
void schedule_node_replace(struct schedule *schedule,
    struct schedule_node *node, struct schedule_node *replacement);

/* Join children "place" and "place" + 1 of a sequence, both loops: the body of
 * the second follows that of the first. The order is not asked about. */
void schedule_join(
    struct schedule *schedule, struct schedule_node *sequence, int place);

/* Every node of the tree, parents first; "visit" may not change the tree. */
void schedule_foreach(struct schedule_node *node,
    void (*visit)(struct schedule_node *, void *), void *user);

/* A list of nodes in tree order. */
struct schedule_nodes {
    struct schedule_node **at;
    int n;
    int capacity;
};
/* Is the node a loop that "word" names ("p", or "t.l": around a statement that
 * writes t)? */
bool schedule_is_named(
    struct schedule *schedule, struct schedule_node *node, const char *word);
/* All loops a word names, in tree order. */
struct schedule_nodes schedule_find_loops(
    struct schedule *schedule, const char *word);
/* All statements at or below a node; all loops around one, outermost
 * first. */
struct schedule_nodes schedule_leaves(
    struct schedule *schedule, struct schedule_node *node);
struct schedule_nodes schedule_loops_around(
    struct schedule *schedule, const struct schedule_node *node);
void schedule_collect_loops(struct schedule *schedule,
    struct schedule_node *node, struct schedule_nodes *loops);
bool schedule_is_above(
    const struct schedule_node *above, const struct schedule_node *node);
/* Is there a loop below that remains one, not completely unrolled? */
bool schedule_has_inner_loop(const struct schedule_node *node);
/* The leaf of a statement. */
struct schedule_node *schedule_leaf_of(
    struct schedule *schedule, const struct model_statement *statement);
/* "form", in iterators of the statement, in loop variables. */
const struct affine *schedule_in_loops(const struct schedule *schedule,
    const struct model_statement *statement, const struct affine *form);

/* Smallest and largest value of a loop's coordinate over all statements and
 * parameters; false if unbounded or not constant. */
bool schedule_constant_range(const struct schedule *schedule,
    const struct schedule_node *loop, int64_t *first, int64_t *last);
/* How many values that is, 0 if not known. */
int64_t schedule_count_values(
    struct schedule *schedule, const struct schedule_node *loop);
/* Does the coordinate take the same values whatever the sizes not fixed? */
bool schedule_has_fixed_range(
    struct schedule *schedule, const struct schedule_node *loop);

/* The most iterations a loop has each time it is entered, 0 if that is not
 * known when compiling. */
int64_t schedule_largest_extent(
    struct schedule *schedule, struct schedule_node *loop);

/* Strip-mine: put a loop called "name", whose coordinate is that of "inner"
 * divided by "factor", around "inner"; it is returned. On a GPU the inner
 * coordinate begins at 0 in every tile. */
struct schedule_node *schedule_tile(struct schedule *schedule,
    struct schedule_node *inner, int64_t factor, const struct name *name);
/* The same, called after it: "p_tile" around p. */
struct schedule_node *schedule_tile_after(
    struct schedule *schedule, struct schedule_node *inner, int64_t factor);

/* Replace "outer" and its only child by one loop called "name", which is
 * returned; the inner coordinate lies in first .. first+extent-1. */
struct schedule_node *schedule_fuse(struct schedule *schedule,
    struct schedule_node *outer, int64_t first, int64_t extent,
    const struct name *name);

/* Apply all directives of a schedule in order; false after reporting. */
bool schedule_apply(
    struct schedule *schedule, const struct ast_schedule *source);

/* Ask about the order of all dependences again, by another path; E0601 and
 * false if one is reversed. */
bool schedule_recheck(struct schedule *schedule);

/* Do the loop's iterations run at the same time, on cores, blocks or
 * threads? */
bool schedule_is_concurrent(const struct schedule_node *loop);

/* Of a schedule for a GPU: make the tree one that blocks and threads can run
 * as loop.h says: vectors and partly unrolled loops become copies in a thread,
 * what no thread runs gets one. False after reporting what cannot be. */
bool schedule_launch(struct schedule *schedule);

/* Decide which outputs are written past the caches. */
void schedule_choose_streams(struct schedule *schedule);

/* Decide what the user's directives left open. False only after reporting
 * (isl failed). */
bool schedule_apply_default(struct schedule *schedule);

/* Is e >= 0 for all sizes, where "e" is of parameters? Does a condition hold
 * for all of them? Questions that some sizes answer with yes and others with no
 * are noted in the schedule: the caller can then build one more for the sizes
 * of that class. */
bool schedule_knows(struct schedule *schedule, const struct affine *e);
bool schedule_is_sure(
    struct schedule *schedule, struct model_condition condition);

/* Move integer arithmetic to the narrowest type that holds it, in a copy of
 * the model. */
void schedule_narrow(struct schedule *schedule);

/* Lanes of one vector for the statements below a node: the vector's bytes by
 * the widest type computed in. */
int schedule_natural_lanes(
    struct schedule *schedule, struct schedule_node *node);

/* ---- Legality ---------------------------------------------------------- */

/* What a directive wants to do with the loops of the tree. ORDER asks about
 * the whole tree, the others about one loop:
 * PARALLEL: no dependence between its iterations. JAM: iterations may be
 * interleaved statement by statement inside the inner loops. VECTOR: and
 * several may run in lockstep.
 * REDUCE: like PARALLEL, but threads may add to one element, which they sum up.
 * LAUNCH asks about the children of the root, which are parts of one launch of
 * a GPU: no dependence between them. */
enum schedule_question {
    SCHEDULE_ORDER,
    SCHEDULE_PARALLEL,
    SCHEDULE_JAM,
    SCHEDULE_VECTOR,
    SCHEDULE_REDUCE,
    SCHEDULE_LAUNCH
};

/* Is it legal? With "report", an illegal one is an error at "range" with two
 * concrete iterations. False also when isl failed (always reported). */
bool schedule_is_legal(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop,
    bool report, struct source_range range, const char *directive);

/* May the instances of this statement run in any order among themselves
 * (an integer reduction, or any reduction with --fp=reassoc)? */
bool schedule_is_reorderable(
    const struct schedule *schedule, const struct model_statement *statement);

#endif
