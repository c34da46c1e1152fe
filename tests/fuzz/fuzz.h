/* Random differential testing of tapc: the structures all files share.
 *
 * A case is a kernel that is valid by construction, a random schedule, random
 * options, and up to three choices of its run-time parameters. It is printed
 * twice, as a .dsl file (fuzz_dsl.c) and as plain C (fuzz_oracle.c); neither
 * uses a line of the compiler.
 *
 * Files: fuzz_random.c (the generator of numbers), fuzz_affine.c (index
 * arithmetic), fuzz_build.c (making pieces of a kernel), fuzz_value.c (random
 * expressions), fuzz_family.c, fuzz_chain.c and fuzz_convolution.c (shapes of
 * kernels), fuzz_generate.c (a whole case), fuzz_schedule.c, fuzz_dsl.c,
 * fuzz_oracle.c, fuzz_caller.c (the C around the oracle), fuzz_run.c
 * (processes), fuzz_batch.c (cases together), fuzz_shrink.c, fuzz_mutate.c,
 * fuzz_main.c; fuzz_support.h and .c are linked into what runs the compiled
 * kernels.
 */
#ifndef TAPC_FUZZ_FUZZ_H
#define TAPC_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    FUZZ_MAX_PARAMETERS = 12,
    FUZZ_MAX_SIZES = 12,
    FUZZ_MAX_LOOPS = 40,
    FUZZ_MAX_TENSORS = 16,
    FUZZ_MAX_EXPRESSIONS = 160,
    FUZZ_MAX_STATEMENTS = 40,
    FUZZ_MAX_SCALARS = 8,
    FUZZ_MAX_RANK = 4,
    FUZZ_MAX_TERMS = 8,
    FUZZ_MAX_REQUIRES = 12,
    FUZZ_MAX_DIRECTIVES = 10,
    FUZZ_MAX_RUNS = 3,
    FUZZ_MAX_VALUES = 4,
    FUZZ_MAX_AXES = 6
};

/* Symbols of index arithmetic: parameters, sizes, loops. */
enum {
    FUZZ_NO_SYMBOL = -1,
    FUZZ_FIRST_SIZE = FUZZ_MAX_PARAMETERS,
    FUZZ_FIRST_LOOP = FUZZ_MAX_PARAMETERS + FUZZ_MAX_SIZES,
    FUZZ_N_SYMBOLS = FUZZ_FIRST_LOOP + FUZZ_MAX_LOOPS
};

/* ---- Numbers ----------------------------------------------------------- */

struct fuzz_random {
    uint64_t state;
};

uint64_t random_next(struct fuzz_random *random);
/* 0 .. n-1 */
int random_below(struct fuzz_random *random, int n);
/* low .. high */
int random_between(struct fuzz_random *random, int low, int high);
bool random_chance(struct fuzz_random *random, int percent);
int random_weighted(struct fuzz_random *random, int n, const int *weights);
int random_pick(struct fuzz_random *random, int n, const int *choices);

/* ---- Index arithmetic -------------------------------------------------- */

/* coefficient * symbol * factor; "factor" is a parameter or NO_SYMBOL. */
struct fuzz_term {
    int symbol;
    int factor;
    int64_t coefficient;
};

struct fuzz_affine {
    int64_t constant;
    int n_terms;
    struct fuzz_term terms[FUZZ_MAX_TERMS];
};

enum fuzz_quasi { FUZZ_PLAIN, FUZZ_FLOOR, FUZZ_MODULO };
enum fuzz_border { FUZZ_INSIDE, FUZZ_CLAMP, FUZZ_WRAP, FUZZ_MIRROR };

/* border(inner / divisor + outer): "divisor" is a number or, when
 * "divisor_symbol" is one, a parameter. */
struct fuzz_index {
    enum fuzz_quasi quasi;
    enum fuzz_border border;
    struct fuzz_affine inner;
    int64_t divisor;
    int divisor_symbol;
    struct fuzz_affine outer;
};

