/* Checks a whole program: declarations, statements, schedules. Types of
 * expressions are in parser_value.c.
 */
#include "parser/parser.h"

#include "parser/parser_check.h"

#include <string.h>

enum { MOST_KERNELS = 1000, MOST_SCHEDULES = 1000 };

/* The name at the start of a range. */
static struct source_range cut_name(
    struct source_range range, const struct name *name)
{
    range.end = range.begin + (uint32_t)name->length;
    return range;
}

/* Sizes are affine; remember those that are constants. */
static bool check_sizes(struct parser_checker *checker)
{
    bool is_ok = true;
    for (int i = 0; i < checker->kernel->n_sizes; i++) {
        struct ast_size *size = checker->kernel->sizes[i];
        struct parser_size known = {size, {false, 0, 0}};
        if (!parser_affine_check(checker, size->value, "a size"))
            is_ok = false;
        else
            known.constant = parser_affine_evaluate(checker, size->value);
        VECTOR_PUSH(checker->c->scratch, &checker->sizes, known);
    }
    return is_ok;
}

/* A tensor without dimensions is an argument passed by value. */
static bool check_scalar_argument(
    struct parser_checker *checker, const struct ast_tensor *tensor)
{
    struct diag *diag = checker->c->diag;
    const char *name = tensor->name->text;
    if (tensor->is_strided) {
        diag_error(diag, tensor->range, DIAG_E0204,
            "'%s' is a scalar and has no strides", name);
        return false;
    }
    if (tensor->direction == AST_IN)
        return true;
    diag_error(diag, tensor->range, DIAG_E0207,
        "'%s' has no dimensions, only an 'in' can be a scalar", name);
    if (tensor->direction == AST_LOCAL)
        diag_hint(diag, "Declare it where it is used: %s %s = ...;",
            dtype_name(tensor->type), name);
    else
        diag_hint(diag, "Declare %s[1] and write %s[0].", name, name);
    return false;
}

/* Extents are affine. */
static bool check_tensor(
    struct parser_checker *checker, const struct ast_tensor *tensor)
{
    bool is_ok = true;
    if (tensor->n_dimensions == 0)
        return check_scalar_argument(checker, tensor);
    if (tensor->direction == AST_LOCAL && tensor->is_strided) {
        diag_error(checker->c->diag, tensor->range, DIAG_E0204,
            "'%s' is local, only arguments can be strided", tensor->name->text);
        is_ok = false;
    }
    for (int i = 0; i < tensor->n_dimensions; i++)
        if (!parser_affine_check(checker, tensor->extents[i], "an extent"))
            is_ok = false;
    return is_ok;
}

/* Report that a name cannot be assigned, with its declaration. */
static bool refuse_target(struct parser_checker *checker,
    const struct ast_expression *target, const char *what,
    struct source_range declared)
{
    diag_error(checker->c->diag, target->range, DIAG_E0207,
        "'%s' is %s and cannot be assigned", target->name->text, what);
    diag_note(
        checker->c->diag, cut_name(declared, target->name), "declared here");
    return false;
}

/* May the target be assigned? Its type is filled in. */
static bool check_target(
    struct parser_checker *checker, struct ast_expression *target)
{
    const struct ast_declared *declared = &target->declared;
    switch (declared->kind) {
    case AST_DECLARED_NONE:
        return false;
    case AST_DECLARED_PARAMETER:
        return refuse_target(
            checker, target, "a parameter", declared->parameter->range);
    case AST_DECLARED_SIZE:
        return refuse_target(checker, target, "a size", declared->size->range);
    case AST_DECLARED_LOOP:
        return refuse_target(checker, target, "a loop", declared->loop->range);
    case AST_DECLARED_TENSOR:
        if (declared->tensor->direction == AST_IN)
            return refuse_target(
                checker, target, "an input", declared->tensor->range);
        break;
    case AST_DECLARED_SCALAR:
        break;
    }
    if (target->kind == AST_ACCESS && declared->kind == AST_DECLARED_TENSOR) {
        for (int i = 0; i < target->n_operands; i++)
            if (target->operands[i]->kind == AST_BORDER) {
                diag_error(checker->c->diag, target->operands[i]->range,
                    DIAG_E0211, "'%s' stands only where a tensor is read",
                    target->operands[i]->name->text);
                return false;
            }
        return parser_value_check_access(checker, target);
    }
    return parser_value_check(checker, target);
}

/* "target op value;". An update computes in the arithmetic type of the
 * target; min= and max= choose one of both values. */
