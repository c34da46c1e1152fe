/* Source-like text of expressions, directives and schedules. The tree of
 * --emit=ast is in ast_dump.c.
 */
#include "ast/ast.h"

/* How tightly a node binds; a node inside one of a higher level is put in
 * parentheses. */
enum level {
    LEVEL_ELSE,
    LEVEL_SELECT,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_EQUAL,
    LEVEL_LESS,
    LEVEL_SUM,
    LEVEL_REDUCTION,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_PRIMARY
};

static void print(
    struct text *text, const struct ast_expression *expression, int level);

/* The level of an operator. */
static int find_operator_level(enum ast_operator operator)
{
    switch (operator) {
    case AST_ADD:
    case AST_SUBTRACT:
        return LEVEL_SUM;
    case AST_MULTIPLY:
    case AST_DIVIDE:
    case AST_REMAINDER:
        return LEVEL_PRODUCT;
    case AST_LESS:
    case AST_LESS_EQUAL:
    case AST_GREATER:
    case AST_GREATER_EQUAL:
        return LEVEL_LESS;
    case AST_EQUAL:
    case AST_NOT_EQUAL:
        return LEVEL_EQUAL;
    case AST_AND:
        return LEVEL_AND;
    case AST_OR:
        return LEVEL_OR;
    case AST_NOT:
    case AST_NEGATE:
        return LEVEL_UNARY;
    }
    return LEVEL_PRIMARY;
}

/* The level of a node. */
static int find_level(const struct ast_expression *expression)
{
    switch (expression->kind) {
    case AST_ELSE:
        return LEVEL_ELSE;
    case AST_SELECT:
        return LEVEL_SELECT;
    case AST_UNARY:
    case AST_BINARY:
        return find_operator_level(expression->operator);
    case AST_REDUCTION:
        return LEVEL_REDUCTION;
    case AST_INTEGER:
    case AST_REAL:
    case AST_NAME:
    case AST_ACCESS:
    case AST_CAST:
    case AST_CALL:
    case AST_BORDER:
        return LEVEL_PRIMARY;
    }
    return LEVEL_PRIMARY;
}

/* A binary operation; comparisons take no comparison of their level on
 * either side. */
static void print_binary(
    struct text *text, const struct ast_expression *expression)
{
    int level = find_operator_level(expression->operator);
    bool is_comparison = level == LEVEL_EQUAL || level == LEVEL_LESS;
    bool is_tight = level == LEVEL_PRODUCT;
    print(text, expression->operands[0], is_comparison ? level + 1 : level);
    text_printf(text, is_tight ? "%s" : " %s ",
        ast_operator_text(expression->operator));
    print(text, expression->operands[1], level + 1);
}

/* The arguments of a call, in parentheses. */
static void print_arguments(
    struct text *text, const struct ast_expression *expression)
{
    text_append(text, "(");
    for (int i = 0; i < expression->n_operands; i++) {
        text_append(text, i ? ", " : "");
        print(text, expression->operands[i], LEVEL_ELSE);
    }
    text_append(text, ")");
}

/* "sum(k in K, j in 1..J if k < j) body". */
static void print_reduction(
    struct text *text, const struct ast_expression *expression)
{
    text_printf(text, "%s(", expression->name->text);
    ast_print_loops(
        text, expression->n_loops, expression->loops, expression->condition);
    text_append(text, ") ");
    print(text, expression->operands[0], LEVEL_REDUCTION);
}

/* "c ? a : b". */
static void print_select(
    struct text *text, const struct ast_expression *expression)
{
    print(text, expression->operands[0], LEVEL_OR);
    text_append(text, " ? ");
    print(text, expression->operands[1], LEVEL_SELECT);
    text_append(text, " : ");
    print(text, expression->operands[2], LEVEL_SELECT);
}

/* "x[i][j]". */
static void print_access(
    struct text *text, const struct ast_expression *expression)
{
    text_append(text, expression->name->text);
    for (int i = 0; i < expression->n_operands; i++) {
        text_append(text, "[");
        print(text, expression->operands[i], LEVEL_SELECT);
        text_append(text, "]");
    }
}

/* The node without parentheses around it. */
static void print_bare(
    struct text *text, const struct ast_expression *expression)
{
    switch (expression->kind) {
    case AST_INTEGER:
        text_printf(text, "%lld", (long long)expression->integer);
        break;
    case AST_REAL:
        text_append_real(text, expression->real);
        break;
    case AST_NAME:
        text_append(text, expression->name->text);
        break;
    case AST_ACCESS:
        print_access(text, expression);
        break;
    case AST_ELSE:
        print(text, expression->operands[0], LEVEL_SELECT);
        text_append(text, " else ");
        print(text, expression->operands[1], LEVEL_ELSE);
        break;
    case AST_UNARY:
        text_append(text, ast_operator_text(expression->operator));
        print(text, expression->operands[0], LEVEL_UNARY);
        break;
    case AST_BINARY:
        print_binary(text, expression);
        break;
    case AST_SELECT:
        print_select(text, expression);
        break;
    case AST_CAST:
        text_append(text, dtype_name(expression->type));
        print_arguments(text, expression);
        break;
    case AST_CALL:
    case AST_BORDER:
        text_append(text, expression->name->text);
        print_arguments(text, expression);
        break;
    case AST_REDUCTION:
        print_reduction(text, expression);
        break;
    }
}

