/* Schedule to loop IR: the passes in order, each followed by the verifier. */
#include "loop/loop_scan.h"

/* Forget what only the passes need. */
static void finish_node(struct loop_node *node, void *user)
{
    (void)user;
    node->origin = NULL;
}

/* What LLVM's time grows with: statements, and more so branches around single
 * ones. */
static void add_weight(struct loop_node *node, void *user)
{
    int64_t *weight = user;

    if (node->kind == LOOP_ASSIGN)
        *weight += node->guard && !node->lane ? 4 : 1;
}

/* A body the user's directives make too large to compile in seconds is refused
 * (E0003). */
static bool check_weight(struct compilation *c, struct loop_program *program)
{
    int64_t limit = 2 * (int64_t)c->options.max_unroll;
    int64_t weight = 0;

    loop_foreach(program->body, add_weight, &weight);
    if (limit <= 0 || weight <= limit)
        return true;
    diag_error(c->diag, program->kernel->name_range, DIAG_E0003,
        "unrolling kernel '%s' leaves too much to compile: %lld statements, "
        "those under a condition counted four times; the limit is %lld",
        program->name->text, (long long)weight, (long long)limit);
    diag_hint(c->diag, "See --max-unroll=N.");
    return false;
}

struct loop_program *loop_build(
    struct compilation *c, const struct schedule *schedule)
{
    struct loop_program *program = loop_scan(c, schedule);

    if (!program || !loop_private(c, schedule, program) ||
        !loop_verify(c, program, "loop_private"))
        return NULL;
    if (!loop_flatten(c, program) || !loop_verify(c, program, "loop_flatten"))
        return NULL;
    if (!loop_unroll(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_unroll"))
        return NULL;
    if (!loop_align(c, program) || !loop_verify(c, program, "loop_align"))
        return NULL;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return NULL;
    if (!loop_keep(c, program) || !loop_verify(c, program, "loop_keep"))
        return NULL;
    if (!loop_split(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_split"))
        return NULL;
    if (!loop_border(c, program) || !loop_verify(c, program, "loop_border"))
        return NULL;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return NULL;
    if (!loop_permute(c, program) || !loop_verify(c, program, "loop_permute"))
        return NULL;
    if (!loop_blend(c, program) || !loop_verify(c, program, "loop_blend"))
        return NULL;
    if (!loop_promote(c, program) || !loop_verify(c, program, "loop_promote"))
        return NULL;
    if (!loop_accumulate(c, program) ||
        !loop_verify(c, program, "loop_accumulate"))
        return NULL;
    if (!loop_stream(c, program) || !loop_verify(c, program, "loop_stream"))
        return NULL;
    if (!loop_interleave(c, program) ||
        !loop_verify(c, program, "loop_interleave"))
        return NULL;
    if (!loop_window(c, program) || !loop_verify(c, program, "loop_window"))
        return NULL;
    if (!loop_transpose(c, program) ||
        !loop_verify(c, program, "loop_transpose"))
        return NULL;
    if (!loop_prefetch(c, program) || !loop_verify(c, program, "loop_prefetch"))
        return NULL;
    if (schedule->source && !check_weight(c, program))
        return NULL;
    program->scopes = NULL;
    program->in_registers = NULL;
    program->is_streamed = NULL;
    loop_foreach(program->body, finish_node, NULL);
    return program;
}