static bool check_assign(
    struct parser_checker *checker, struct ast_statement *statement)
{
    struct ast_expression *target = statement->target;
    bool is_target_ok = check_target(checker, target);
    if (!parser_value_check(checker, statement->value) || !is_target_ok)
        return false;
    bool is_arithmetic = statement->assignment == AST_ACCUMULATE ||
                         statement->assignment == AST_SCALE;
    if (is_arithmetic && dtype_is_integer(target->type) &&
        target->type != dtype_arithmetic(target->type)) {
        diag_error(checker->c->diag, statement->range, DIAG_E0203,
            "'%s' computes in i32, which cannot be stored into %s without a "
            "cast",
            ast_assignment_text(statement->assignment),
            dtype_name(target->type));
        diag_hint(checker->c->diag,
            "Accumulate in an i32 scalar and store %s(...) of it.",
            dtype_name(target->type));
        return false;
    }
    return parser_value_check_store(checker, target->type, statement->value);
}

/* A statement and all below it. */
static bool check_statement(
    struct parser_checker *checker, struct ast_statement *statement)
{
    bool is_ok = true;
    if (diag_is_full(checker->c->diag))
        return false;
    switch (statement->kind) {
    case AST_FOR:
        is_ok = parser_value_check_loops(checker, statement->n_loops,
            statement->loops, statement->condition);
        break;
    case AST_ASSIGN:
        is_ok = check_assign(checker, statement);
        break;
    case AST_DECLARE:
        is_ok = parser_value_check(checker, statement->value) &&
                parser_value_check_store(
                    checker, statement->scalar->type, statement->value);
        break;
    case AST_BLOCK:
        break;
    }
    for (int i = 0; i < statement->n_body; i++)
        if (!check_statement(checker, statement->body[i]))
            is_ok = false;
    return is_ok;
}

/* Conditions of the kernel's schedules are of its parameters and sizes. */
static bool check_conditions(
    struct parser_checker *checker, const struct ast_program *program)
{
    bool is_ok = true;
    for (int i = 0; i < program->n_schedules; i++) {
        struct ast_schedule *schedule = program->schedules[i];
        if (schedule->kernel_name == checker->kernel->name &&
            schedule->condition)
            is_ok &=
                parser_resolve_condition(
                    checker->c, checker->kernel, schedule->condition) &&
                parser_affine_check_condition(checker, schedule->condition);
    }
    return is_ok;
}

/* A kernel, and the conditions of its schedules. */
static bool check_kernel(struct compilation *c, struct ast_kernel *kernel,
    const struct ast_program *program)
{
    struct parser_checker checker = {.c = c, .kernel = kernel};
    bool is_ok = parser_names_check_kernel(c, kernel->name, kernel->name_range);
    is_ok &= parser_resolve(c, kernel);
    is_ok &= check_sizes(&checker);
    for (int i = 0; i < kernel->n_tensors; i++)
        is_ok &= check_tensor(&checker, kernel->tensors[i]);
    for (int i = 0; i < kernel->n_requires; i++)
        is_ok &= parser_affine_check_condition(&checker, kernel->requires[i]);
    if (is_ok)
        is_ok &= parser_require_check(&checker) &&
                 check_conditions(&checker, program);
    for (int i = 0; i < kernel->n_body; i++)
        is_ok &= check_statement(&checker, kernel->body[i]);
    return is_ok;
}

/* Does the object's symbol "other" begin with "kernel" and a suffix the
 * header uses? */
static bool is_derived(const struct name *kernel, const struct name *other)
{
    static const char *const suffixes[] = {
        "workspace", "parallel", "cuda", "cuda_load", "cuda_unload", "naive"};
    if (other->length <= kernel->length + 1 ||
        memcmp(other->text, kernel->text, kernel->length) != 0 ||
        other->text[kernel->length] != '_')
        return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strcmp(other->text + kernel->length + 1, suffixes[i]) == 0)
            return true;
    return false;
}

/* Two kernels have different names, also with the suffixes of the header. */
static bool check_kernel_names(
    struct compilation *c, const struct ast_program *program)
{
    bool is_ok = true;
    for (int i = 0; i < program->n_kernels; i++)
        for (int j = 0; j < program->n_kernels; j++) {
            const struct ast_kernel *one = program->kernels[i];
            const struct ast_kernel *two = program->kernels[j];
            bool is_same = j < i && one->name == two->name;
            if (!is_same && (i == j || !is_derived(two->name, one->name)))
                continue;
            if (is_same)
                diag_error(c->diag, one->name_range, DIAG_E0201,
                    "kernel '%s' is defined twice", one->name->text);
            else
                diag_error(c->diag, one->name_range, DIAG_E0201,
                    "'%s' is a name that kernel '%s' makes", one->name->text,
                    two->name->text);
            diag_note(c->diag, two->name_range, "first defined here");
            is_ok = false;
        }
    return is_ok;
}