/* The node, in parentheses if it binds less tightly than "level". */
static void print(
    struct text *text, const struct ast_expression *expression, int level)
{
    bool is_in_parentheses = find_level(expression) < level;
    text_append(text, is_in_parentheses ? "(" : "");
    print_bare(text, expression);
    text_append(text, is_in_parentheses ? ")" : "");
}

void ast_print_expression(
    struct text *text, const struct ast_expression *expression)
{
    print(text, expression, LEVEL_ELSE);
}

void ast_print_loops(struct text *text, int n_loops,
    struct ast_loop *const *loops, const struct ast_expression *condition)
{
    for (int i = 0; i < n_loops; i++) {
        text_printf(text, "%s%s in ", i ? ", " : "", loops[i]->name->text);
        if (loops[i]->lower) {
            print(text, loops[i]->lower, LEVEL_SELECT);
            text_append(text, "..");
        }
        print(text, loops[i]->upper, LEVEL_SELECT);
    }
    if (condition) {
        text_append(text, " if ");
        print(text, condition, LEVEL_SELECT);
    }
}

/* ---- Schedules ---------------------------------------------------------- */

static void print_words(
    struct text *text, int n_words, const struct ast_word *words);

/* "?{a, b}". */
static void print_hole(struct text *text, const struct ast_word *word)
{
    text_append(text, "?{");
    for (int i = 0; i < word->n_choices; i++) {
        text_append(text, i ? ", " : "");
        print_words(text, word->choices[i].n_words, word->choices[i].words);
    }
    text_append(text, "}");
}

/* "[C]", "[C/16]", "[#0]"; an extent that is itself a product or quotient is
 * put in parentheses before a block. */
static void print_axis(struct text *text, const struct ast_layout_axis *axis)
{
    bool is_blocked = axis->block > 0;
    const struct ast_expression *extent = axis->extent;
    bool is_division = extent && extent->kind == AST_BINARY &&
                       find_operator_level(extent->operator) == LEVEL_PRODUCT;
    text_append(text, "[");
    if (!extent)
        text_printf(text, "#%d", axis->position);
    else if (is_division)
        print(text, extent, LEVEL_PRIMARY);
    else
        print(text, extent, is_blocked ? LEVEL_PRODUCT : LEVEL_SELECT);
    if (is_blocked)
        text_append(text, axis->is_inner ? "%" : "/");
    if (is_blocked && axis->block_hole)
        print_hole(text, axis->block_hole);
    else if (is_blocked)
        text_printf(text, "%lld", (long long)axis->block);
    text_append(text, "]");
}

/* One word. */
static void print_word(struct text *text, const struct ast_word *word)
{
    switch (word->kind) {
    case AST_WORD_NAME:
        text_append(text, word->name->text);
        break;
    case AST_WORD_INTEGER:
        text_printf(text, "%lld", (long long)word->integer);
        break;
    case AST_WORD_HOLE:
        print_hole(text, word);
        break;
    case AST_WORD_LAYOUT:
        for (int i = 0; i < word->n_axes; i++)
            print_axis(text, &word->axes[i]);
        break;
    case AST_WORD_COMMA:
        text_append(text, ",");
        break;
    case AST_WORD_BAR:
        text_append(text, "|");
        break;
    }
}

/* Words with blanks between them, none before a comma. */
static void print_words(
    struct text *text, int n_words, const struct ast_word *words)
{
    for (int i = 0; i < n_words; i++) {
        if (i > 0 && words[i].kind != AST_WORD_COMMA)
            text_append(text, " ");
        print_word(text, &words[i]);
    }
}

void ast_print_directive(
    struct text *text, const struct ast_directive *directive)
{
    text_append(text, directive->name->text);
    if (directive->n_words > 0)
        text_append(text, " ");
    print_words(text, directive->n_words, directive->words);
}

void ast_print_schedule(struct text *text, const struct ast_schedule *schedule)
{
    text_printf(text, "schedule %s for %s", schedule->kernel_name->text,
        schedule->target->text);
    if (schedule->condition) {
        text_append(text, " if ");
        ast_print_expression(text, schedule->condition);
    }
    text_append(text, " {\n");
    for (int i = 0; i < schedule->n_directives; i++) {
        text_append(text, "    ");
        ast_print_directive(text, schedule->directives[i]);
        text_append(text, ";\n");
    }
    text_append(text, "}\n");
}