enum fuzz_comparison {
    FUZZ_LESS,
    FUZZ_LESS_EQUAL,
    FUZZ_GREATER,
    FUZZ_GREATER_EQUAL,
    FUZZ_EQUAL
};

/* left OP right, or always true. */
struct fuzz_condition {
    bool is_used;
    enum fuzz_comparison comparison;
    struct fuzz_affine left;
    struct fuzz_affine right;
};

/* ---- Declarations ------------------------------------------------------ */

enum fuzz_parameter_kind { FUZZ_RUNTIME, FUZZ_CONSTANT, FUZZ_SET };

/* "values": the set; "runs": the value in each run; "is_defined": given by
 * -D. "is_multiplier": may be a factor or divisor, so it is never symbolic.
 */
struct fuzz_parameter {
    char name[16];
    enum fuzz_parameter_kind kind;
    bool is_defined;
    bool is_open;
    bool is_multiplier;
    int default_value;
    int n_values;
    int values[FUZZ_MAX_VALUES];
    int runs[FUZZ_MAX_RUNS];
};

struct fuzz_size {
    char name[16];
    struct fuzz_index value;
};

enum fuzz_dtype {
    FUZZ_F64,
    FUZZ_F32,
    FUZZ_F16,
    FUZZ_BF16,
    FUZZ_I32,
    FUZZ_I16,
    FUZZ_I8,
    FUZZ_U8,
    FUZZ_N_DTYPES,
    FUZZ_BOOL = FUZZ_N_DTYPES
};

enum fuzz_direction { FUZZ_IN, FUZZ_OUT, FUZZ_INOUT, FUZZ_LOCAL };

/* One axis in memory: block 0 for a plain one. */
struct fuzz_axis {
    int dimension;
    int block;
    bool is_inner;
};

struct fuzz_tensor {
    char name[16];
    bool is_deleted; /* by shrinking */
    enum fuzz_direction direction;
    enum fuzz_dtype dtype;
    int rank;
    struct fuzz_index extents[FUZZ_MAX_RANK];
    bool is_strided;
    bool has_layout;
    int n_axes;
    struct fuzz_axis axes[FUZZ_MAX_AXES];
};

struct fuzz_loop {
    char name[16];
    struct fuzz_affine lower;
    struct fuzz_affine upper;
};

struct fuzz_scalar {
    char name[16];
    enum fuzz_dtype dtype;
};

/* ---- Expressions and statements ---------------------------------------- */

enum fuzz_kind {
    FUZZ_LITERAL,
    FUZZ_LOAD,
    FUZZ_SCALAR,
    FUZZ_INDEX_VALUE, /* f32(affine) */
    FUZZ_TEST,        /* condition on indices, a bool */
    FUZZ_NEGATE,
    FUZZ_NOT,
    FUZZ_BINARY,
    FUZZ_SELECT,
    FUZZ_CAST,
    FUZZ_CALL,
    FUZZ_REDUCE
};

enum fuzz_operator {
    FUZZ_ADD,
    FUZZ_SUBTRACT,
    FUZZ_MULTIPLY,
    FUZZ_DIVIDE,
    FUZZ_REMAINDER,
    FUZZ_IS_LESS,
    FUZZ_IS_LESS_EQUAL,
    FUZZ_IS_GREATER,
    FUZZ_IS_EQUAL,
    FUZZ_IS_NOT_EQUAL,
    FUZZ_AND,
    FUZZ_OR
};

enum fuzz_function {
    FUZZ_MIN,
    FUZZ_MAX,
    FUZZ_ABS,
    FUZZ_RELU,
    FUZZ_FLOOR_OF,
    FUZZ_ROUND,
    FUZZ_SQRT,
    FUZZ_RSQRT, /* the first approximate one */
    FUZZ_EXP,
    FUZZ_LOG,
    FUZZ_TANH,
    FUZZ_SILU,
    FUZZ_SIGMOID,
    FUZZ_GELU,
    FUZZ_SOFTPLUS,
    FUZZ_HARDSWISH,
    FUZZ_N_FUNCTIONS
};

