/* Inside loop/: what the passes of loop_build share. */
#ifndef TAPC_LOOP_LOOP_SCAN_H
#define TAPC_LOOP_LOOP_SCAN_H

#include "loop/loop.h"

/* ---- loop_isl.c ---------------------------------------------------------- */

/* The affine form of an isl_aff whose input dimensions stand for
 * "dimensions" (affine forms) and whose parameters are the model's. NULL when
 * a value does not fit or a division is not known. */
const struct affine *loop_affine_from_isl(
    struct model *model, isl_aff *aff, const struct affine *const *dimensions);

/* Lower (inclusive) and upper (exclusive) bounds of dimension "d" from the
 * constraints of a basic set; false when isl failed or there is none. Takes
 * nothing. "dimensions" as above, entry "d" unused. */
struct loop_bounds {
    int n_lower;
    const struct affine **lower;
    int n_upper;
    const struct affine **upper;
};
bool loop_bounds_from_isl(struct model *model, isl_basic_set *set, int d,
    const struct affine *const *dimensions, struct loop_bounds *bounds);

/* The guard of a set: a clause per basic set. NULL in "*guard" is true. */
bool loop_guard_from_isl(struct model *model, isl_set *set,
    const struct affine *const *dimensions, const struct guard **guard);

/* ---- loop_scan.c --------------------------------------------------------- */

/* Scan the schedule: loops with bounds, statements with guards, private
 * scalars still arrays. NULL after reporting. */
struct loop_program *loop_scan(
    struct compilation *c, const struct schedule *schedule);

/* ---- loop_private.c ------------------------------------------------------ */

/* Turn private arrays into registers or stack arrays. False after reporting
 * one that needs storage whose size is not known. */
bool loop_private(struct compilation *c, const struct schedule *schedule,
    struct loop_program *program);

/* Count the bytes of the stack arrays; E0503 when there are too many. */
bool loop_check_stack(struct compilation *c, struct loop_program *program);
/* Bytes the stack arrays leave. */
int64_t loop_count_room(const struct loop_program *program);

/* Bytes of all arguments and local tensors; INT64_MAX where not known. */
int64_t loop_count_bytes(const struct loop_program *program);

/* ---- loop_section.c ------------------------------------------------------ */

/* What is wrong with the shape of a GPU's program (loop.h says what it must
 * be), NULL if nothing is. */
const char *loop_check_sections(
    struct arena *arena, const struct loop_program *program);

/* ---- loop_copy.c --------------------------------------------------------- */

/* An empty node; children are added with loop_add. */
struct loop_node *loop_node_new(
    struct arena *arena, enum loop_kind kind, struct source_range range);
void loop_add(
    struct arena *arena, struct loop_node *parent, struct loop_node *child);

/* An IF with conditions e >= 0, at the source of "like", appended to "into";
 * constant conditions are decided: NULL when false, "into" itself when true. */
struct loop_node *loop_add_if(struct value_context *v, struct loop_node *into,
    const struct loop_node *like, int n, const struct affine *const *terms);

/* A deep copy under a substitution. Loops and lanes keep their variables.
 * Arrays in "renamed" (from, to; may be NULL) are replaced. */
struct loop_renaming {
    int n;
    const struct array **from;
    const struct array **to;
};
struct loop_node *loop_copy(struct loop_program *program,
    const struct loop_node *node, const struct substitution *substitution,
    const struct loop_renaming *renaming);

/* New registers and stack arrays for those below "loop" that are private to
 * one of its iterations: their scope is inside the loop it comes from. */
struct loop_renaming loop_rename_private(
    struct loop_program *program, const struct loop_node *loop);

/* Is a loop anywhere below? */
bool loop_has_loop(const struct loop_node *node);

/* Calls for every node, parents first. */
void loop_foreach(struct loop_node *node,
    void (*visit)(struct loop_node *, void *), void *user);

/* Set "has_parallel" by looking. */
void loop_note_parallel(struct loop_program *program);

/* A new array in the program, a copy of "like" with another name. */
struct array *loop_new_array(
    struct loop_program *program, const struct array *like);

/* max and min of affine forms as affine forms (through clamp atoms). */
const struct affine *loop_affine_max(
    struct value_context *v, const struct affine *a, const struct affine *b);
const struct affine *loop_affine_min(
    struct value_context *v, const struct affine *a, const struct affine *b);

/* ---- Passes -------------------------------------------------------------- */

/* Where lanes run over several rows, join the dimensions of arrays in which
 * they then are neighbours. */
