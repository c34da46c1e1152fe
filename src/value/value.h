/* Affine forms and typed scalar values: what a statement computes and where
 * it reads and writes, without saying in which order.
 *
 * Files: value_affine.c (affine forms), value_atom.c (quasi-affine atoms),
 * value_guard.c (guards), value_array.c (arrays and layouts), value_build.c
 * (constructors with exact folding, substitution), value_walk.c (visiting
 * every node once), value_print.c,
 * value_expand.c, value_expand_exp.c, value_expand_log.c (functions such as
 * exp into primitive operations), value_coefficients.c (their polynomials),
 * value_compute.c (exact meaning of every primitive operation; the oracle's
 * arithmetic), value_evaluate.c (values as trees and tapes), value_scalar.c
 * (conversion, memory).
 *
 * Everything is immutable once made and lives in the arena of the
 * compilation. Integers are exact; a coefficient or constant that does not
 * fit 64 bits sets "overflow" of the context.
 */
#ifndef TAPC_VALUE_VALUE_H
#define TAPC_VALUE_VALUE_H

#include "ast/ast.h"

/* ---- Variables and affine forms ---------------------------------------- */

enum variable_kind {
    VARIABLE_PARAMETER, /* of the kernel, known at run time */
    VARIABLE_ITERATOR,  /* of a statement's domain (model) */
    VARIABLE_LOOP,      /* of a loop in loop IR */
    VARIABLE_LANE,      /* 0 .. n_lanes-1 within one vector statement */
    VARIABLE_FLOOR,     /* floor(of / divisor), divisor > 0 */
    VARIABLE_CLAMP,     /* min(max(of, 0), extent - 1) */
    VARIABLE_WRAP,      /* of mod extent, for -extent <= of < 2 extent */
    VARIABLE_MIRROR     /* reflected at both ends, -extent < of < 2e - 1 */
};

/* A variable, or an atom that is not linear in others. Atoms are made once
 * for equal contents (affine_floor and friends), so pointers compare.
 * "id" counts from 0 within a value_context: use it to index environments.
 * A loop variable is always a multiple of "multiple" (1 if unknown). */
struct variable {
    enum variable_kind kind;
    const struct name *name;
    int id;
    int n_lanes;
    int64_t multiple;
    int64_t divisor;
    const struct affine *of;
    const struct affine *extent;
};

struct affine_term {
    const struct variable *variable;
    int64_t coefficient; /* not 0 */
};

/* constant + sum of coefficient * variable; terms sorted by variable id. */
struct affine {
    int64_t constant;
    int n_terms;
    const struct affine_term *terms;
};

struct atom_table;

/* Makes variables and remembers atoms. "variables" are indexed by id. */
struct value_context {
    struct arena *arena;
    struct name_table *names;
    int n_variables;
    int n_allocated;
    const struct variable **variables;
    struct atom_table *atoms;
    bool overflow;
};

struct value_context *value_context_new(struct compilation *c);
const struct variable *variable_new(
    struct value_context *v, enum variable_kind kind, const struct name *name);
const struct variable *variable_new_lane(struct value_context *v, int n_lanes);
/* A loop variable known to be a multiple of "multiple". */
const struct variable *variable_new_loop(
    struct value_context *v, const struct name *name, int64_t multiple);

const struct affine *affine_constant(struct value_context *v, int64_t value);
const struct affine *affine_variable(
    struct value_context *v, const struct variable *variable);
const struct affine *affine_add(
    struct value_context *v, const struct affine *a, const struct affine *b);
const struct affine *affine_subtract(
    struct value_context *v, const struct affine *a, const struct affine *b);
const struct affine *affine_scale(
    struct value_context *v, const struct affine *a, int64_t factor);
/* a + constant */
const struct affine *affine_shift(
    struct value_context *v, const struct affine *a, int64_t constant);
/* floor(a / divisor) and a - divisor * floor(a / divisor), divisor > 0.
 * Simplified: multiples of the divisor move out of the atom (also through
 * "multiple" of loop variables); what is left vanishes when the ranges of
 * its lanes show it to be 0 .. divisor-1. */
const struct affine *affine_floor(
    struct value_context *v, const struct affine *a, int64_t divisor);
