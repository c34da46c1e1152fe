/* Names to declarations: scopes, duplicates, "did you mean". */
#include "parser/parser_check.h"

#include <string.h>

enum { MOST_NAMES = 1000, GUESS_DISTANCE = 2 };

/* A name that can be used from here on. */
struct entry {
    const struct name *name;
    struct source_range range;
    struct ast_declared declared;
};

/* The names in force, innermost last. "is_any_order": sizes may be used
 * before they are declared (in require). */
struct scope {
    struct compilation *c;
    bool is_any_order;
    bool is_ok;
    VECTOR(struct entry) entries;
};

void parser_hint_guess(struct diag *diag, const char *guess)
{
    if (guess)
        diag_hint(diag, "Did you mean '%s'?", guess);
}

const char *parser_guess_nearer(
    const char *wanted, const char *best, const char *name)
{
    int limit = strlen(wanted) > 3 ? GUESS_DISTANCE : 1;
    int distance = name_distance(wanted, name, limit);
    if (strlen(wanted) < 2 || distance > limit)
        return best;
    if (best && name_distance(wanted, best, limit) <= distance)
        return best;
    return name;
}

/* The range of a name that begins "range". */
static struct source_range cut_name(
    struct source_range range, const struct name *name)
{
    range.end = range.begin + (uint32_t)name->length;
    return range;
}

/* The entry of a name, or NULL. */
static const struct entry *find(
    const struct scope *scope, const struct name *name)
{
    for (int i = scope->entries.n - 1; i >= 0; i--)
        if (scope->entries.at[i].name == name)
            return &scope->entries.at[i];
    return NULL;
}

/* Declare a name; one that is in force already is an error. */
static void declare(struct scope *scope, const struct name *name,
    struct source_range range, struct ast_declared declared)
{
    const struct entry *first = find(scope, name);
    struct entry entry = {name, cut_name(range, name), declared};
    if (first) {
        diag_error(scope->c->diag, entry.range, DIAG_E0201,
            "'%s' is defined twice", name->text);
        diag_note(scope->c->diag, first->range, "first defined here");
        scope->is_ok = false;
        return;
    }
    if (scope->entries.n == MOST_NAMES) {
        diag_error(scope->c->diag, entry.range, DIAG_E0001,
            "more than %d names in one kernel", MOST_NAMES);
        scope->is_ok = false;
    }
    if (scope->entries.n <= MOST_NAMES)
        VECTOR_PUSH(scope->c->scratch, &scope->entries, entry);
}

/* Report a name that is not in force. */
static void report_unknown(
    struct scope *scope, const struct name *name, struct source_range range)
{
    const char *guess = NULL;
    for (int i = scope->entries.n - 1; i >= 0; i--)
        guess = parser_guess_nearer(
            name->text, guess, scope->entries.at[i].name->text);
    diag_error(
        scope->c->diag, range, DIAG_E0202, "unknown name '%s'", name->text);
    if (strcmp(name->text, "nan") == 0 || strcmp(name->text, "inf") == 0)
        diag_hint(scope->c->diag,
            "No literal is infinite or not a number; an empty max is -inf.");
    else
        parser_hint_guess(scope->c->diag, guess);
    scope->is_ok = false;
}

/* Look a name up that is used at "range". */
static struct ast_declared look_up(
    struct scope *scope, const struct name *name, struct source_range range)
{
    const struct entry *entry = find(scope, name);
    if (!entry) {
        report_unknown(scope, name, range);
        return (struct ast_declared){AST_DECLARED_NONE, {NULL}};
    }
    if (entry->range.begin > range.begin && !scope->is_any_order) {
        diag_error(scope->c->diag, range, DIAG_E0202,
            "'%s' is used before it is declared", name->text);
        diag_note(scope->c->diag, entry->range, "declared here");
        scope->is_ok = false;
    }
    return entry->declared;
}

static void resolve(struct scope *scope, struct ast_expression *expression);

/* Declare loops one after the other; a bound may use those before it. */
static void resolve_loops(struct scope *scope, int n_loops,
    struct ast_loop *const *loops, struct ast_expression *condition)
{
    for (int i = 0; i < n_loops; i++) {
        struct ast_declared declared = {.kind = AST_DECLARED_LOOP};
        declared.loop = loops[i];
        if (loops[i]->lower)
            resolve(scope, loops[i]->lower);
        resolve(scope, loops[i]->upper);
        declare(scope, loops[i]->name, loops[i]->range, declared);
    }
    if (condition)
        resolve(scope, condition);
}

/* Look up which function a call means. */
static void resolve_call(struct scope *scope, struct ast_expression *call)
{
    const char *guess = NULL;
    for (int i = 0; i < AST_N_FUNCTIONS; i++) {
        const char *name = ast_function_name((enum ast_function)i);
        if (strcmp(name, call->name->text) == 0) {
            call->function = (enum ast_function)i;
            if (i >= AST_CLAMP)
                call->kind = AST_BORDER;
            return;
        }
        guess = parser_guess_nearer(call->name->text, guess, name);
    }
    const struct entry *entry = find(scope, call->name);
    diag_error(scope->c->diag, call->token_range, DIAG_E0202,
        entry ? "'%s' is not a function" : "unknown function '%s'",
        call->name->text);
    if (strcmp(call->name->text, "sum") == 0 ||
        strcmp(call->name->text, "prod") == 0)
        diag_hint(scope->c->diag, "Write %s(k in K) e.", call->name->text);
    else if (!entry)
        parser_hint_guess(scope->c->diag, guess);
    scope->is_ok = false;
}