enum fuzz_reduction { FUZZ_SUM, FUZZ_PROD, FUZZ_MIN_OF, FUZZ_MAX_OF };

/* "type" is the type of arithmetic: F64, F32, I32 or BOOL; "dtype" that of a
 * CAST. A LOAD with "otherwise" is "x[...] else e"; with a literal 0 there it
 * is a tap. Operands and "otherwise" are positions in "expressions". */
struct fuzz_expression {
    enum fuzz_kind kind;
    enum fuzz_dtype type;
    enum fuzz_dtype dtype;
    int tensor;
    struct fuzz_index index[FUZZ_MAX_RANK];
    int otherwise;
    int scalar;
    double literal;
    bool is_integer_literal;
    enum fuzz_operator operator;
    enum fuzz_function function;
    enum fuzz_reduction reduction;
    int n_loops;
    int loops[2];
    struct fuzz_condition condition;
    int n_operands;
    int operands[3];
};

enum fuzz_statement_kind { FUZZ_FOR, FUZZ_ASSIGN, FUZZ_DECLARE };
enum fuzz_assignment {
    FUZZ_SET_TO,
    FUZZ_ACCUMULATE,
    FUZZ_SCALE,
    FUZZ_MINIMIZE,
    FUZZ_MAXIMIZE
};

/* FOR: loops, condition, children. ASSIGN: to "tensor" at "index", or with
 * tensor -1 to "scalar". DECLARE: scalar = value. */
struct fuzz_statement {
    enum fuzz_statement_kind kind;
    bool is_deleted;
    int n_loops;
    int loops[5];
    struct fuzz_condition condition;
    int n_children;
    int children[6];
    enum fuzz_assignment assignment;
    int tensor;
    struct fuzz_index index[FUZZ_MAX_RANK];
    int scalar;
    int value;
};

/* ---- Schedules --------------------------------------------------------- */

enum fuzz_directive_kind {
    FUZZ_LAYOUT,
    FUZZ_ORDER,
    FUZZ_TILE,
    FUZZ_FUSE,
    FUZZ_MERGE,
    FUZZ_COMPUTE,
    FUZZ_VECTORIZE,
    FUZZ_UNROLL,
    FUZZ_PARALLEL,
    FUZZ_STAGE,
    FUZZ_PACK,
    FUZZ_PIPELINE,
    FUZZ_PREFER,
    FUZZ_FOREIGN, /* block, thread: refused on a CPU */
    FUZZ_N_DIRECTIVES
};

struct fuzz_directive {
    enum fuzz_directive_kind kind;
    int tensor; /* LAYOUT */
    char text[160];
};

/* ---- A case ------------------------------------------------------------ */

enum fuzz_fp { FUZZ_CONTRACT, FUZZ_STRICT, FUZZ_REASSOC };

/* What the case contains, for the table of what was tested. */
enum fuzz_feature {
#define FEATURE(id, name) FUZZ_FEATURE_##id,
#include "fuzz_features.def"
#undef FEATURE
    FUZZ_N_FEATURES
};

struct fuzz_case {
    uint64_t seed;
    struct fuzz_random random;
    bool is_full; /* an array ran out: the case is not used */
    int n_parameters;
    struct fuzz_parameter parameters[FUZZ_MAX_PARAMETERS];
    int n_requires;
    struct fuzz_condition requires[FUZZ_MAX_REQUIRES];
    int n_sizes;
    struct fuzz_size sizes[FUZZ_MAX_SIZES];
    int n_tensors;
    struct fuzz_tensor tensors[FUZZ_MAX_TENSORS];
    int n_loops;
    struct fuzz_loop loops[FUZZ_MAX_LOOPS];
    int n_scalars;
    struct fuzz_scalar scalars[FUZZ_MAX_SCALARS];
    int n_expressions;
    struct fuzz_expression expressions[FUZZ_MAX_EXPRESSIONS];
    int n_statements;
    struct fuzz_statement statements[FUZZ_MAX_STATEMENTS];
    int n_roots;
    int roots[6];
    int n_directives;
    struct fuzz_directive directives[FUZZ_MAX_DIRECTIVES + 1];
    char schedule_target[16];
    int n_runs;
    int data_modes[FUZZ_MAX_RUNS];
    enum fuzz_fp fp;
    bool is_verified;
    bool is_approximate; /* exp and friends: compared with a tolerance */
    bool no_specials;    /* Inf and NaN would ask more than is promised */
    bool is_fused;       /* the level that runs has FMA and --fp allows it */
    bool features[FUZZ_N_FEATURES];
    char isa[40];
    char options[60];
};