const struct affine *affine_modulo(
    struct value_context *v, const struct affine *a, int64_t divisor);
/* clamp, wrap, mirror: "kind" is VARIABLE_CLAMP, _WRAP or _MIRROR. */
const struct affine *affine_border(struct value_context *v,
    enum variable_kind kind, const struct affine *of,
    const struct affine *extent);

bool affine_is_constant(const struct affine *a);
bool affine_is_equal(const struct affine *a, const struct affine *b);
/* Coefficient of "variable" outside atoms. */
int64_t affine_coefficient(
    const struct affine *a, const struct variable *variable);
/* Does "variable" occur, also inside atoms? And inside atoms only? */
bool affine_has(const struct affine *a, const struct variable *variable);
bool affine_has_in_atom(
    const struct affine *a, const struct variable *variable);
/* The first lane variable that occurs, also inside atoms, or NULL. */
const struct variable *affine_lane(const struct affine *a);

/* Replace variables by affine forms, also inside atoms (which are simplified
 * again). */
struct substitution {
    int n;
    const struct variable *const *from;
    const struct affine *const *to;
};
const struct affine *affine_substitute(struct value_context *v,
    const struct affine *a, const struct substitution *substitution);

/* Value under an environment: "values[id]" for every variable that is not
 * an atom. */
int64_t affine_evaluate(const struct affine *a, const int64_t *values);

void affine_print(struct text *text, const struct affine *a);

/* ---- Guards ------------------------------------------------------------ */

/* All of "terms[i] >= 0". */
struct clause {
    int n;
    const struct affine **terms;
};

/* Any of the clauses; no clause at all is false. A NULL guard is true. */
struct guard {
    int n_clauses;
    const struct clause *clauses;
};

const struct guard *guard_false(struct value_context *v);
/* One clause. Constant terms are folded; NULL when all are true. */
const struct guard *guard_all(
    struct value_context *v, int n_terms, const struct affine *const *terms);
const struct guard *guard_and(
    struct value_context *v, const struct guard *a, const struct guard *b);
const struct guard *guard_or(
    struct value_context *v, const struct guard *a, const struct guard *b);
const struct guard *guard_not(struct value_context *v, const struct guard *a);
/* Has the negation at most 64 clauses? */
bool guard_can_negate(const struct guard *a);
const struct guard *guard_substitute(struct value_context *v,
    const struct guard *a, const struct substitution *substitution);
bool guard_is_false(const struct guard *a);
bool guard_is_equal(const struct guard *a, const struct guard *b);
bool guard_has(const struct guard *a, const struct variable *variable);
bool guard_evaluate(const struct guard *a, const int64_t *values);
void guard_print(struct text *text, const struct guard *a);

/* ---- Arrays ------------------------------------------------------------ */

enum array_kind {
    ARRAY_IN,
    ARRAY_OUT,
    ARRAY_INOUT,
    ARRAY_LOCAL,    /* a declared local tensor: in the workspace */
    ARRAY_PRIVATE,  /* a scalar of the source or of a sum: one element per
                       iteration of the loops around its declaration;
                       gone after loop_build */
    ARRAY_REGISTER, /* rank 0; n_lanes elements, one per lane, or 1 */
    ARRAY_STACK,    /* constant extents; on the stack, aligned to a vector */
    ARRAY_SHARED,   /* constant extents; one for each block of a GPU, seen by
                       all of its threads */
    ARRAY_VIEW      /* the elements of "view_of", an argument or local without
                       blocks: its axes in memory, the last joined into one */
};

/* One axis of the order in memory. Plain: block 0. "C/16": block 16;
 * "C%16": block 16 and is_inner. */
struct array_axis {
    int dimension;
    int64_t block;
    bool is_inner;
};

/* An array. Extents are of the logical dimensions, in elements, affine in
 * parameters. "axes" is the order in memory, outermost first. A scalar
 * argument is ARRAY_IN with 0 dimensions. "position" is that of the
 * argument. ARRAY_PRIVATE has one dimension per iterator and NULL extents.
 */
struct array {
    enum array_kind kind;
    const struct name *name;
    struct source_range range;
    enum dtype type;
    int n_dimensions;
    const struct affine **extents;
    int n_axes;
    struct array_axis *axes;
    bool is_strided;
    int position;
    int n_lanes;                 /* ARRAY_REGISTER */
    const struct array *view_of; /* ARRAY_VIEW */
    int id; /* unique within the model / loop program, from 0 */
};

