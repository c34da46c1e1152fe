/* Inside codegen/ (and codegen_cpu/ for the module): what the emit_*.c files
 * share. Not a door: nobody else includes it.
 *
 * An emitter is one LLVM function being written from one loop program. All
 * integers of addresses are i64. f16 and bf16 travel as i16; a bool is i1.
 * Within a vector statement a value that varies with the lane is an LLVM
 * vector, one that does not is a scalar; emit_spread makes the second into
 * the first.
 */
#ifndef TAPC_CODEGEN_EMIT_H
#define TAPC_CODEGEN_EMIT_H

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>

#include "base/vector.h"
#include "codegen/codegen.h"

/* The function "symbol" wants argument "position" (-1: the workspace) at a
 * multiple of "bytes". */
struct codegen_alignment {
    const char *symbol;
    int position;
    unsigned bytes;
};

/* The module being built. "levels" are the machines of all variants, rising,
 * without duplicates; "level_cache" is the variable that remembers which one
 * this processor can run (NULL with one level). "problem" is the first thing
 * LLVM complained about. "masks" caches globals that hold constant masks. */
struct codegen {
    struct compilation *c;
    const struct codegen_request *request;
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMTargetMachineRef machine;
    LLVMTargetDataRef data;
    VECTOR(const struct machine *) levels;
    LLVMValueRef level_function;
    const char *problem;
    LLVMMetadataRef alias_root;
    LLVMDIBuilderRef debug;
    LLVMMetadataRef debug_file;
    LLVMMetadataRef debug_function_type;
    int n_regions;
    VECTOR(struct codegen_alignment) alignments;
};

/* Where an array is in this function. "base": its pointer; for a scalar
 * argument its value; for a register its alloca. "strides": one i64 per
 * axis, in elements. "alias": the tag of its loads and stores. "is_window":
 * a register that takes part in shifts, kept as integers, because shuffles
 * of float vectors become slower instructions on some targets. */
struct emit_array {
    const struct array *array;
    LLVMValueRef base;
    LLVMValueRef *strides;
    LLVMValueRef alias;
    bool is_window;
};

/* A value of the statement at hand that has been computed already, under a
 * mask that includes the one in force. */
struct emit_known {
    const struct value *value;
    LLVMValueRef result;
};

/* A VECTOR that has a name. */
struct emit_known_list {
    struct emit_known *at;
    int n;
    int capacity;
};

/* A statement that is put off, and what it has loaded. */
struct emit_deferred {
    const struct loop_node *node;
    struct emit_known_list known;
};

enum { EMIT_MOST_DEFERRED = 8 };

struct emitter {
    struct codegen *codegen;
    struct compilation *c;
    const struct loop_program *program;
    const struct machine *machine;
    LLVMContextRef context;
    LLVMBuilderRef builder;
    LLVMValueRef function;
    LLVMBasicBlockRef entry; /* allocas and strides */
    int n_variables;
    LLVMValueRef *variables; /* by id; i64; NULL: not in scope */
    int *depths;             /* by id: 1 + number of loops around */
    int n_arrays;
    struct emit_array *arrays;              /* by id */
    VECTOR(const struct loop_node *) loops; /* around, outermost first */
    VECTOR(const struct affine *) facts;    /* known >= 0 here */
    struct emit_known_list known;
    const struct variable *lane; /* of the statement */
    LLVMValueRef mask;           /* <lanes x i1>; NULL: all */
    LLVMValueRef known_mask;     /* it as a constant; NULL: not known */
    LLVMValueRef nowhere;        /* where masked lanes store, or NULL */
    LLVMValueRef parallel;       /* pointer to struct tapc_parallel, or NULL */
    LLVMMetadataRef debug_scope; /* NULL without -g */
    bool has_nontemporal;
    bool is_aligned;    /* arguments are where wide accesses want them */
    const char *symbol; /* of a GPU's function */
    int n_deferred;
    struct emit_deferred deferred[EMIT_MOST_DEFERRED];
};

/* Argument list of a kernel's entry: tensors, workspace, parameters. */
enum emit_argument_kind {
    EMIT_TENSOR,
    EMIT_SCALAR,
    EMIT_STRIDES,
    EMIT_WORKSPACE,
    EMIT_PARAMETER,
    EMIT_PARALLEL,
    EMIT_STREAM
};

