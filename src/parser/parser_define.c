/* -D NAME=VALUE. */
#include "parser/parser.h"

#include "parser/parser_check.h"

static const struct source_range no_range = {NULL, 0, 0};

/* Is the value one of the parameter's? */
static bool is_allowed(const struct ast_parameter *parameter, int64_t value)
{
    if (parameter->kind != AST_PARAMETER_SET || parameter->is_open)
        return true;
    for (int i = 0; i < parameter->n_values; i++)
        if (parameter->values[i] == value)
            return true;
    return false;
}

/* Give one parameter its value. */
static bool fix(
    struct compilation *c, struct ast_parameter *parameter, int64_t value)
{
    if (!is_allowed(parameter, value)) {
        diag_error(c->diag, no_range, DIAG_E0208,
            "-D %s=%lld: the value is not in the set of '%s'",
            parameter->name->text, (long long)value, parameter->name->text);
        diag_note(c->diag, parameter->range, "declared here");
        return false;
    }
    parameter->is_fixed = true;
    parameter->value = value;
    return true;
}

/* Report a name that no kernel has as a parameter. */
static void report_unknown(
    struct compilation *c, const struct ast_program *program, const char *name)
{
    const char *guess = NULL;
    for (int i = 0; i < program->n_kernels; i++)
        for (int j = 0; j < program->kernels[i]->n_parameters; j++)
            guess = parser_guess_nearer(
                name, guess, program->kernels[i]->parameters[j]->name->text);
    diag_error(c->diag, no_range, DIAG_E0202,
        "-D %s: no kernel has a parameter of this name", name);
    parser_hint_guess(c->diag, guess);
}

bool parser_define(struct compilation *c, struct ast_program *program,
    const char *name, int64_t value)
{
    const struct name *wanted = name_of(c->names, name);
    bool is_found = false;
    for (int i = 0; i < program->n_kernels; i++)
        for (int j = 0; j < program->kernels[i]->n_parameters; j++) {
            struct ast_parameter *parameter =
                program->kernels[i]->parameters[j];
            if (parameter->name != wanted)
                continue;
            is_found = true;
            if (!fix(c, parameter, value))
                return false;
        }
    if (!is_found)
        report_unknown(c, program, name);
    return is_found;
}
