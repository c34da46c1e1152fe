/* Private to the folder: what scanner and grammar share, and the functions
 * the grammar's actions call.
 */
#ifndef TAPC_PARSER_PARSER_BUILD_H
#define TAPC_PARSER_PARSER_BUILD_H

#include "ast/ast.h"
#include "base/vector.h"

/* A list of nodes of one kind. */
struct parser_list {
    VECTOR(void *) nodes;
};

/* A bracket not closed yet. */
struct parser_bracket {
    char open;
    struct source_range range;
};

/* One run of scanner and grammar.
 *
 * "offset" is that of the next byte to scan, "current" the token
 * scanned last, "previous" the one before.
 * "error_line" is the line of the last error: one error a line.
 * "is_stopped": give up, the rest of the file reads as its end.
 * "skip_brackets" is the number of brackets to stay open while a block is
 * skipped, -1 if none is.
 * "is_schedules_only": a file of schedules, no kernel allowed.
 */
struct parser_context {
    struct compilation *c;
    const struct source *source;
    void *scanner;
    uint32_t offset;
    struct source_range previous;
    struct source_range current;
    int error_line;
    bool is_stopped;
    bool is_schedules_only;
    int skip_brackets;
    struct source_range comment;
    VECTOR(struct parser_bracket) brackets;

    /* The kernel, its parameter and the tensors being built. */
    struct ast_kernel *kernel;
    VECTOR(struct ast_parameter *) parameters;
    VECTOR(struct ast_expression *) requires;
    VECTOR(struct ast_size *) sizes;
    VECTOR(struct ast_tensor *) tensors;
    VECTOR(struct ast_statement *) body;
    VECTOR(int64_t) values;
    bool is_open;
    enum ast_direction direction;
    enum dtype type;

    struct ast_schedule *schedule;
    VECTOR(struct ast_directive *) directives;

    VECTOR(struct ast_kernel *) kernels;
    VECTOR(struct ast_schedule *) schedules;
    VECTOR(struct ast_extern *) externs;
};

/* ---- parser_scan.c ------------------------------------------------------ */

struct source_range parser_scan_advance(
    struct parser_context *context, uint32_t n_bytes);
struct source_range parser_scan_back(struct parser_context *context,
    struct source_range range, uint32_t n_bytes);
void parser_scan_comment(
    struct parser_context *context, struct source_range range);
void parser_scan_open_comment(
    struct parser_context *context, struct source_range range);
void parser_scan_end_in_comment(struct parser_context *context);
void parser_scan_open_string(
    struct parser_context *context, struct source_range range);
void parser_scan_open(
    struct parser_context *context, struct source_range range);
void parser_scan_close(struct parser_context *context, char close);
void parser_scan_bad_bytes(
    struct parser_context *context, struct source_range range);
void parser_scan_skip_block(struct parser_context *context);

/* ---- parser_syntax.c ---------------------------------------------------- */

/* Report an unexpected token: "found" and "expected" are symbol names of the
 * grammar. */
void parser_syntax_error(struct parser_context *context,
    struct source_range range, const char *found, int n_expected,
    const char *const *expected);
void parser_syntax_too_deep(
    struct parser_context *context, struct source_range range);
void parser_syntax_too_many(struct parser_context *context,
    struct source_range range, const char *what, int most);
/* Is this the first error on the line of "range"? Remembers the line. */
bool parser_syntax_is_first(
    struct parser_context *context, struct source_range range);

/* ---- parser_build.c ----------------------------------------------------- */

struct source_range parser_build_start(struct parser_context *context);
struct source_range parser_build_empty_range(struct source_range after);
struct parser_list *parser_list_new(struct parser_context *context);
struct parser_list *parser_list_add(
    struct parser_context *context, struct parser_list *list, void *node);
struct parser_list *parser_list_join(struct parser_context *context,
    struct parser_list *a, struct parser_list *b);

void parser_build_extern(struct parser_context *context,
    const struct name *name, struct source_range range);
void parser_build_kernel_begin(struct parser_context *context,
    const struct name *name, struct source_range range);
void parser_build_kernel_end(
    struct parser_context *context, struct source_range range);
void parser_build_parameter(struct parser_context *context,
    enum ast_parameter_kind kind, const struct name *name, int64_t value,
    struct source_range range);
void parser_build_set_value(
    struct parser_context *context, int64_t value, struct source_range range);
void parser_build_set_open(struct parser_context *context);
void parser_build_require(
    struct parser_context *context, struct ast_expression *condition);
void parser_build_size(struct parser_context *context, const struct name *name,
    struct ast_expression *value, struct source_range range);
void parser_build_tensors(struct parser_context *context,
    enum ast_direction direction, enum dtype type);
