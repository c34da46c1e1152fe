/* Loop IR: what runs, in order, as plain structs, for a person, the exact
 * interpreter and the code generator alike. isl ends here.
 *
 * Files: loop_build.c (the passes in order), loop_scan.c and loop_isl.c
 * (schedule to loop IR: bounds and guards from isl), loop_copy.c (making,
 * visiting and copying nodes), loop_private.c (scalars to registers and
 * stack), loop_split.c and loop_interior.c (interior and border),
 * loop_short.c (straight code for short rows), loop_hoist.c (conditions on
 * sizes outside of loops), loop_repeat.c (what may run twice),
 * loop_flatten.c, loop_permute.c and loop_blend.c (lanes over several rows;
 * loop_lanes.c is what they ask about lanes), loop_align.c
 * (vectors on cache lines), loop_unroll.c (unroll, jam), loop_range.c (jam of
 * loops whose ranges differ), loop_border.c (clamped, wrapped and mirrored
 * loads), loop_keep.c (elements that statements update one after the other),
 * loop_promote.c (partial results in registers),
 * loop_accumulate.c (lanes combined behind loops),
 * loop_interleave.c (vectors that take turns),
 * loop_window.c and loop_balance.c (register windows, and which loads become
 * shifts), loop_run.c (straight runs of statements), loop_stream.c (stores
 * past the caches), loop_transpose.c (blocks whose rows become columns),
 * loop_pipeline.c (copies one iteration ahead; loop_survey.c counts their
 * steps, loop_hint.c asks for what the next tile needs, loop_delay.c stores
 * blocks of columns one iteration later),
 * loop_prefetch.c (lines asked for ahead), loop_section.c (what a GPU's blocks
 * and threads run), loop_whole.c (groups of a thread that need no conditions),
 * loop_reduce.c (sums over threads),
 * loop_ahead.c (copies to shared memory while others are used),
 * loop_barrier.c (where they wait for each other),
 * loop_batch.c (what a thread loads and stores at a time),
 * loop_race.c (what they may not touch at the same time),
 * loop_simplify.c (folding, dead code), loop_prove.c (what follows from
 * bounds),
 * loop_verify.c (the invariants; runs after every pass), loop_print.c
 * (--emit=loop), loop_interpret.c (exact, sequential, counts what is
 * executed), loop_memory.c (sizes and addresses of arrays), loop_sample.c
 * (which loops can be run in part).
 *
 * Vectors are explicit: a statement with "lane" runs for lane = 0 ..
 * n_lanes-1 in lockstep, all loads before the store; lanes where the guard is
 * false do nothing. An affine form or a value "varies" if the lane variable
 * occurs in it. A load whose index varies is a vector load: contiguous when
 * only the last axis in memory varies, with coefficient 1 outside atoms;
 * strided with another coefficient; else a gather. A register with n_lanes > 1
 * is read and written lane by lane.
 */
#ifndef TAPC_LOOP_LOOP_H
#define TAPC_LOOP_LOOP_H

#include "base/machine.h"
#include "schedule/schedule.h"

enum loop_kind {
    LOOP_FOR,
    LOOP_IF, /* children, if "guard"; no lanes in it */
    LOOP_SEQUENCE,
    LOOP_TRANSPOSE,
    LOOP_PREFETCH,
    LOOP_BARRIER, /* all threads of a block arrive before one goes on */
    LOOP_COMMIT,  /* the copies since the last one are a group, */
    LOOP_WAIT,    /* all but the last "step" groups of which are there */
    LOOP_ASSIGN
};

/* How a FOR runs. PARALLEL iterations are independent: any order, any thread.
 * Consecutive PARALLEL loops, each the only child of the one before and with
 * bounds that do not depend on it, form one parallel region; likewise BLOCK
 * and THREAD loops, which are a GPU's (below). */
enum loop_mode { LOOP_SERIAL, LOOP_PARALLEL, LOOP_BLOCK, LOOP_THREAD };