bool loop_flatten(struct compilation *c, struct loop_program *program);

/* The view of an array, axes in memory from "first" on joined;
 * those behind it have constant extents. And an index of it. */
const struct array *loop_join(
    struct loop_program *program, const struct array *array, int first);
const struct affine **loop_join_index(struct value_context *v,
    const struct array *array, const struct affine *const *index, int first);

/* On a GPU, a body without conditions for whole groups of iterations. */
bool loop_whole(struct compilation *c, struct loop_program *program);

/* Replace loops marked unroll by copies of their bodies. */
bool loop_unroll(struct compilation *c, struct loop_program *program);

/* Copies of "body" (children of a FOR) for several values of its variable,
 * interleaved statement by statement where inner loops allow it, appended to
 * "into". "offsets" are the values. */
void loop_jam(struct loop_program *program, struct loop_node *into,
    const struct loop_node *loop, int n, const struct affine *const *values);

/* Copies of a loop's body for several values of its variable: interleaved
 * when there are loops in it, else one after the other. */
void loop_repeat(struct loop_program *program, struct loop_node *into,
    const struct loop_node *loop, int n, const struct affine *const *values);

/* How many ASSIGN nodes there are. */
int loop_count_statements(const struct loop_node *node);

/* Let vector loops begin where their output's cache lines do. */
bool loop_align(struct compilation *c, struct loop_program *program);

/* Keep elements that several statements update in registers. */
bool loop_keep(struct compilation *c, struct loop_program *program);

/* Separate interior from border, apply unroll-and-jam factors. */
bool loop_split(struct compilation *c, struct loop_program *program);

/* Rows of few vectors of a loop of vectors, lower .. lower + size, as straight
 * code for each number of them, where that is known at run time only. Returns
 * what longer rows are to be put into, "into" where there is no straight code,
 * NULL where there are no longer ones. */
struct loop_node *loop_add_short_rows(struct loop_program *program,
    struct loop_node *into, struct loop_node *loop, const struct affine *lower,
    const struct affine *size);

/* Ask conditions on sizes alone outside of loops. */
bool loop_hoist(struct compilation *c, struct loop_program *program);

/* May the iterations of a loop run twice, and a vector of it overlap the one
 * before? Do stores below a node go past the caches? Is it better, and allowed,
 * to let the last vector of a loop end where the loop does than to mask it? */
bool loop_may_repeat(
    const struct loop_program *program, struct loop_node *loop);
bool loop_may_overlap(
    const struct loop_program *program, struct loop_node *loop);
bool loop_is_streaming(
    const struct loop_program *program, const struct loop_node *node);
bool loop_moves_border(
    const struct loop_program *program, struct loop_node *loop);

/* Do masks cost a vector of the loop next to nothing? Not where loads skip
 * elements: whole ones share vectors with others, masked ones do not. */
bool loop_masks_cheaply(
    const struct loop_program *program, struct loop_node *loop);

/* Make choices among plain loads out of loads whose index is at a border. */
bool loop_border(struct compilation *c, struct loop_program *program);

/* Where lanes run over more than two rows, permute what is between. */
bool loop_permute(struct compilation *c, struct loop_program *program);

/* Where lanes run over several rows, make choices among loads for groups of
 * lanes. */
bool loop_blend(struct compilation *c, struct loop_program *program);

/* Fold constant guards and bounds, remove what never runs. */
bool loop_simplify(struct compilation *c, struct loop_program *program);

/* Is a form of variables of the "loops" around, outermost first, at least 0, by
 * their bounds and the program's conditions? */
bool loop_proves(const struct loop_program *program, int n_loops,
    const struct loop_node *const *loops, const struct affine *form);

/* What leaves every operand of an update as it is. And sum op operand; a
 * product joins a sum of floats in one operation. */
const struct value *loop_make_identity(
    struct value_context *v, enum model_update update, enum dtype type);
const struct value *loop_combine(struct value_context *v,
    enum model_update update, const struct value *sum,
    const struct value *operand);

/* Combine lanes behind a loop instead of inside it. */
bool loop_accumulate(struct compilation *c, struct loop_program *program);

/* Did the schedule choose that stores to the array go past the caches? */
bool loop_is_streamed(
    const struct loop_program *program, const struct array *array);

/* Mark the stores to streamed arrays. */
bool loop_stream(struct compilation *c, struct loop_program *program);

/* Keep elements on the stack that a loop accumulates into in registers. */
bool loop_promote(struct compilation *c, struct loop_program *program);

