/* What the files of this folder share while a model is being built. */
#ifndef TAPC_MODEL_MODEL_INTERNAL_H
#define TAPC_MODEL_MODEL_INTERNAL_H

#include "base/vector.h"
#include "model/model.h"

/* A loop around the place being built. */
struct builder_loop {
    const struct ast_loop *declared;
    struct model_node *node;
};

/* A local scalar and the element it is at its declaration. */
struct builder_scalar {
    const struct ast_scalar *declared;
    const struct array *array;
    const struct affine **index;
};

/* A name of arrays and how many have it. */
struct builder_name {
    const struct name *name;
    int n;
};

struct node_list {
    struct model_node **at;
    int n;
    int capacity;
};

/* The state of model_build.
 *
 * "loops" and "guards" are those around the place being built, outermost
 * first; "path" is what affine conditions of selects say there, for the
 * statements of reductions inside. "children" are the nodes made so far in
 * the innermost scope. "border_extent" is the extent of the dimension whose
 * index is being read, NULL outside of indices.
 */
struct model_builder {
    struct compilation *c;
    struct model *model;
    struct value_context *v;
    int n_bindings;
    const struct model_binding *bindings;
    VECTOR(struct builder_loop) loops;
    VECTOR(const struct guard *) guards;
    VECTOR(struct builder_scalar) scalars;
    VECTOR(struct array *) arrays;
    VECTOR(struct builder_name) names;
    VECTOR(struct model_statement *) statements;
    const struct guard *path;
    struct node_list children;
    const struct affine *border_extent;
    int n_reductions;
    bool is_full; /* too many statements: reported */
};

/* ---- model_affine.c ---------------------------------------------------- */

/* The affine form of an index expression; NULL after reporting. */
const struct affine *model_read_affine(
    struct model_builder *b, const struct ast_expression *expression);

/* More alternatives than this make a condition too complex. */
enum { MODEL_MOST_CLAUSES = 64 };

/* Both guards, or only "a" if both have too many alternatives: weaker, for
 * where that is allowed. */
const struct guard *model_guard_and(
    struct value_context *v, const struct guard *a, const struct guard *b);

/* The guard of an affine condition; false after reporting. */
bool model_read_condition(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard);

/* The value of a parameter that is fixed or bound. */
bool model_parameter_value(const struct model_builder *b,
    const struct ast_parameter *parameter, int64_t *value);

/* Append the expression with known parameters and sizes as numbers:
 * "(8 + 0 - 2*(5 - 1) - 1)/1 + 1". */
void model_print_numbers(struct model_builder *b, struct text *text,
    const struct ast_expression *expression);

/* ---- model_statement.c ------------------------------------------------- */

/* The statements of the kernel's body; false after reporting. */
bool model_build_body(struct model_builder *b);

/* What scope_open found, to be put back by scope_close. */
struct builder_scope {
    struct node_list children;
    int n_loops;
    int n_guards;
};

/* Enter loops with a condition (may be NULL). False after reporting;
 * scope_close is called all the same. */
bool model_open_scope(struct model_builder *b, struct builder_scope *scope,
    int n_loops, struct ast_loop *const *loops,
    const struct ast_expression *condition);

/* Leave them: what was built inside becomes their body. */
void model_close_scope(struct model_builder *b, struct builder_scope *scope);

/* The name itself, or with ".1", ".2" where arrays have it already. */
const struct name *model_unique_name(
    struct model_builder *b, const struct name *name);

/* A new private array with one element per iteration of the loops around,
 * and the index of the element of this iteration. */
struct array *model_new_private(struct model_builder *b, const char *name_text,
    enum dtype type, struct source_range range, const struct affine ***index);

/* A target to assign to. */
struct builder_target {
    const struct array *array;
    const struct affine **index;
    struct source_range range;
};

/* Append the statement target = value where "guard" holds too. False after
 * reporting that there are too many. */