/* Which of a kernel's functions: the plain one, the one with a thread pool as
 * its last argument, the one with a stream of a GPU as its first. */
enum emit_entry_kind { EMIT_PLAIN, EMIT_WITH_PARALLEL, EMIT_ON_STREAM };

struct emit_argument {
    enum emit_argument_kind kind;
    const struct ast_tensor *tensor;       /* TENSOR, SCALAR, STRIDES */
    const struct ast_parameter *parameter; /* PARAMETER */
};

struct emit_signature {
    int n;
    struct emit_argument *arguments;
    LLVMTypeRef *types;
    LLVMTypeRef function_type;
};

/* ---- codegen_type.c ---------------------------------------------------- */

/* LLVM's type of one value: i16 for f16 and bf16. */
LLVMTypeRef codegen_type(LLVMContextRef context, enum dtype type);
int64_t codegen_size_bytes(enum dtype type);
/* "scalar", or a vector of the statement's lanes of it. */
LLVMTypeRef emit_lanes_type(const struct emitter *e, LLVMTypeRef scalar);
int emit_n_lanes(const struct emitter *e);
bool emit_is_vector(LLVMValueRef value);
/* A scalar repeated in every lane; a vector as it is. */
LLVMValueRef emit_spread(struct emitter *e, LLVMValueRef value);
/* Both scalar, or both vectors. */
void emit_unify(struct emitter *e, LLVMValueRef *a, LLVMValueRef *b);
LLVMValueRef emit_i64(const struct emitter *e, int64_t value);
/* A constant of the (scalar or vector) integer type of "like". */
LLVMValueRef emit_integer_like(LLVMValueRef like, int64_t value);
LLVMValueRef emit_real_like(LLVMValueRef like, double value);
/* The type of "like" with "scalar" as element. */
LLVMTypeRef emit_type_like(LLVMValueRef like, LLVMTypeRef scalar);
/* The vector first, first + step, ... of integers of "bits" bits. */
LLVMValueRef emit_steps(
    const struct emitter *e, int n, int bits, int64_t first, int64_t step);
/* Call of an overloaded intrinsic. */
LLVMValueRef emit_intrinsic(struct emitter *e, const char *name, int n_types,
    LLVMTypeRef *types, int n_arguments, LLVMValueRef *arguments);
/* Intrinsics with one type and one or two operands of it. */
LLVMValueRef emit_intrinsic1(
    struct emitter *e, const char *name, LLVMValueRef a);
LLVMValueRef emit_intrinsic2(
    struct emitter *e, const char *name, LLVMValueRef a, LLVMValueRef b);

/* ---- emit_convert.c ---------------------------------------------------- */

LLVMValueRef emit_convert(
    struct emitter *e, LLVMValueRef value, enum dtype from, enum dtype to);

/* ---- emit_affine.c ----------------------------------------------------- */

/* i64, or a vector of i64 if the form varies with the lane. */
LLVMValueRef emit_affine(struct emitter *e, const struct affine *affine);
/* The same from a variable or atom. */
LLVMValueRef emit_variable(struct emitter *e, const struct variable *variable);
/* i1, or a vector of i1 if a term varies. */
LLVMValueRef emit_guard(struct emitter *e, const struct guard *guard);
LLVMValueRef emit_clause(struct emitter *e, const struct clause *clause);
/* floor(a / divisor), divisor > 0, scalar or vector. */
LLVMValueRef emit_floor_division(
    struct emitter *e, LLVMValueRef a, int64_t divisor);
/* Is the affine form >= 0 whatever the loops around are at? */
bool emit_prove(const struct emitter *e, const struct affine *affine);
/* Is array[index] inside whatever the loops around are at? */
bool emit_prove_inside(const struct emitter *e, const struct array *array,
    const struct affine *const *index);

/* Does the loop run at most once? */
bool emit_prove_once(const struct emitter *e, const struct loop_node *loop);

/* ---- emit_mask.c ------------------------------------------------------- */

/* The lanes of a constant mask as bits; false if it is not one of at most 64
 * known lanes. */