/* ---- fuzz_affine.c ----------------------------------------------------- */

struct fuzz_affine affine_constant(int64_t value);
struct fuzz_affine affine_symbol(int symbol);
/* a + coefficient * b * factor */
struct fuzz_affine affine_add(struct fuzz_affine a, int64_t coefficient,
    int factor, struct fuzz_affine b);
struct fuzz_affine affine_shift(struct fuzz_affine a, int64_t constant);
struct fuzz_index index_plain(struct fuzz_affine a);
struct fuzz_index index_floor(struct fuzz_affine inner, int64_t divisor,
    int divisor_symbol, struct fuzz_affine outer);
struct fuzz_index index_modulo(struct fuzz_affine inner, int64_t divisor);
/* The smallest or largest value over the loops, in parameters and sizes,
 * assuming that the loops run. */
struct fuzz_affine affine_bound(
    const struct fuzz_case *fuzz, struct fuzz_affine a, bool is_upper);
struct fuzz_index index_bound(
    const struct fuzz_case *fuzz, struct fuzz_index index, bool is_upper);
int64_t affine_evaluate(const struct fuzz_affine *a, const int64_t *symbols);
int64_t index_evaluate(const struct fuzz_index *index, const int64_t *symbols);
bool condition_holds(
    const struct fuzz_condition *condition, const int64_t *symbols);
/* Values of parameters and sizes in a run; loops are 0. */
void case_symbols(
    const struct fuzz_case *fuzz, int run, int64_t symbols[FUZZ_N_SYMBOLS]);
const char *symbol_name(const struct fuzz_case *fuzz, int symbol);
/* Print in the language ("is_c" false) or in C. */
void affine_print(
    FILE *out, const struct fuzz_case *fuzz, const struct fuzz_affine *a);
void index_print(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_index *index, bool is_c);
void condition_print(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_condition *condition);

/* ---- fuzz_build.c ------------------------------------------------------ */

/* A parameter: sizes are drawn from "small" or general ones. */
int build_extent(struct fuzz_case *fuzz, const char *name, bool is_small);
/* A number in an index: literal (NO_SYMBOL in "symbol") or a parameter. */
struct fuzz_number {
    int symbol;
    int value;
};
struct fuzz_number build_number(struct fuzz_case *fuzz, const char *name,
    int low, int high, bool is_multiplier);
/* a + sign * number * b */
struct fuzz_affine affine_add_number(struct fuzz_affine a, int sign,
    struct fuzz_number number, struct fuzz_affine b);
int build_size(
    struct fuzz_case *fuzz, const char *name, struct fuzz_index value);
int build_loop(struct fuzz_case *fuzz, const char *name,
    struct fuzz_affine lower, struct fuzz_affine upper);
int build_tensor(struct fuzz_case *fuzz, const char *name,
    enum fuzz_direction direction, enum fuzz_dtype dtype, int rank,
    const struct fuzz_index *extents);
void build_require(struct fuzz_case *fuzz, struct fuzz_affine left,
    enum fuzz_comparison comparison, struct fuzz_affine right);
/* The require that makes a wrapped index provable. */
void build_border(struct fuzz_case *fuzz, struct fuzz_index *index,
    enum fuzz_border border, const struct fuzz_index *extent);
