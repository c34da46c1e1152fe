/* Schedule to loop IR: the passes in order, each followed by the verifier. */
#include "loop/loop_scan.h"

/* Forget what only the passes need. */
static void finish_node(struct loop_node *node, void *user)
{
    (void)user;
    node->origin = NULL;
}

struct loop_program *loop_build(
    struct compilation *c, const struct schedule *schedule)
{
    struct loop_program *program = loop_scan(c, schedule);

    if (!program || !loop_private(c, schedule, program) ||
        !loop_verify(c, program, "loop_private"))
        return NULL;
    if (!loop_unroll(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_unroll"))
        return NULL;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return NULL;
    if (!loop_split(c, program) || !loop_check_stack(c, program) ||
        !loop_verify(c, program, "loop_split"))
        return NULL;
    if (!loop_border(c, program) || !loop_verify(c, program, "loop_border"))
        return NULL;
    if (!loop_simplify(c, program) || !loop_verify(c, program, "loop_simplify"))
        return NULL;
    if (!loop_stream(c, program) || !loop_verify(c, program, "loop_stream"))
        return NULL;
    if (!loop_deinterleave(c, program) ||
        !loop_verify(c, program, "loop_deinterleave"))
        return NULL;
    if (!loop_window(c, program) || !loop_verify(c, program, "loop_window"))
        return NULL;
    program->scopes = NULL;
    program->in_registers = NULL;
    loop_foreach(program->body, finish_node, NULL);
    return program;
}