bool emit_get_mask_bits(LLVMValueRef mask, uint64_t *bits);
/* Lanes of a mask, as bits, that are the same whatever the others are. */
struct emit_known_lanes {
    uint64_t on;
    uint64_t off;
};
/* Those that a mask of at most 64 lanes shows to have. */
struct emit_known_lanes emit_get_known_lanes(LLVMValueRef mask);
/* The mask as it is best given to operations; NULL if it is all true. */
LLVMValueRef emit_settle_mask(struct emitter *e, LLVMValueRef mask);

/* ---- emit_expression.c ------------------------------------------------- */

LLVMValueRef emit_value(struct emitter *e, const struct value *value);
/* a op b as the language defines it, for "reduce" too. */
LLVMValueRef emit_binary(struct emitter *e, enum value_operation operation,
    LLVMValueRef a, LLVMValueRef b);
/* Does evaluating need a lane to be active: is there a scalar load that is
 * not known to be inside its tensor? */
bool emit_needs_active(const struct emitter *e, const struct value *value);

/* ---- emit_memory.c ----------------------------------------------------- */

/* Elements of memory that one access of a statement touches. "pointer" is
 * that of lane 0 (of the scalar). "step": elements between lanes when
 * "is_linear"; else "offsets" (vector of i64 elements, from "pointer"). */
struct emit_address {
    LLVMValueRef pointer;
    bool varies;
    bool is_linear;
    int64_t step;
    LLVMValueRef offsets;
    LLVMValueRef row_stride; /* elements between lanes if always the same */
    int64_t phase;           /* of loads with a step: see emit_strided_load */
    LLVMValueRef start; /* where the phase is counted from, if it is not 0 */
    bool is_whole;
};

struct emit_address emit_get_address(struct emitter *e,
    const struct array *array, const struct affine *const *index);
/* Strides of all arrays in memory, at the end of the entry block. */
void emit_strides(
    struct emitter *e, const struct array *array, LLVMValueRef runtime_strides);
LLVMValueRef emit_load(struct emitter *e, const struct array *array,
    const struct affine *const *index);
/* The type a register is kept in. */
LLVMTypeRef emit_register_type(
    const struct emitter *e, const struct array *array);
void emit_store(
    struct emitter *e, const struct loop_node *node, LLVMValueRef value);
/* Marks a load or store as touching this array only. */
void emit_tag(
    struct emitter *e, const struct array *array, LLVMValueRef instruction);

/* ---- emit_vector.c ----------------------------------------------------- */

/* How many lanes from the first on, at most half of all, hold all that the
 * known mask has; 0 if there is none, or they are not enough for a vector. */
int emit_count_first(const struct emitter *e);
/* A contiguous load of these lanes only, which is less likely to lie in two
 * cache lines; the others are 0. NULL where there is no such number. */
LLVMValueRef emit_narrow_load(struct emitter *e, const struct array *array,
    const struct emit_address *address);
/* n lanes from memory under the mask (NULL: all), of the integer type of
 * "element_bits". Lanes that are masked off are 0. */
LLVMValueRef emit_vector_load(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask);
/* The parts of that: pointer + elements; n neighbours, all or masked; every
 * "step"th element from "phase" (0 .. step-1; 0 with a mask) elements behind
 * "pointer" on, all of them inside as those before are, and with "is_whole" the
 * step * n elements from "pointer" on. */
LLVMValueRef emit_advance(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t elements);
LLVMValueRef emit_full_load(
    struct emitter *e, const struct array *array, LLVMValueRef pointer);
LLVMValueRef emit_masked_load(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask);
LLVMValueRef emit_strided_load(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t step, int64_t phase, bool is_whole,
    LLVMValueRef mask);
/* Store under the mask; "value" is a vector of integers. */
void emit_vector_store(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask, LLVMValueRef value,
    bool is_nontemporal);
/* Any lane true, as i1. */
LLVMValueRef emit_any(struct emitter *e, LLVMValueRef mask);

/* ---- emit_loop.c ------------------------------------------------------- */

