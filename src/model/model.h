/* Typed syntax tree to polyhedral model: statements with integer sets as
 * domains, access relations, dependences. isl begins here.
 *
 * Files: model_build.c (kernel to parameters, sizes, arrays, context),
 * model_affine.c (source expressions to affine forms and guards),
 * model_statement.c (loops and statements to the tree), model_expression.c
 * (expressions to values), model_sum.c (taps, which products are fused,
 * reductions to statements), model_access.c (access relations),
 * model_dependence.c, model_check.c (what is proved, and witnesses as text),
 * model_check_bounds.c (every access inside), model_check_order.c (every
 * output written once, nothing read before it is written), model_witness.c
 * (points of sets, conditions as text), model_print.c (--emit=model),
 * model_derive.c (copies that directives change), model_count.c (iterations
 * and elements, --emit=roof), model_isl.c (affine forms to isl and back, isl
 * failure to diagnostic).
 */
#ifndef TAPC_MODEL_MODEL_H
#define TAPC_MODEL_MODEL_H

#include <isl/ctx.h>

#include <isl/aff.h>
#include <isl/constraint.h>
#include <isl/ilp.h>
#include <isl/map.h>
#include <isl/point.h>
#include <isl/set.h>
#include <isl/space.h>
#include <isl/union_map.h>
#include <isl/union_set.h>
#include <isl/val.h>

#include "value/value.h"

/* How a statement updates its target; the update is spelled out in "value"
 * too (the target is read there), this says which operation it is. */
enum model_update {
    MODEL_SET,
    MODEL_ACCUMULATE,
    MODEL_SCALE,
    MODEL_MINIMIZE,
    MODEL_MAXIMIZE
};

/* target[index] = value, for every point of the domain.
 *
 * "iterators" are those of the enclosing loops, outermost first.
 * "domain": { S0[n, c, p] : ... }, parameters the kernel's; taps that do not
 * exist and conditions of loops are constraints of it.
 * "reads", "write": { S0[n, c, p] -> x[i, j, k] }, spaces named after the
 * arrays ("array_name"); a read under an affine condition exists only where
 * the condition holds. A read of the target by its own update is in "reads".
 * "range" is that of the source statement, "target_range" of the target in
 * it.
 */
struct model_statement {
    int id;
    const struct name *name; /* "S0" */
    struct source_range range;
    struct source_range target_range;
    int n_iterators;
    const struct variable **iterators;
    isl_set *domain;
    const struct array *target;
    const struct affine **index; /* target->n_dimensions */
    const struct value *value;
    enum model_update update;
    bool is_copy; /* made by "stage" */
    isl_union_map *reads;
    isl_map *write;
    struct model_node *node; /* the leaf of the tree */
};

/* The statements that write and that read one array, each once, by id. */
struct model_users {
    int n_writers;
    struct model_statement **writers;
    int n_readers;
    struct model_statement **readers;
};

enum model_node_kind { MODEL_LOOP, MODEL_SEQUENCE, MODEL_STATEMENT };

/* The loops of the source, reductions included, as a tree. A loop has one
 * child; a sequence two or more (the root none if the kernel is empty); a
 * statement none. */
struct model_node {
    enum model_node_kind kind;
    struct source_range range;
    struct model_node *parent;
    const struct name *name;         /* LOOP: as written */
    const struct variable *variable; /* LOOP: its iterator */
    const struct affine *lower;      /* LOOP: lower <= iterator < upper */
    const struct affine *upper;
    int n_children;
    struct model_node **children;
    struct model_statement *statement; /* STATEMENT */
};

/* A kernel under one choice of its set parameters.
 *
 * "parameters" are the symbolic ones (kind VARIABLE_PARAMETER), in declared
 * order; "declared" gives for each its ast_parameter. "context" is the set
 * of allowed parameter values (require, extents >= 0, the set parameter
 * outside its listed values where it is open is *not* excluded). "requires"
 * are the conditions, as guards over the parameters, that the entry checks,
 * the extents >= 0 among them, with the source range of each.
 * "sizes" maps ast sizes to affine forms by their index in the kernel.
 * "n_given": the last of "requires" are not checked but known: the model is
 * of a class of sizes only (model_restrict), where "large", unless NULL, has
 * at least "large_bytes" bytes.
 */
struct model {
    struct compilation *c;
    const struct ast_kernel *kernel;
    struct value_context *values;
    isl_ctx *ctx;
    isl_set *context;
    int n_parameters;
    const struct variable **parameters;
    const struct ast_parameter **declared;
    int n_requires;
    const struct guard **requires;
    int n_given;
    const struct array *large;
    int64_t large_bytes;
    struct source_range *require_ranges;
    const struct affine **sizes;
    int n_arrays;          /* arguments and locals first, in declared order, */
    struct array **arrays; /* then ARRAY_PRIVATE ones; "id" is the position */
    int n_statements;
    struct model_statement **statements; /* in source order, by id */
    struct model_users *users;           /* by array id */
    struct model_node *root;
    bool is_special;       /* for bound values of set parameters */
    const char *phase;     /* between model_begin_phase and _end_phase */
    isl_union_map *flow;   /* write -> read of the value (all, not last only) */
    isl_union_map *anti;   /* read -> later write */
    isl_union_map *output; /* write -> later write */
    struct model *derived; /* the next of the copies made of it */
};

/* The value of one set parameter, by position. */
struct model_binding {
    const struct ast_parameter *parameter;
    int64_t value;
};