/* The kernel a schedule is for exists. */
static bool check_schedule_kernel(struct compilation *c,
    const struct ast_program *program, const struct ast_schedule *schedule)
{
    const char *guess = NULL;
    for (int i = 0; i < program->n_kernels; i++) {
        const struct name *name = program->kernels[i]->name;
        if (name == schedule->kernel_name)
            return true;
        guess =
            parser_guess_nearer(schedule->kernel_name->text, guess, name->text);
    }
    diag_error(c->diag, schedule->kernel_range, DIAG_E0401,
        "a schedule for '%s', but there is no such kernel",
        schedule->kernel_name->text);
    if (!guess && program->n_kernels == 1)
        guess = program->kernels[0]->name->text;
    parser_hint_guess(c->diag, guess);
    return false;
}

/* Are both for the same sizes, as it is written? */
static bool is_same_condition(
    const struct ast_expression *a, const struct ast_expression *b)
{
    return a && b ? ast_expression_is_equal(a, b) : a == b;
}

/* One schedule for a kernel, target and condition. */
static bool check_schedule_twice(
    struct compilation *c, const struct ast_program *program, int position)
{
    const struct ast_schedule *schedule = program->schedules[position];
    for (int i = 0; i < position; i++) {
        const struct ast_schedule *other = program->schedules[i];
        if (other->kernel_name != schedule->kernel_name ||
            other->target != schedule->target ||
            !is_same_condition(other->condition, schedule->condition))
            continue;
        diag_error(c->diag, schedule->target_range, DIAG_E0404,
            "a second schedule of '%s' for %s", schedule->kernel_name->text,
            schedule->target->text);
        diag_note(c->diag, other->target_range, "first defined here");
        return false;
    }
    return true;
}

/* A kernel a schedule was tuned for is still the same. */
static bool check_tuned(struct compilation *c, const struct ast_kernel *kernel,
    const struct ast_schedule *schedule)
{
    const char *hash = ast_hash_kernel(c->scratch, kernel);
    for (int i = 0; i < schedule->n_directives; i++) {
        const struct ast_directive *directive = schedule->directives[i];
        if (directive->kind != AST_DIRECTIVE_TUNED ||
            directive->words[0].kind != AST_WORD_NAME ||
            strcmp(directive->words[0].name->text + 1, hash) == 0)
            continue;
        diag_error(c->diag, directive->range, DIAG_E0405,
            "kernel '%s' is not what this schedule was tuned for",
            kernel->name->text);
        diag_note(c->diag, kernel->name_range, "its hash is h%s now", hash);
        diag_hint(c->diag,
            "Run 'tapc tune' again; or delete this line to keep the schedule, "
            "or compile with --no-tuned.");
        return false;
    }
    return true;
}

/* Schedules and kernels are of one time. */
static bool check_all_tuned(
    struct compilation *c, const struct ast_program *program)
{
    bool is_ok = true;
    for (int i = 0; i < program->n_schedules; i++)
        for (int j = 0; j < program->n_kernels; j++)
            if (program->kernels[j]->name == program->schedules[i]->kernel_name)
                is_ok &=
                    check_tuned(c, program->kernels[j], program->schedules[i]);
    return is_ok;
}

/* There are not too many of anything. */
static bool check_counts(
    struct compilation *c, const struct ast_program *program)
{
    struct source_range start = {program->source, 0, 0};
    if (program->n_kernels > MOST_KERNELS)
        diag_error(c->diag, start, DIAG_E0001, "more than %d kernels in a file",
            MOST_KERNELS);
    else if (program->n_schedules > MOST_SCHEDULES)
        diag_error(c->diag, start, DIAG_E0001,
            "more than %d schedules in a file", MOST_SCHEDULES);
    else
        return true;
    return false;
}

bool parser_check(struct compilation *c, struct ast_program *program)
{
    if (!check_counts(c, program))
        return false;
    bool is_ok = check_kernel_names(c, program);
    for (int i = 0; i < program->n_externs; i++) {
        diag_error(c->diag, program->externs[i]->range, DIAG_E0212,
            "extern functions ('%s') are not supported yet",
            program->externs[i]->name->text);
        is_ok = false;
    }
    for (int i = 0; i < program->n_kernels && !diag_is_full(c->diag); i++)
        is_ok &= check_kernel(c, program->kernels[i], program);
    for (int i = 0; i < program->n_schedules && !diag_is_full(c->diag); i++) {
        is_ok &= check_schedule_kernel(c, program, program->schedules[i]);
        is_ok &= check_schedule_twice(c, program, i);
        is_ok &= parser_directive_check(c, program->schedules[i]);
    }
    return is_ok && check_all_tuned(c, program);
}