/* Are two elements of an array the same, or certainly not, in all lanes? */
bool loop_is_same_element(const struct array *array,
    const struct affine *const *a, const struct affine *const *b);
bool loop_is_other_element(struct value_context *v, const struct array *array,
    const struct affine *const *a, const struct affine *const *b);

/* Mark blocks of statements that load or store columns as transposed. */
bool loop_transpose(struct compilation *c, struct loop_program *program);
/* Copy one iteration ahead in loops the schedule pipelines. */
bool loop_pipeline(struct compilation *c, struct loop_program *program);

/* Lines asked for before they are needed. */
bool loop_prefetch(struct compilation *c, struct loop_program *program);

/* Are statements first .. first + n - 1 of a node a block that may be
 * transposed? "*array" is the one whose rows are accessed. */
bool loop_is_transposed(struct loop_program *program,
    const struct loop_node *node, int first, int n, const struct array **array);

/* Of how many consecutive columns a block consists at least, if the statement
 * loads or stores a column; else 0. */
int loop_get_block_width(
    struct loop_program *program, const struct loop_node *node);

/* ---- loop_run.c: straight runs of vector statements ---------------------- */

/* Do the statement's loads happen whatever the data and the sizes, in all
 * lanes? */
bool loop_is_unconditional(
    const struct loop_node *node, const struct variable *lane);

/* Lanes first .. last of a vector; with "is_open" those of them up to one that
 * is known at run time only, maybe none. */
struct loop_lanes {
    int first;
    int last;
    bool is_open;
};

/* The lanes of "lane" for which the statement surely runs, and no others; false
 * where they are not known, not neighbours, or none. */
bool loop_get_lanes(const struct loop_node *node, const struct variable *lane,
    struct loop_lanes *lanes);

/* Is the value a load from an input in plain layout whose last index, and no
 * other, moves with the lane, by "step" elements? */
bool loop_is_lane_load(
    const struct value *value, const struct variable *lane, int64_t step);

/* Do two loads differ in the constant of the last index only? */
bool loop_is_same_row(
    struct value_context *v, const struct value *a, const struct value *b);

/* The constant of a load's last index. */
int64_t loop_get_offset(const struct value *load);

/* The lane variable of the statements first .. last-1 of a node, NULL if
 * there is none. */
const struct variable *loop_find_run_lane(
    const struct loop_node *node, int first, int last);

/* A new register for the elements of "like", which is a load, holding "value"
 * in all lanes, computed at the end of "into". */
struct array *loop_value_register(struct loop_program *program,
    struct loop_node *into, const struct value *like,
    const struct variable *lane, const struct value *value);

/* A new register holding array[index of "like"] with the last index at
 * "offset" and moving by one element per lane, loaded at the end of
 * "into". */
struct array *loop_load_register(struct loop_program *program,
    struct loop_node *into, const struct value *like,
    const struct variable *lane, int64_t offset);

/* Append statements first .. last-1 of "node" to "into"; in the values of
 * those over "lane" that surely run for known lanes every node is replaced by
 * what "replace" makes of it, which may append statements of its own first. */
void loop_map_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last,
    const struct variable *lane,
    const struct value *(*replace)(
        struct value_context *, const struct value *, void *),
    void *user);

/* Rewrite every run of statements at and below a node by "rewrite", which
 * appends statements first .. last-1 of "node" to "into"; "user" is passed
 * on. */
struct loop_node *loop_rewrite_runs(struct loop_program *program,
    const struct loop_node *node,
    void (*rewrite)(struct loop_program *program, struct loop_node *into,
        const struct loop_node *node, int first, int last, void *user),
    void *user);

/* Let vectors computed one after the other take turns. */
bool loop_interleave(struct compilation *c, struct loop_program *program);

/* Loads of a thread first, each element once, several at a time; stores too. */
bool loop_batch(struct compilation *c, struct loop_program *program);

/* Sums that several threads of a block add to. False after reporting one whose
 * threads are not counted. */
bool loop_reduce(struct compilation *c, const struct schedule *schedule,
    struct loop_program *program);

/* Copies to shared memory some iterations ahead, where the schedule pipelines.
 * False after reporting a loop that has none. */
bool loop_ahead(struct compilation *c, struct loop_program *program);

/* Barriers between regions of threads that need each other's results. */
bool loop_barrier(struct compilation *c, struct loop_program *program);

/* Replace loads that lie between two others by shifts of the pair, and those of
 * every other element by picks. */
bool loop_window(struct compilation *c, struct loop_program *program);

#endif
