/* Runs scanner and grammar over a source. */
#include "parser/parser.h"

#include "parser/parser_build.h"

#include "grammar.h"

#include "lexer.h"

enum { MOST_BYTES = 16 << 20 };

/* Run the grammar; what it built is in "context". */
static bool run_grammar(struct parser_context *context)
{
    struct compilation *c = context->c;
    const struct source *source = context->source;
    int n_errors = diag_n_errors(c->diag);
    if (source->length > MOST_BYTES) {
        diag_error(c->diag, (struct source_range){source, 0, 0}, DIAG_E0001,
            "the file has %zu bytes, more than 16 MiB", source->length);
        return false;
    }
    if (parser_yylex_init_extra(context, &context->scanner) != 0) {
        diag_internal(c->diag, ((struct source_range){source, 0, 0}),
            "no memory for the scanner");
        return false;
    }
    YY_BUFFER_STATE buffer = parser_yy_scan_bytes(
        source->text, (int)source->length, context->scanner);
    (void)parser_yyparse(context);
    parser_yy_delete_buffer(buffer, context->scanner);
    parser_yylex_destroy(context->scanner);
    return diag_n_errors(c->diag) == n_errors;
}

/* A context to parse "source" with. */
static struct parser_context *make_context(
    struct compilation *c, const struct source *source)
{
    struct parser_context *context =
        ARENA_NEW(c->scratch, struct parser_context);
    context->c = c;
    context->source = source;
    context->skip_brackets = -1;
    return context;
}

struct ast_program *parser_parse(
    struct compilation *c, const struct source *source)
{
    struct parser_context *context = make_context(c, source);
    struct ast_program *program = ARENA_NEW(c->arena, struct ast_program);
    if (!run_grammar(context))
        return NULL;
    if (context->kernels.n == 0 && context->externs.n == 0) {
        diag_error(c->diag, (struct source_range){source, 0, 0}, DIAG_E0105,
            "no kernel in this file");
        return NULL;
    }
    program->source = source;
    program->n_kernels = context->kernels.n;
    program->kernels = context->kernels.at;
    program->n_schedules = context->schedules.n;
    program->schedules = context->schedules.at;
    program->n_externs = context->externs.n;
    program->externs = context->externs.at;
    return parser_limits_check(c, program) ? program : NULL;
}

bool parser_parse_schedules(struct compilation *c, struct ast_program *program,
    const struct source *source)
{
    struct parser_context *context = make_context(c, source);
    context->is_schedules_only = true;
    if (!run_grammar(context))
        return false;
    int n = program->n_schedules + context->schedules.n;
    struct ast_schedule **all = ARENA_ARRAY(c->arena, n, struct ast_schedule *);
    for (int i = 0; i < n; i++)
        all[i] = i < program->n_schedules
                     ? program->schedules[i]
                     : context->schedules.at[i - program->n_schedules];
    program->n_schedules = n;
    program->schedules = all;
    return parser_limits_check(c, program);
}