void emit_node(struct emitter *e, const struct loop_node *node);
/* max of lower and min of upper bounds. */
LLVMValueRef emit_lower(struct emitter *e, const struct loop_node *node);
LLVMValueRef emit_upper(struct emitter *e, const struct loop_node *node);
/* Run "body" for variable = lower, lower + step, ... < upper. */
void emit_counted_loop(struct emitter *e, LLVMValueRef lower,
    LLVMValueRef upper, int64_t step, const struct loop_node *node,
    void (*body)(struct emitter *, LLVMValueRef, const void *),
    const void *user);
/* Run "body" if "condition" (NULL: always). */
void emit_if(struct emitter *e, LLVMValueRef condition,
    void (*body)(struct emitter *, const void *), const void *user);
LLVMBasicBlockRef emit_block(struct emitter *e, const char *name);

/* ---- emit_transpose.c -------------------------------------------------- */

/* A LOOP_TRANSPOSE. */
void emit_transpose(struct emitter *e, const struct loop_node *node);

/* ---- emit_lockstep.c --------------------------------------------------- */

/* What is inside a node, in order. */
void emit_children(struct emitter *e, const struct loop_node *node);
/* Do now what was put off. */
void emit_flush(struct emitter *e);

/* ---- emit_parallel.c --------------------------------------------------- */

/* Is all work of a loop known to be less than what is worth a thread? */
bool emit_is_small(struct emitter *e, const struct loop_node *node);
/* A region of parallel loops that starts at "node". */
void emit_parallel_region(struct emitter *e, const struct loop_node *node);
/* Number of iterations, at least 0. */
LLVMValueRef emit_count(
    struct emitter *e, LLVMValueRef lower, LLVMValueRef upper, int64_t step);
/* From here on the loop's variable is that of iteration "number" (i64). */
void emit_enter_loop(
    struct emitter *e, const struct loop_node *loop, LLVMValueRef number);

/* ---- emit_device.c ----------------------------------------------------- */

/* What a GPU runs for one variant: for arguments that are aligned to 16 bytes,
 * and, if that is of use, for others. */
void emit_device_variant(struct codegen *codegen,
    const struct codegen_kernel *kernel, const struct codegen_variant *variant);
/* The threads of a block share out a region of THREAD loops. */
void emit_thread_region(struct emitter *e, const struct loop_node *node);
/* All threads of a block arrive. */
void emit_barrier(struct emitter *e);
/* A group of copies ends; all but the last "n_groups" are there. */
void emit_commit(struct emitter *e);
void emit_wait(struct emitter *e, int64_t n_groups);
/* A copy that runs beside what follows; false, with nothing emitted, where the
 * arguments are not aligned to it. */
bool emit_copy_ahead(struct emitter *e, const struct loop_node *node);
/* Blocks of a section, i64. */
LLVMValueRef emit_section_blocks(
    struct emitter *e, const struct loop_section *section);
/* Bytes that the elements of all lanes of the statement at hand, next to each
 * other in the array, are aligned to. */
unsigned emit_lanes_alignment(struct emitter *e, const struct array *array);
/* A place for a shared array in the function at hand. */
LLVMValueRef emit_shared(
    struct emitter *e, const struct array *array, int64_t n_elements);
/* Load and store them as they are: integers of the element's size. */
LLVMValueRef emit_wide_load(
    struct emitter *e, const struct array *array, LLVMValueRef pointer);
LLVMValueRef emit_wide_store(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value);

/* ---- emit_function.c --------------------------------------------------- */

/* An emitter for a new internal function of "type". */
struct emitter *emit_begin_function(struct codegen *codegen,
    const struct loop_program *program, const struct machine *machine,
    const char *name, LLVMTypeRef type);
void emit_end_function(struct emitter *e);
/* The arguments, and what holds of them, in a function that has them; the
 * body, which "body" emits, once or twice. */
void emit_bind_arguments(
    struct emitter *e, const struct emit_signature *signature);
void emit_body(struct emitter *e, void (*body)(struct emitter *));
/* The function of one variant, with the arguments of the entry (and of the
 * parallel entry if the program has parallel loops); returns i32 0. */
LLVMValueRef emit_variant(struct codegen *codegen,
    const struct codegen_kernel *kernel, const struct codegen_variant *variant);
/* At the end of a function: if it stored past the caches, those stores are
 * seen before what the caller stores next. */