/* FOR: variable = max(lower) ; variable < min(upper) ; variable += step.
 * The body runs at each; its statements' lanes and jammed copies lie within
 * the step. Bounds use parameters and variables of enclosing FORs only.
 * Children in order; FOR and IF bodies may hold several.
 *
 * ASSIGN: if (guard) array[index] = value, in lockstep over "lane" (NULL:
 * scalar). A scalar guard or load may not contain a lane variable.
 * "reduce": when array and index do not vary but the value does: the lanes
 * are combined into it, array[index] = array[index] op all lanes, "value"
 * being the operand alone, of the arithmetic type of the array's (the element
 * is converted to it and back); only for integers or --fp=reassoc. Least and
 * greatest floats go in the order of lanes, passing over NaN; else the
 * upper half of the lanes is combined with the lower half until one is left,
 * and that with the element. MODEL_SET otherwise.
 * "is_first": a register without a value so far; it has none afterwards in
 * lanes the guard excludes, so that nothing old needs to be kept.
 * TRANSPOSE: a sequence of ASSIGNs without guards, as many as make a multiple
 * of 16 bytes, in the same lanes, each of which loads a vector from "array" or
 * stores one there ("array" being the target) and does not touch it otherwise.
 * The lanes lie in different rows of "array", the statements in consecutive
 * elements of the rows: the emitter accesses the rows and transposes in
 * registers.
 *
 * PREFETCH: a hint that the line of "array" with element "index" is wanted
 * soon, to be written if "is_written"; the element may lie outside.
 *
 * "is_ahead": a copy of elements of an input to shared memory, by nothing but a
 * load, that may happen as late as the WAIT for its group. Until then nobody
 * may touch the elements, and behind it only the thread that made the copy,
 * until a BARRIER.
 *
 * "statement_id" is the model statement it comes from, -1 for copies made by
 * passes (register windows).
 */
struct loop_node {
    enum loop_kind kind;
    struct source_range range;
    int n_children;
    struct loop_node **children;
    /* FOR */
    const struct variable *variable;
    int n_lower;
    const struct affine **lower;
    int n_upper;
    const struct affine **upper;
    int64_t step;
    enum loop_mode mode;
    /* IF, ASSIGN */
    const struct guard *guard;
    /* ASSIGN, TRANSPOSE, PREFETCH */
    const struct array *array;
    /* ASSIGN, PREFETCH */
    int n_index;
    const struct affine *const *index;
    /* PREFETCH */
    bool is_written;
    /* ASSIGN */
    const struct value *value;
    const struct variable *lane;
    enum model_update reduce;
    int statement_id;
    bool is_nontemporal;
    bool is_first;
    bool is_ahead;
    /* FOR, inside loop_build only */
    const struct schedule_node *origin;
    int n_lanes;
    int jam;
};

/* ---- Programs of a GPU --------------------------------------------------
 *
 * The body consists of sections, all of them parts of one launch, each with a
 * range of the blocks of its own (loop_list_sections). A section is a region
 * of BLOCK loops with code of a block inside, or, "flat", a region of THREAD
 * loops whose iterations, counted outermost slowest, fill one block after the
 * other.
 *
 * Code of a block is run by all its threads alike: SERIAL loops, IFs,
 * BARRIERs, and regions of THREAD loops, whose iterations the threads share
 * out. Which thread runs which iteration is open, and nothing but a BARRIER
 * keeps one region from running beside the next. Inside THREAD loops are
 * SERIAL loops, IFs and ASSIGNs; ASSIGNs are nowhere else. So all threads of
 * a block arrive at a BARRIER or none. COMMITs and WAITs stand where BARRIERs
 * may, and are about the copies of all threads.
 *
 * A loop over count = max(0, ceil((min(upper) - max(lower)) / step))
 * iterations has variable = max(lower) + step * i in the i-th.
 */

/* A section: its "n_loops" BLOCK loops, or THREAD loops if "is_flat",
 * outermost first. The children of the last are what each iteration runs. */
struct loop_section {
    bool is_flat;
    int n_loops;
    const struct loop_node **loops;
};

/* A number known when the kernel is called: how many elements of "array" lie
 * before the first multiple of "n_elements" elements in memory. */
struct loop_head {
    const struct variable *variable;
    const struct array *array;
    int n_elements;
};

/* One body of one kernel for one machine.
 *
 * "parameters": as in the model. "arrays": arguments and locals first, in
 * declared order (so arrays[i]->position == i), then registers, stack arrays
 * and views. "fused" is the meaning of FMA. "requires",
 * "n_given", "large" and "large_bytes" as in the model.
 * "heads" are variables like parameters, which the program finds itself.
 * "workspace": an ARRAY_LOCAL occupies product of its axis extents elements,
 * locals one after the other in declared order, each aligned to 64 bytes.
 * "stack_bytes" is the sum of stack arrays (at most 32 KiB less spills).
 * "n_threads" of a GPU's block, 0 on a CPU; "shared_bytes" is the sum of
 * shared arrays, each a multiple of 16 bytes.
 */