void parser_build_tensor(struct parser_context *context,
    const struct name *name, const struct parser_list *extents, bool is_strided,
    struct source_range range);
void parser_build_kernel_statement(
    struct parser_context *context, struct ast_statement *statement);

struct ast_statement *parser_build_for(struct parser_context *context,
    const struct parser_list *loops, struct ast_expression *condition,
    struct ast_statement *body, struct source_range range);
struct ast_statement *parser_build_block(struct parser_context *context,
    const struct parser_list *statements, struct source_range range);
struct ast_statement *parser_build_declare(struct parser_context *context,
    enum dtype type, const struct name *name, struct source_range name_range,
    struct ast_expression *value, struct source_range range);
struct ast_statement *parser_build_assign(struct parser_context *context,
    struct ast_expression *target, enum ast_assignment assignment,
    struct ast_expression *value, struct source_range range);
struct ast_loop *parser_build_loop(struct parser_context *context,
    const struct name *name, struct ast_expression *lower,
    struct ast_expression *upper, struct source_range range);

/* ---- parser_build_expression.c ------------------------------------------ */

struct ast_expression *parser_build_integer(
    struct parser_context *context, int64_t value, struct source_range range);
struct ast_expression *parser_build_real(
    struct parser_context *context, double value, struct source_range range);
struct ast_expression *parser_build_name(struct parser_context *context,
    const struct name *name, struct source_range range);
struct ast_expression *parser_build_access(struct parser_context *context,
    const struct name *name, const struct parser_list *indices,
    struct source_range range);
struct ast_expression *parser_build_call(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct parser_list *arguments, struct source_range range);
struct ast_expression *parser_build_cast(struct parser_context *context,
    enum dtype type, struct source_range type_range,
    struct ast_expression *operand, struct source_range range);
struct ast_expression *parser_build_unary(struct parser_context *context,
    enum ast_operator operator, struct ast_expression * operand,
    struct source_range operator_range);
struct ast_expression *parser_build_binary(struct parser_context *context,
    enum ast_operator operator, struct ast_expression * left,
    struct ast_expression *right, struct source_range operator_range);
struct ast_expression *parser_build_select(struct parser_context *context,
    struct ast_expression *condition, struct ast_expression *yes,
    struct ast_expression *no, struct source_range operator_range);
struct ast_expression *parser_build_else(struct parser_context *context,
    struct ast_expression *access, struct ast_expression *otherwise,
    struct source_range else_range);
struct ast_expression *parser_build_reduction(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct parser_list *loops, struct ast_expression *condition,
    struct ast_expression *body, struct source_range range);
struct ast_expression **parser_build_expressions(
    struct parser_context *context, const struct parser_list *list);
struct ast_loop **parser_build_loops(
    struct parser_context *context, const struct parser_list *list);

/* ---- parser_build_schedule.c -------------------------------------------- */

const struct name *parser_build_target(struct parser_context *context,
    const struct name *before, struct source_range range);
void parser_build_schedule_begin(struct parser_context *context,
    const struct name *kernel, struct source_range kernel_range,
    const struct name *target, struct source_range target_range,
    struct ast_expression *condition);
void parser_build_schedule_end(
    struct parser_context *context, struct source_range range);
void parser_build_directive(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct ast_word_list *words, struct source_range range);
struct ast_word_list *parser_build_word_list(struct parser_context *context);
struct ast_word_list *parser_build_add_word(struct parser_context *context,
    struct ast_word_list *list, struct ast_word word);
struct ast_word parser_build_word(struct parser_context *context,
    enum ast_word_kind kind, const struct name *name, int64_t integer,
    struct source_range range);
struct ast_word parser_build_dotted(
    struct parser_context *context, struct source_range range);
struct ast_word parser_build_hole(struct parser_context *context,
    const struct parser_list *choices, struct source_range range);
struct ast_word parser_build_layout(struct parser_context *context,
    struct ast_layout_axis axis, struct source_range range);
struct ast_layout_axis parser_build_axis(struct parser_context *context,
    struct ast_expression *extent, struct source_range range);
struct ast_layout_axis parser_build_axis_at(struct parser_context *context,
    int64_t position, int64_t block, bool is_inner, struct source_range range);
struct ast_layout_axis parser_build_axis_hole(struct parser_context *context,
    struct ast_expression *extent, int64_t position, struct ast_word hole,
    bool is_inner, struct source_range range);

/* ---- parser_limits.c ---------------------------------------------------- */

/* Report (E0001) the first expression or statement nested too deeply for the
 * recursive passes; false if there is one. */
bool parser_limits_check(
    struct compilation *c, const struct ast_program *program);

#endif