void emit_order_stores(struct emitter *e);
/* An alloca in the entry block. */
LLVMValueRef emit_alloca(struct emitter *e, LLVMTypeRef type, const char *name);
/* Where an array is; registers and stack arrays are allocated when they are
 * first asked for. */
struct emit_array *emit_get_place(struct emitter *e, const struct array *array);
/* Add an enum attribute (no value) to a function or parameter. */
void emit_attribute(struct codegen *codegen, LLVMValueRef function,
    LLVMAttributeIndex index, const char *name);
/* Names of parameters and how narrow ones are extended. */
void emit_describe_arguments(struct codegen *codegen, LLVMValueRef function,
    const struct emit_signature *signature);

/* ---- emit_entry.c ------------------------------------------------------ */

struct emit_signature emit_get_signature(struct codegen *codegen,
    const struct ast_kernel *kernel, enum emit_entry_kind kind);
bool emit_has_local(const struct ast_kernel *kernel);
bool emit_kernel_has_parallel(const struct codegen_kernel *kernel);
/* Begin a function users call: the kernel's name and "suffix". What comes back
 * is to be ended by emit_end_function. */
struct emitter *emit_begin_exported(struct codegen *codegen,
    const struct codegen_kernel *kernel, const char *suffix,
    const struct emit_signature *signature);
/* Checks for each choice of parameters that differs; then one block. */
void emit_all_checks(struct emitter *e, const struct codegen_kernel *kernel,
    const struct emit_signature *signature);
/* Do the parameters have the values of the variant's bindings, and are they
 * of its class? i1. */
LLVMValueRef emit_matches(struct emitter *e,
    const struct emit_signature *signature,
    const struct codegen_variant *variant);
/* The emitter "e" with the variables of another variant's program. */
struct emitter *emit_switch_program(struct emitter *e,
    const struct loop_program *program, const struct emit_signature *signature);
/* Go on in a new block if the condition holds, else in the one returned. */
LLVMBasicBlockRef emit_branch_if(struct emitter *e, LLVMValueRef condition);
/* End the function with a status. */
void emit_return_status(struct emitter *e, int status);
/* k_workspace(parameters). */
void emit_workspace_function(
    struct codegen *codegen, const struct codegen_kernel *kernel);
/* The exported functions of a kernel; "functions" are its variants'. */
void emit_entry(struct codegen *codegen, const struct codegen_kernel *kernel,
    LLVMValueRef *functions);

/* ---- emit_check.c ------------------------------------------------------ */

/* Continue if everything holds, else return a status. "e" has the program's
 * parameters as variables. */
void emit_checks(struct emitter *e, const struct emit_signature *signature);
/* Bytes of the workspace; "is_bad" is or-ed with: a product overflows. */
LLVMValueRef emit_workspace_bytes(struct emitter *e, LLVMValueRef *is_bad);
/* Does any "require" that is to be checked fail? Are the sizes outside the
 * program's class? i1. */
LLVMValueRef emit_requires_fail(struct emitter *e);
LLVMValueRef emit_given_fail(struct emitter *e);
/* Parameters of the program from the arguments of the entry. */
void emit_bind_parameters(
    struct emitter *e, const struct emit_signature *signature);

/* ---- codegen_debug.c --------------------------------------------------- */

void codegen_debug_begin(struct codegen *codegen);
void codegen_debug_end(struct codegen *codegen);
void emit_debug_function(struct emitter *e, const char *name);
void emit_debug_at(struct emitter *e, struct source_range range);

/* ---- codegen.c --------------------------------------------------------- */

/* An empty module. */
struct codegen *codegen_new(
    struct compilation *c, const struct codegen_request *request);
/* Facts about the module as a whole. */
void codegen_set_flags(struct codegen *codegen);
/* Is what was written well-formed? False after reporting. */
bool codegen_verify(struct codegen *codegen);

/* ---- codegen_output.c -------------------------------------------------- */

bool codegen_create_machine(struct codegen *codegen);
bool codegen_optimize(struct codegen *codegen);
/* The module gets LLVM's complaints from here on. */
void codegen_collect_problems(struct codegen *codegen);

#endif