bool model_emit(struct model_builder *b, struct source_range range,
    struct builder_target target, const struct value *value,
    enum model_update update, const struct guard *guard);

/* ---- model_expression.c ------------------------------------------------ */

/* The value of an expression in its arithmetic type; the statements of its
 * reductions are emitted. NULL after reporting. */
const struct value *model_read_value(
    struct model_builder *b, const struct ast_expression *expression);

/* The array and index of an access or of a scalar's name; false after
 * reporting. */
bool model_read_target(struct model_builder *b,
    const struct ast_expression *expression, struct builder_target *target);

/* A load in the type arithmetic is done in. */
const struct value *model_load(
    struct model_builder *b, struct builder_target target);

/* A value in the type arithmetic on "type" is done in; NULL for NULL. */
const struct value *model_to_arithmetic(
    struct model_builder *b, enum dtype type, const struct value *value);

/* "value" where the guard holds, else "otherwise". */
const struct value *model_choose(struct model_builder *b,
    const struct guard *guard, const struct value *value,
    const struct value *otherwise);

/* An operation whose operands may be NULL after an error. */
const struct value *model_apply2(struct model_builder *b,
    enum value_operation operation, const struct value *left,
    const struct value *right);

/* Where an access is inside its array; what the loops around show is left
 * out. NULL: always. */
const struct guard *model_inside(
    struct model_builder *b, const struct builder_target *target);

/* ---- model_sum.c ------------------------------------------------------- */

/* A sum or difference, itself perhaps the left end of a longer one. */
const struct value *model_read_chain(
    struct model_builder *b, const struct ast_expression *expression);

/* "old" updated by the expression, and in "guard" where that happens: the
 * condition of its taps. NULL after reporting. */
const struct value *model_read_update(struct model_builder *b,
    enum model_update update, const struct value *old,
    const struct ast_expression *expression, const struct guard **guard);

/* A reduction: its statements, from "start" (NULL: from the neutral element)
 * into a private element whose load is the value. */
const struct value *model_read_reduction(struct model_builder *b,
    const struct ast_expression *expression, const struct value *start);

/* ---- model_access.c ---------------------------------------------------- */

/* What is known where a bool is true, or (truth false) where it is false. */
const struct guard *model_condition_guard(
    struct value_context *v, const struct value *condition, bool truth);

/* Is "affine" >= 0 by the bounds of the loops around alone? "loop" gives the
 * loop of the innermost-but-i, or NULL. Sufficient, not necessary. */
bool model_is_nonnegative(struct model *model, const struct affine *affine,
    int n_loops, struct model_node *const *loops);

/* Fill in "reads" and "write" of all statements. */
void model_build_accesses(struct model *model);

/* ---- model_dependence.c ------------------------------------------------ */

/* Fill in "flow", "anti" and "output". */
void model_build_dependences(struct model *model);

/* { first -> second }: the pairs that touch one element of "array" by these
 * accesses (all of them or some),
 * the first instance before the second, in the context. */
__isl_give isl_map *model_ordered_pairs(struct model *model,
    const struct model_statement *first, const struct model_statement *second,
    const struct array *array, __isl_keep isl_map *first_access,
    __isl_keep isl_map *second_access);

/* The loops around a statement, outermost first; one per iterator. */
struct model_node **model_statement_loops(
    struct model *model, const struct model_statement *statement);

/* ---- model_witness.c --------------------------------------------------- */

/* A small point of a non-empty set: first the parameters, then the
 * dimensions, into "point". False when isl failed. */
bool model_find_point(
    struct model *model, __isl_take isl_set *set, int64_t *point);

/* Append "name = value", with ", " before it unless it is the first. */
void model_print_binding(
    struct text *text, bool *is_first, const char *name, int64_t value);

/* A condition on parameters in the language, "K <= L, pad >= 0"; NULL if it
 * is not a plain conjunction. "n_related" is the largest number of parameters
 * in one part of it. */
const char *model_require_text(
    struct model *model, __isl_keep isl_set *set, int *n_related);

#endif
