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

/* The passes for a GPU: vectors are copies in a thread there, so those about
 * lanes are not among them. */
static bool build_for_gpu(struct compilation *c,
    const struct schedule *schedule, struct loop_program *program)
{
    return loop_whole(c, program) && loop_verify(c, program, "loop_whole") &&
           loop_unroll(c, program) && loop_check_stack(c, program) &&
           loop_verify(c, program, "loop_unroll") &&
           loop_simplify(c, program) &&
           loop_verify(c, program, "loop_simplify") &&
           loop_reduce(c, schedule, program) &&
           loop_verify(c, program, "loop_reduce") && loop_keep(c, program) &&
           loop_verify(c, program, "loop_keep") && loop_promote(c, program) &&
           loop_verify(c, program, "loop_promote") && loop_ahead(c, program) &&
           loop_verify(c, program, "loop_ahead") && loop_barrier(c, program) &&
           loop_verify(c, program, "loop_barrier") && loop_batch(c, program) &&
           loop_verify(c, program, "loop_batch");
}

/* The passes for a CPU. */
static bool build_for_cpu(struct compilation *c, struct loop_program *program)
{
    if (!loop_flatten(c, program) || !loop_verify(c, program, "loop_flatten"))
        return false;
    if (!loop_unroll(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_unroll"))
        return false;
    if (!loop_align(c, program) || !loop_verify(c, program, "loop_align"))
        return false;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return false;
    if (!loop_keep(c, program) || !loop_verify(c, program, "loop_keep"))
        return false;
    if (!loop_split(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_split"))
        return false;
    if (!loop_hoist(c, program) || !loop_verify(c, program, "loop_hoist"))
        return false;
    if (!loop_border(c, program) || !loop_verify(c, program, "loop_border"))
        return false;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return false;
    if (!loop_permute(c, program) || !loop_verify(c, program, "loop_permute"))
        return false;
    if (!loop_blend(c, program) || !loop_verify(c, program, "loop_blend"))
        return false;
    if (!loop_promote(c, program) || !loop_verify(c, program, "loop_promote"))
        return false;
    if (!loop_accumulate(c, program) ||
        !loop_verify(c, program, "loop_accumulate"))
        return false;
    if (!loop_stream(c, program) || !loop_verify(c, program, "loop_stream"))
        return false;
    if (!loop_interleave(c, program) ||
        !loop_verify(c, program, "loop_interleave"))
        return false;
    if (!loop_window(c, program) || !loop_verify(c, program, "loop_window"))
        return false;
    if (!loop_transpose(c, program) ||
        !loop_verify(c, program, "loop_transpose"))
        return false;
    if (!loop_pipeline(c, program) || !loop_verify(c, program, "loop_pipeline"))
        return false;
    if (!loop_prefetch(c, program) || !loop_verify(c, program, "loop_prefetch"))
        return false;
    return true;
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
    if (!(program->n_threads ? build_for_gpu(c, schedule, program)
                             : build_for_cpu(c, program)))
        return NULL;
    if (schedule->source && !check_weight(c, program))
        return NULL;
    program->scopes = NULL;
    program->in_registers = NULL;
    program->is_streamed = NULL;
    loop_foreach(program->body, finish_node, NULL);
    return program;
}
