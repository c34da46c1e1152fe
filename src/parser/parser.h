/* Text to typed syntax tree.
 *
 * Files: parser.c (runs scanner and grammar); parser_scan.c (what the scanner's
 * rules do), parser_syntax.c (wording of syntax errors), parser_build.c,
 * parser_build_expression.c, parser_build_schedule.c (what the grammar's
 * actions do), parser_limits.c (depth of the tree); parser_define.c (-D);
 * parser_check.c (declarations, statements), parser_names.c (names a header
 * can take), parser_resolve.c (names to declarations), parser_affine.c
 * (indices, bounds, conditions), parser_value.c (types of values),
 * parser_literal.c (literals), parser_require.c (conditions and extents that
 * are constants), parser_directive.c (arguments of directives). The scanner
 * and the grammar are lang/lexer.l and lang/grammar.y.
 */
#ifndef TAPC_PARSER_PARSER_H
#define TAPC_PARSER_PARSER_H

#include "ast/ast.h"

/* Parse a file. NULL after reporting at least one error. */
struct ast_program *parser_parse(
    struct compilation *c, const struct source *source);

/* The same for a file of schedules only (--schedule=FILE, NAME.tapc): its
 * schedules are appended to "program". */
bool parser_parse_schedules(struct compilation *c, struct ast_program *program,
    const struct source *source);

/* -D NAME=VALUE: give a parameter its value in every kernel that has one.
 * Reports (E0202, with "did you mean") a name no kernel has and (E0208) a
 * value outside the parameter's set. "range" is unknown (NULL source). */
bool parser_define(struct compilation *c, struct ast_program *program,
    const char *name, int64_t value);

/* Resolve names, check and fill in types. False after reporting. */
bool parser_check(struct compilation *c, struct ast_program *program);

#endif