/* Order in memory as declared: axes 0, 1, 2, ... */
void array_set_plain_axes(struct value_context *v, struct array *array);

/* The array whose elements it has: what it is a view of, else itself. */
const struct array *array_base(const struct array *array);

/* Index and extent of axis "axis" in memory, from a logical index (one affine
 * form per dimension). For a strided array axes are the dimensions. */
const struct affine *array_axis_index(struct value_context *v,
    const struct array *array, int axis, const struct affine *const *index);
const struct affine *array_axis_extent(
    struct value_context *v, const struct array *array, int axis);

/* Bytes of an array in memory, whole blocks counted; -1 where an extent is not
 * constant or there are more than fit. */
int64_t array_constant_bytes(
    struct value_context *v, const struct array *array);
/* Bytes of all arguments and local tensors among some arrays; INT64_MAX where
 * those of one are not known. */
int64_t array_count_bytes(
    struct value_context *v, int n, struct array *const *arrays);
/* Bytes from one row of an array to the next, 0 if not known or if there is
 * only one row. */
int64_t array_pitch_bytes(struct value_context *v, const struct array *array);

/* ---- Values ------------------------------------------------------------ */

enum value_kind {
    VALUE_REAL,      /* constant of a float type, in "real", exact in type */
    VALUE_INTEGER,   /* constant of an integer type or bool, in "integer" */
    VALUE_INDEX,     /* the affine form "affine", type DTYPE_INDEX */
    VALUE_LOAD,      /* array[index] */
    VALUE_PREDICATE, /* "guard" as a bool */
    VALUE_OPERATION, /* "operation" on the operands */
    VALUE_CONVERT,   /* operand 0 to "type", see value_evaluate.c */
    VALUE_SHIFT      /* lane i is lane amount + stride*i of operand 0 ++ operand
                        1 (both registers of n lanes): a register window, or
                        with stride 2 every other element of two vectors */
};

/* Primitive operations and functions. Functions (FUNCTION true) are gone
 * after value_expand. SELECT: operand 0 is a bool; only the chosen operand is
 * evaluated: where the condition is a PREDICATE, loads of the arm not chosen
 * are not executed. FMA(a, b, c) is a*b + c, rounded once if the program is
 * "fused", else twice. MIN and MAX are a < b ? a : b and a < b ? b : a. */
enum value_operation {
#define OPERATION(id, name, n_operands, is_function) VALUE_##id,
#include "value/operations.def"
#undef OPERATION
    VALUE_N_OPERATIONS
};

/* "type" is a stored dtype, BOOL or INDEX. Arithmetic is in F64, F32 and I32;
 * a schedule may have ADD, SUBTRACT, MULTIPLY, MIN and MAX of narrower
 * integers, wrapping in their type; other stored types exist for LOAD and
 * CONVERT. */
struct value {
    enum value_kind kind;
    enum dtype type;
    struct source_range range;
    double real;
    int64_t integer;
    const struct affine *affine;
    const struct array *array;
    int n_index;
    const struct affine *const *index;
    const struct guard *guard;
    enum value_operation operation;
    int n_operands;
    const struct value *operands[3];
    int amount;
    int stride;
    const int *lanes; /* SHIFT: not NULL: lane i is that lane of operand 0 ++
                         operand 1 instead; -1: nobody reads it */
};

const struct value *value_real(
    struct value_context *v, enum dtype type, double real);
const struct value *value_integer(
    struct value_context *v, enum dtype type, int64_t integer);
const struct value *value_index(
    struct value_context *v, const struct affine *affine);
const struct value *value_load(struct value_context *v,
    const struct array *array, int n_index, const struct affine *const *index,
    struct source_range range);
const struct value *value_predicate(
    struct value_context *v, const struct guard *guard);
/* Folded when exact for every input. Type follows from the operands. */
const struct value *value_operation1(struct value_context *v,
    enum value_operation operation, const struct value *a);
const struct value *value_operation2(struct value_context *v,
    enum value_operation operation, const struct value *a,
    const struct value *b);