int build_scalar(struct fuzz_case *fuzz, enum fuzz_dtype dtype);
int build_statement(struct fuzz_case *fuzz, enum fuzz_statement_kind kind);
int build_for(struct fuzz_case *fuzz, int n_loops, const int *loops);
void build_child(struct fuzz_case *fuzz, int parent, int child);
void build_root(struct fuzz_case *fuzz, int statement);
int build_assign(struct fuzz_case *fuzz, enum fuzz_assignment assignment,
    int tensor, const struct fuzz_index *index, int value);
int build_assign_scalar(struct fuzz_case *fuzz, enum fuzz_assignment assignment,
    int scalar, int value);
int build_declare(struct fuzz_case *fuzz, int scalar, int value);

int build_expression(
    struct fuzz_case *fuzz, enum fuzz_kind kind, enum fuzz_dtype type);
int build_literal(struct fuzz_case *fuzz, enum fuzz_dtype type, double literal);
int build_load(struct fuzz_case *fuzz, int tensor,
    const struct fuzz_index *index, int otherwise);
int build_read_scalar(struct fuzz_case *fuzz, int scalar);
int build_unary(struct fuzz_case *fuzz, enum fuzz_kind kind, int a);
int build_binary(
    struct fuzz_case *fuzz, enum fuzz_operator operator, int a, int b);
int build_call(
    struct fuzz_case *fuzz, enum fuzz_function function, int a, int b);
/* "a" in the type of arithmetic "type"; a cast if it has another one. */
int build_convert(struct fuzz_case *fuzz, enum fuzz_dtype type, int a);
int build_cast(struct fuzz_case *fuzz, enum fuzz_dtype dtype, int a);
int build_reduce(struct fuzz_case *fuzz, enum fuzz_reduction reduction,
    int n_loops, const int *loops, int body);
/* What is stored in a tensor: narrow integers need a cast. */
int build_stored(struct fuzz_case *fuzz, enum fuzz_dtype dtype, int value);

enum fuzz_dtype dtype_arithmetic(enum fuzz_dtype dtype);
bool dtype_is_float(enum fuzz_dtype dtype);
const char *dtype_name(enum fuzz_dtype dtype);
/* A stored type whose arithmetic is "type" (mostly). */
enum fuzz_dtype dtype_random(struct fuzz_case *fuzz, enum fuzz_dtype type);
/* F32 mostly. */
enum fuzz_dtype dtype_random_arithmetic(struct fuzz_case *fuzz);
void case_note(struct fuzz_case *fuzz, enum fuzz_feature feature);

/* ---- Generation -------------------------------------------------------- */

/* fuzz_value.c: the loops in scope, for random expressions. */
struct fuzz_scope {
    int n_loops;
    int loops[8];
    int depth;
};
int value_random(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type);
/* A new input read at random indices of the scope. */
int value_random_load(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type);
/* An activation around a value that is stored. */
int value_activate(struct fuzz_case *fuzz, int value);

void family_convolution(struct fuzz_case *fuzz);
void family_pool(struct fuzz_case *fuzz);
void family_stencil(struct fuzz_case *fuzz);
void family_scan(struct fuzz_case *fuzz);
void family_scatter(struct fuzz_case *fuzz);
void family_reindex(struct fuzz_case *fuzz);
void family_pipeline(struct fuzz_case *fuzz);
void family_nest(struct fuzz_case *fuzz);
void family_chain(struct fuzz_case *fuzz);
void family_rows(struct fuzz_case *fuzz);
void family_twice(struct fuzz_case *fuzz);

/* A case from a seed; false when it cannot be used (take the next seed). */
bool case_generate(struct fuzz_case *fuzz, uint64_t seed);
/* The status the entry must return in a run: 0 or 2. */
int case_expected_status(const struct fuzz_case *fuzz, int run);
void schedule_generate(struct fuzz_case *fuzz);

/* ---- Printing ---------------------------------------------------------- */

void dsl_print(
    FILE *out, const struct fuzz_case *fuzz, const char *name, bool scheduled);
