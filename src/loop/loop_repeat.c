/* Which iterations may run twice, so that the last vector or tile of a loop can
 * be a whole one that ends where the loop does. */
#include "loop/loop_scan.h"

/* Which arrays in memory are written and read below a node. */
struct traffic {
    const struct loop_program *program;
    const struct loop_node *loop;
    bool *written;
    bool *read;
    bool reduces;
};

/* A visit: an array that is read. */
static void note_load(const struct value *value, void *user)
{
    struct traffic *traffic = user;

    if (value->kind == VALUE_LOAD)
        traffic->read[array_base(value->array)->id] = true;
}

/* Does each iteration of the loop have a register of its own? */
static bool is_own(const struct traffic *traffic, const struct array *array)
{
    const struct schedule_node *scope;

    if (array->kind != ARRAY_REGISTER)
        return false;
    scope = traffic->program->scopes[array->id];
    return scope && schedule_is_above(traffic->loop->origin, scope);
}

/* A visit: an array that is written, and what is read for it. */
static void note_node(struct loop_node *node, void *user)
{
    struct traffic *traffic = user;

    if (node->kind != LOOP_ASSIGN)
        return;
    if (!is_own(traffic, node->array))
        traffic->written[array_base(node->array)->id] = true;
    if (node->reduce != MODEL_SET)
        traffic->reduces = true;
    value_foreach(node->value, note_load, traffic);
}

/* May an iteration run twice? Only if nothing below reads what something
 * below writes, other than what each iteration has for itself. */
bool loop_may_repeat(const struct loop_program *program, struct loop_node *loop)
{
    struct arena *arena = program->values->arena;
    int n = program->n_arrays;
    struct traffic traffic = {program, loop, ARENA_ARRAY(arena, n, bool),
        ARENA_ARRAY(arena, n, bool), false};

    loop_foreach(loop, note_node, &traffic);
    for (int i = 0; i < n; i++)
        if (traffic.written[i] && traffic.read[i])
            return false;
    return !traffic.reduces;
}

bool loop_may_overlap(
    const struct loop_program *program, struct loop_node *loop)
{
    return loop->n_lanes > 1 && loop->variable->multiple == 1 &&
           loop_may_repeat(program, loop);
}

bool loop_is_streaming(
    const struct loop_program *program, const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN)
        return loop_is_streamed(program, node->array);
    for (int i = 0; i < node->n_children; i++)
        if (loop_is_streaming(program, node->children[i]))
            return true;
    return false;
}

bool loop_moves_border(
    const struct loop_program *program, struct loop_node *loop)
{
    return program->machine && program->machine->costs->masked_store > 0 &&
           loop_may_overlap(program, loop) && !loop_is_streaming(program, loop);
}

/* Looks for loads that skip elements between lanes. */
struct skipping {
    const struct variable *lane;
    bool is_found;
};

/* A visit: one of them. */
static void find_skip(const struct value *value, void *user)
{
    struct skipping *skipping = user;

    for (int i = 0; value->kind == VALUE_LOAD && i < value->n_index; i++)
        if (affine_coefficient(value->index[i], skipping->lane) > 1)
            skipping->is_found = true;
}

/* A visit: one in a statement. */
static void find_skip_below(struct loop_node *node, void *user)
{
    struct skipping *skipping = user;

    skipping->lane = node->lane;
    if (node->kind == LOOP_ASSIGN && node->lane)
        value_foreach(node->value, find_skip, skipping);
}

bool loop_masks_cheaply(
    const struct loop_program *program, struct loop_node *loop)
{
    struct skipping skipping = {NULL, false};

    loop_foreach(loop, find_skip_below, &skipping);
    return program->machine->has_mask_registers && !skipping.is_found;
}