/* Build the model of a kernel; set parameters not bound stay symbolic.
 * Does not check. NULL after reporting. Free with model_free. */
struct model *model_build(struct compilation *c,
    const struct ast_kernel *kernel, int n_bindings,
    const struct model_binding *bindings);

/* Prove accesses, outputs and initialisation; false after reporting with a
 * witness. Call once for every model, before schedules. */
bool model_check(struct model *model);

/* Returns NULL. Aborts in debug builds if an isl object is left. */
struct model *model_free(struct model *model);

void model_print(struct text *text, const struct model *model);

/* Append what is known of the model's class of sizes, "first" before the first
 * condition and "then" before each other one; nothing if it is for all. */
void model_print_class(struct text *text, const struct model *model,
    const char *first, const char *then);

/* A copy whose statements, arrays and dependences may be changed; freed with
 * "model". Values, parameters and the isl context are shared. */
struct model *model_derive(struct model *model);

/* What sizes have in common: "guard", of parameters, holds (NULL: always), and
 * where "large" is not NULL, that array has at least so many bytes. */
struct model_condition {
    const struct guard *guard;
    const struct array *large;
    int64_t bytes;
};

bool model_condition_is_equal(
    const struct model_condition *a, const struct model_condition *b);

/* Does a guard over parameters hold: for none of the model's sizes, some of
 * them (or nothing is known), all? */
enum model_answer { MODEL_NEVER, MODEL_SOMETIMES, MODEL_ALWAYS };
enum model_answer model_ask(struct model *model, const struct guard *guard);

/* The guard of a condition on parameters that the source has, under the
 * bindings of the model (NULL: always), and what model_ask says of it. False
 * after reporting. */
bool model_ask_condition(struct model *model, int n_bindings,
    const struct model_binding *bindings,
    const struct ast_expression *condition, const struct guard **guard,
    enum model_answer *answer);

/* A copy for the sizes under one more condition: one class of sizes among
 * those the entry chooses from. Freed with "model". NULL after reporting that
 * isl failed. */
struct model *model_restrict(
    struct model *model, const struct model_condition *condition);

/* A new statement of a derived model, like another one but without domain,
 * reads and write (all three must be set), and a new array. */
struct model_statement *model_add_statement(
    struct model *model, const struct model_statement *like);
struct array *model_add_array(struct model *model, const struct array *like);

/* Iterations of a statement, and distinct elements of an array that are read
 * or written, when the parameters have these values (model_count.c). -1 when
 * that is not known within the budget. */
int64_t model_count_iterations(struct model *model,
    const struct model_statement *statement, const int64_t *parameters);
int64_t model_count_elements(struct model *model, const struct array *array,
    bool is_written, const int64_t *parameters);

/* The domain as isl writes it; lives in the arena. */
const char *model_domain_text(
    struct model *model, const struct model_statement *statement);

/* ---- Accesses ---------------------------------------------------------- */

/* One access of a statement: it happens where the domain and "guard" hold.
 * "index" has array->n_dimensions forms in the statement's iterators. */
struct model_access {
    const struct array *array;
    const struct affine *const *index;
    const struct guard *guard; /* NULL: always */
    struct source_range range;
    bool is_write;
};

/* Call "visit" for every access of the statement, reads before the write;
 * stops and returns false when "visit" does. */
bool model_foreach_access(struct model *model,
    const struct model_statement *statement,
    bool (*visit)(const struct model_access *, void *), void *user);

/* { S0[n, c] -> x[i, j] } of one access. */
__isl_give isl_map *model_access_to_isl(struct model *model,
    const struct model_statement *statement, const struct model_access *access);

/* { before -> after }: instances of "first" that run before an instance of
 * "second" in the order of the source. */
__isl_give isl_map *model_order(struct model *model,
    const struct model_statement *first, const struct model_statement *second);

/* ---- isl helpers for model, schedule and loop -------------------------- */

/* The space of a statement's domain (parameters: NULL), of an array. */
__isl_give isl_space *model_statement_space(
    struct model *model, const struct model_statement *statement);
__isl_give isl_space *model_array_space(
    struct model *model, const struct array *array);

/* The isl name of an array's space. */
const char *model_array_name(const struct array *array);

/* An affine form as an isl_pw_aff over the space of "statement"'s domain
 * (or, with statement NULL, over parameters). Atoms are expanded: floor to
 * isl_aff_floor, clamp, wrap and mirror to their pieces. */
__isl_give isl_pw_aff *model_affine_to_isl(struct model *model,
    const struct affine *affine, const struct model_statement *statement);

/* The points of the statement's space (or of the parameters) where the guard
 * holds. */
__isl_give isl_set *model_guard_to_isl(struct model *model,
    const struct guard *guard, const struct model_statement *statement);

/* Start a phase: reset and arm the budget of operations. */
void model_begin_phase(struct model *model, const char *phase);
/* End it: true if isl reported no error; else reports E0002 (quota, naming
 * the phase) or an internal error at "range". Every NULL from isl must be
 * followed by this. */
bool model_end_phase(struct model *model, struct source_range range);

/* One point of a non-empty set as text "n = 0, c = 0, p = 3" (dimension names,
 * then parameters that matter), the smallest in lexicographic order where
 * that is cheap. Lives in the arena. NULL when isl failed. */
const char *model_witness(
    struct model *model, __isl_take isl_set *set, bool with_parameters);

#endif