void oracle_print(FILE *out, const struct fuzz_case *fuzz, const char *name);
/* What is linked for a case: the name of the kernel, "" for none. */
struct fuzz_object {
    char name[24];
    char header[32];
    bool has_parallel;
};
/* The oracle and everything that calls the objects of a case; "objects" are
 * the scheduled and the plain one. */
void caller_print(FILE *out, const struct fuzz_case *fuzz, int position,
    const struct fuzz_object *objects);
void caller_print_table(FILE *out, int n, const int *positions);
const char *function_name(enum fuzz_function function);
const char *reduction_name(enum fuzz_reduction reduction);
const char *operator_name(enum fuzz_operator operator);
const char *directive_name(enum fuzz_directive_kind kind);
const char *feature_name(enum fuzz_feature feature);

/* ---- Running ----------------------------------------------------------- */

enum fuzz_verdict {
    FUZZ_OK,
    FUZZ_REFUSED,    /* the schedule was refused with a message */
    FUZZ_REJECTED,   /* a valid kernel was refused */
    FUZZ_CRASHED,    /* tapc: signal, 70, timeout, bad message */
    FUZZ_SELF_CHECK, /* tapc: 6 */
    FUZZ_WRONG,      /* the object computed something else */
    FUZZ_BROKEN,     /* the object crashed or touched other memory */
    FUZZ_BAD_CALLER, /* the caller did not compile or link */
    FUZZ_BAD_ORACLE, /* the oracle left a tensor: our bug */
    FUZZ_N_VERDICTS
};

struct fuzz_result {
    enum fuzz_verdict verdict;
    bool has_scheduled;
    bool has_plain;
    int status; /* of the tapc that went wrong or refused */
    char code[8];
    char text[400];
};

enum fuzz_mutation {
    FUZZ_SHIFT_INDEX,
    FUZZ_SWAP_AXES,
    FUZZ_CHANGE_OPERATOR,
    FUZZ_DROP_TAP,
    FUZZ_CHANGE_START,
    FUZZ_DROP_CONDITION,
    FUZZ_CHANGE_FUSING,
    FUZZ_N_MUTATIONS
};

const char *mutation_name(enum fuzz_mutation mutation);
/* Put one fault into a case; false where there is no place for it. */
bool case_mutate(struct fuzz_case *fuzz, enum fuzz_mutation mutation);

struct fuzz_settings {
    const char *tapc;
    const char *support; /* folder of fuzz_support.c */
    const char *folder;  /* scratch */
    const char *extra;   /* options for every tapc call */
    bool has_fma;        /* this machine has x86-64-v3 */
    int arm_bytes;       /* AArch64 under qemu: vector registers; 0: no */
    int n_jobs;
    int timeout_s;
    bool is_oracle_only;
    bool is_shrinking;
    bool is_verbose;
    bool keeps;
};

/* Run a command line; output of both streams to "log" (may be NULL). Returns
 * the exit status, 128 + signal, or 124 after the time limit. */
int run_command(const char *command, const char *log, int timeout_s);
/* Several at once, "n_jobs" at a time. */
void run_commands(int n, const char *const *commands, const char *const *logs,
    int *statuses, int n_jobs, int timeout_s);
bool batch_prepare(const struct fuzz_settings *settings);
/* All of a batch; results beside the cases. "compiled": what tapc gets,
 * which differs from the cases only when they are mutated. */
void batch_run(const struct fuzz_settings *settings, int n,
    const struct fuzz_case *cases, const struct fuzz_case *compiled,
    struct fuzz_result *results);
const char *verdict_name(enum fuzz_verdict verdict);
bool verdict_is_failure(enum fuzz_verdict verdict);
/* The command line that repeats a case by hand. */
void command_print(FILE *out, const struct fuzz_settings *settings,
    const struct fuzz_case *fuzz, const char *dsl, const char *object,
    const char *header);
/* Make a failing case smaller while it fails in the same way. */
void shrink_case(const struct fuzz_settings *settings, struct fuzz_case *fuzz,
    struct fuzz_result *result);

#endif