const struct value *value_operation3(struct value_context *v,
    enum value_operation operation, const struct value *a,
    const struct value *b, const struct value *d);
/* "a" itself when it has the type already. */
const struct value *value_convert(
    struct value_context *v, enum dtype type, const struct value *a);
const struct value *value_shift(struct value_context *v,
    const struct value *low, const struct value *high, int amount);
/* Every "stride"-th element from "amount" on; "low" itself for 0 and 1. */
const struct value *value_pick(struct value_context *v, const struct value *low,
    const struct value *high, int amount, int stride);

/* Lane i is lane lanes[i] of the two registers of "n" lanes, or anything where
 * that is -1. "lanes" is lent for good. */
const struct value *value_permute(struct value_context *v,
    const struct value *low, const struct value *high, int n, const int *lanes);

/* The value with "replace" applied to every leaf bottom-up: "replace" gets
 * a node whose operands were replaced and returns it or another. */
const struct value *value_map(struct value_context *v,
    const struct value *value,
    const struct value *(*replace)(
        struct value_context *, const struct value *, void *),
    void *user);
/* Substitute in affine forms, indices and guards. */
const struct value *value_substitute(struct value_context *v,
    const struct value *value, const struct substitution *substitution);
/* Calls "visit" for every node, operands first; a node used several times is
 * visited at every use, or once where the uses are very many. */
void value_foreach(const struct value *value,
    void (*visit)(const struct value *, void *), void *user);
bool value_has(const struct value *value, const struct variable *variable);

/* Replace functions (exp, silu, ...) by primitive operations; each with its
 * ULP bound in a comment and in lang/reference.md. The result is the same
 * for every target and schedule apart from "fused". "is_fast": those of F32
 * by the FAST_... operations, which GPUs have. */
const struct value *value_expand(
    struct value_context *v, const struct value *value, bool is_fast);

void value_print(struct text *text, const struct value *value);
const char *value_operation_name(enum value_operation operation);

/* ---- Exact evaluation -------------------------------------------------- */

/* One scalar: floats of every width are held in "real" exactly (an f32 is a
 * double that is an f32), integers, bool and index in "integer". */
struct scalar {
    double real;
    int64_t integer;
};

/* What evaluation needs from outside. "load" gives element array[index] (the
 * logical index, "n_index" long); "values" are the variables; "fused" as for
 * FMA. "lane" picks lanes of registers for SHIFT: "load_lane" gives lane
 * "lane" of a register. */
struct evaluation {
    const int64_t *values;
    bool fused;
    struct scalar (*load)(
        void *user, const struct value *load, const int64_t *index);
    struct scalar (*load_lane)(void *user, const struct array *array, int lane);
    int lane;
    void *user;
};

struct scalar value_evaluate(
    const struct value *value, const struct evaluation *evaluation);
/* One operation of known operands (not a lazy SELECT): its result. */
struct scalar value_compute(
    const struct value *value, const struct scalar *operands, bool fused);

/* A value with every shared operand evaluated once: nodes in order, operands
 * first, the value itself last. A step was reached in the last evaluation if
 * its "round" is the tape's. */
struct value_step {
    const struct value *node;
    int n_operands;
    int operands[3];
    bool is_lazy;
    uint64_t round;
    struct scalar result;
};
struct value_tape {
    int n;
    int capacity;
    struct value_step *steps;
    uint64_t round;
};
struct value_tape *value_tape_new(
    struct arena *arena, const struct value *value);
struct scalar value_tape_evaluate(
    struct value_tape *tape, const struct evaluation *evaluation);

/* Conversion as the language defines it: to nearest even between floats and
 * from integers, saturating with NaN = 0 from float to integer, wrapping
 * between integers. "from" and "to" may be any dtype. */
struct scalar scalar_convert(
    struct scalar value, enum dtype from, enum dtype to);
/* Between scalars and memory, host byte order. */
struct scalar scalar_read(const void *at, enum dtype type);
void scalar_write(void *at, enum dtype type, struct scalar value);
/* Fill "n" elements: floats in -1 .. 1, integers in -7 .. 7; "*state" as of
 * random_below. */
void scalar_fill(char *at, enum dtype type, int64_t n, uint64_t *state);

#endif