struct loop_program {
    const struct name *name;
    const struct ast_kernel *kernel;
    const struct machine *machine;
    struct value_context *values;
    int n_parameters;
    const struct variable **parameters;
    const struct ast_parameter **declared;
    int n_requires;
    const struct guard **requires;
    int n_given;
    const struct array *large;
    int64_t large_bytes;
    int n_heads;
    const struct loop_head *heads;
    int n_arrays;
    struct array **arrays;
    const struct schedule_node **scopes; /* inside loop_build only */
    const bool *in_registers; /* inside loop_build only: by array id */
    bool has_no_shifts;       /* inside loop_build only: of windows */
    int64_t prefetch_bytes;   /* inside loop_build only; 0: the machine's */
    const bool *is_streamed;  /* inside loop_build only: by array id */
    int n_made;               /* arrays made by passes */
    struct loop_node *body;
    bool fused;
    bool has_parallel;
    int64_t stack_bytes;
    int n_threads;
    int64_t shared_bytes;
};

/* Schedule to loop IR, all passes included: registers, splitting, unrolling,
 * windows. NULL after reporting. The result does not refer to isl; the
 * value_context is the model's and must outlive it (it is in the arena). */
struct loop_program *loop_build(
    struct compilation *c, const struct schedule *schedule);

/* Check the invariants above; reports an internal error and returns false.
 * "after" names the pass. */
bool loop_verify(struct compilation *c, const struct loop_program *program,
    const char *after);

void loop_print(struct text *text, const struct loop_program *program);

/* The sections of a GPU's program, in the order of their blocks. */
struct loop_section *loop_list_sections(
    struct arena *arena, const struct loop_program *program, int *n);

/* The region that starts at a BLOCK, THREAD or PARALLEL loop: the loops in it,
 * outermost first. */
int loop_list_region(struct arena *arena, const struct loop_node *first,
    const struct loop_node ***loops);

/* ---- Interpreter ------------------------------------------------------- */

/* What was executed. Vector operations count once per active lane in
 * "n_fmas" etc.; "n_vector_operations" once. */
struct loop_counts {
    int64_t n_statements;
    int64_t n_fmas;
    int64_t n_operations; /* arithmetic other than FMA */
    int64_t n_loads;      /* elements from memory */
    int64_t n_stores;
    int64_t n_vector_operations;
};

/* One array during interpretation, in *memory* order (axes), byte for byte
 * what the compiled kernel sees. "data" of arguments is the caller's;
 * "size_elements" of it. "strides" (n_dimensions, elements) for a strided
 * array, else NULL. "written": one byte per element, set when an element has
 * a value (inputs: all set by the caller; NULL: not tracked); reading an
 * unset element is an error. */
struct loop_buffer {
    void *data;
    int64_t size_elements;
    const int64_t *strides;
    unsigned char *written;
};

/* Run the program. "parameters": one value each. "buffers": buffers[i] is for
 * the argument arrays[i] (a scalar argument is one element), unused where
 * arrays[i] is a local; locals, registers and stack are the interpreter's
 * own. Returns NULL, or a text in
 * the arena saying what went wrong (access outside, read of an unset element,
 * "reads x[0][3] before it is written"). "max_statements" > 0 stops a run
 * that is too long (returns "too long"). */
const char *loop_interpret(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters,
    const struct loop_buffer *buffers, int64_t max_statements,
    struct loop_counts *counts);

/* Compute some elements only: of long loops whose iterations do not depend on
 * each other the first two, the last two and about "n_samples" in all are run;
 * "written" of the buffers says which elements were. "too long" also if the
 * program reads what it writes. */
const char *loop_interpret_sample(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters,
    const struct loop_buffer *buffers, int64_t max_statements, int n_samples);

/* Elements of an array in memory under parameter values (blocked axes
 * rounded up), or -1 if that overflows or an extent is negative. */
int64_t loop_array_elements(const struct loop_program *program,
    const struct array *array, const int64_t *parameters);

/* True when all "requires" hold. */
bool loop_parameters_allowed(
    const struct loop_program *program, const int64_t *parameters);

#endif