/* Look up which reduction is meant; declare its loops while inside. */
static void resolve_reduction(
    struct scope *scope, struct ast_expression *expression)
{
    const char *guess = NULL;
    int n_entries = scope->entries.n;
    bool is_known = false;
    for (int i = AST_SUM; i <= AST_MAX_OF && !is_known; i++) {
        const char *name = ast_reduction_name((enum ast_reduction)i);
        is_known = strcmp(name, expression->name->text) == 0;
        if (is_known)
            expression->reduction = (enum ast_reduction)i;
        guess = parser_guess_nearer(expression->name->text, guess, name);
    }
    if (!is_known) {
        diag_error(scope->c->diag, expression->token_range, DIAG_E0202,
            "unknown reduction '%s', expected sum, prod, min or max",
            expression->name->text);
        parser_hint_guess(scope->c->diag, guess);
        scope->is_ok = false;
    }
    resolve_loops(
        scope, expression->n_loops, expression->loops, expression->condition);
    resolve(scope, expression->operands[0]);
    scope->entries.n = n_entries;
}

/* Resolve all names of an expression. */
static void resolve(struct scope *scope, struct ast_expression *expression)
{
    if (expression->kind == AST_REDUCTION) {
        resolve_reduction(scope, expression);
        return;
    }
    if (expression->kind == AST_CALL)
        resolve_call(scope, expression);
    if (expression->kind == AST_NAME || expression->kind == AST_ACCESS) {
        expression->declared = look_up(scope, expression->name,
            cut_name(expression->token_range, expression->name));
        if (expression->declared.kind == AST_DECLARED_TENSOR)
            expression->tensor = expression->declared.tensor;
    }
    for (int i = 0; i < expression->n_operands; i++)
        resolve(scope, expression->operands[i]);
}

/* Resolve a statement. */
static void resolve_statement(
    struct scope *scope, struct ast_statement *statement)
{
    int n_entries = scope->entries.n;
    if (diag_is_full(scope->c->diag))
        return;
    if (statement->kind == AST_FOR)
        resolve_loops(
            scope, statement->n_loops, statement->loops, statement->condition);
    if (statement->target)
        resolve(scope, statement->target);
    if (statement->value)
        resolve(scope, statement->value);
    for (int i = 0; i < statement->n_body; i++)
        resolve_statement(scope, statement->body[i]);
    scope->entries.n = n_entries;
    if (statement->kind == AST_DECLARE) {
        struct ast_declared declared = {.kind = AST_DECLARED_SCALAR};
        declared.scalar = statement->scalar;
        declare(
            scope, statement->scalar->name, statement->scalar->range, declared);
    }
}

/* Declare the parameters. */
static void declare_parameters(
    struct scope *scope, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];
        struct ast_declared declared = {.kind = AST_DECLARED_PARAMETER};
        struct source_range range = cut_name(parameter->range, parameter->name);
        declared.parameter = parameter;
        declare(scope, parameter->name, range, declared);
        if (!parser_names_check_argument(scope->c, parameter->name, range))
            scope->is_ok = false;
    }
}

/* Declare the sizes. */
static void declare_sizes(struct scope *scope, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_sizes; i++) {
        struct ast_declared declared = {.kind = AST_DECLARED_SIZE};
        declared.size = kernel->sizes[i];
        declare(
            scope, kernel->sizes[i]->name, kernel->sizes[i]->range, declared);
    }
}

/* Declare the tensors. */
static void declare_tensors(
    struct scope *scope, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_tensors; i++) {
        const struct ast_tensor *tensor = kernel->tensors[i];
        struct ast_declared declared = {.kind = AST_DECLARED_TENSOR};
        struct source_range range = cut_name(tensor->range, tensor->name);
        declared.tensor = tensor;
        declare(scope, tensor->name, range, declared);
        if (tensor->direction != AST_LOCAL &&
            !parser_names_check_argument(scope->c, tensor->name, range))
            scope->is_ok = false;
    }
}

bool parser_resolve(struct compilation *c, struct ast_kernel *kernel)
{
    struct scope scope = {.c = c, .is_ok = true};
    declare_parameters(&scope, kernel);
    declare_sizes(&scope, kernel);
    declare_tensors(&scope, kernel);
    scope.is_any_order = true;
    for (int i = 0; i < kernel->n_requires; i++)
        resolve(&scope, kernel->requires[i]);
    scope.is_any_order = false;
    for (int i = 0; i < kernel->n_sizes; i++)
        resolve(&scope, kernel->sizes[i]->value);
    for (int i = 0; i < kernel->n_tensors; i++)
        for (int j = 0; j < kernel->tensors[i]->n_dimensions; j++)
            resolve(&scope, kernel->tensors[i]->extents[j]);
    for (int i = 0; i < kernel->n_body; i++)
        resolve_statement(&scope, kernel->body[i]);
    return scope.is_ok;
}

bool parser_resolve_condition(struct compilation *c,
    const struct ast_kernel *kernel, struct ast_expression *condition)
{
    struct scope scope = {.c = c, .is_ok = true, .is_any_order = true};
    declare_parameters(&scope, kernel);
    declare_sizes(&scope, kernel);
    resolve(&scope, condition);
    return scope.is_ok;
}
