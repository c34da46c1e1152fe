/* Private to the folder: what the files behind parser_check share. Functions
 * return false after an error was reported, here or by parser_resolve.
 */
#ifndef TAPC_PARSER_PARSER_CHECK_H
#define TAPC_PARSER_PARSER_CHECK_H

#include "ast/ast.h"
#include "base/vector.h"

/* The value of an integer expression that is a constant: between "least" and
 * "most", because parameters with a set of values are among them. */
struct parser_constant {
    bool is_constant;
    int64_t least;
    int64_t most;
};

/* What is known of a size. */
struct parser_size {
    const struct ast_size *size;
    struct parser_constant constant;
};

/* Checking one kernel. "sizes" are those checked so far. */
struct parser_checker {
    struct compilation *c;
    struct ast_kernel *kernel;
    VECTOR(struct parser_size) sizes;
};

/* parser_names.c: may this name be that of a kernel, or of anything else
 * that is written into the header (E0104)? */
bool parser_names_check_kernel(
    struct compilation *c, const struct name *name, struct source_range range);
bool parser_names_check_argument(
    struct compilation *c, const struct name *name, struct source_range range);

/* parser_resolve.c: names of one kernel to declarations. */
bool parser_resolve(struct compilation *c, struct ast_kernel *kernel);
/* The same for a condition of sizes, which stands outside of the kernel. */
bool parser_resolve_condition(struct compilation *c,
    const struct ast_kernel *kernel, struct ast_expression *condition);
/* " (did you mean 'x'?)" as a hint if "guess" is not NULL. */
void parser_hint_guess(struct diag *diag, const char *guess);
/* Of "name" and "best", the one nearer to "wanted", NULL: neither. */
const char *parser_guess_nearer(
    const char *wanted, const char *best, const char *name);

/* parser_affine.c */
/* Is the expression affine in parameters, sizes and loops? Sets its type to
 * INDEX; "what" names it in messages: "an index". */
bool parser_affine_check(struct parser_checker *checker,
    struct ast_expression *expression, const char *what);
/* The same for conditions, which get type BOOL. */
bool parser_affine_check_condition(
    struct parser_checker *checker, struct ast_expression *condition);
/* The value of a checked integer expression. */
struct parser_constant parser_affine_evaluate(
    const struct parser_checker *checker,
    const struct ast_expression *expression);

/* parser_value.c: types of what is computed. */
bool parser_value_check(
    struct parser_checker *checker, struct ast_expression *expression);
/* May the checked value be stored into "type"? Literals take the type. */
bool parser_value_check_store(struct parser_checker *checker, enum dtype type,
    struct ast_expression *value);
bool parser_value_check_condition(
    struct parser_checker *checker, struct ast_expression *condition);
/* Bounds of loops and the condition on them. */
bool parser_value_check_loops(struct parser_checker *checker, int n_loops,
    struct ast_loop *const *loops, struct ast_expression *condition);
bool parser_value_check_access(
    struct parser_checker *checker, struct ast_expression *access);

/* parser_literal.c: a literal, or what is made of literals only, takes the
 * type of its operand. */
bool parser_literal_set_type(struct parser_checker *checker,
    struct ast_expression *expression, enum dtype type);
/* Does the value of a literal of "type" survive a store into "stored"? */
bool parser_literal_check_store(struct parser_checker *checker,
    const struct ast_expression *expression, enum dtype stored);
/* Integer '/' and '%' take a constant that is not 0. */
bool parser_literal_check_divisor(
    struct parser_checker *checker, const struct ast_expression *division);

/* parser_require.c: conditions and extents that are constants hold, and
 * conditions on one parameter do not contradict each other. */
bool parser_require_check(struct parser_checker *checker);

/* parser_directive.c: arguments of the directives of a schedule. */
bool parser_directive_check(
    struct compilation *c, struct ast_schedule *schedule);

#endif
