/* Evaluation of values: as trees, or as tapes that visit shared operands
 * once.
 */
#include "base/vector.h"
#include "value/value.h"

enum { MAX_RANK = 64 };

/* Does the operation leave some operands unevaluated? */
static bool is_lazy(const struct value *value)
{
    bool is_logic =
        value->kind == VALUE_OPERATION &&
        (value->operation == VALUE_AND || value->operation == VALUE_OR);
    bool is_select =
        value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT;
    return is_select || (is_logic && value->type == DTYPE_BOOL);
}

/* Of a lazy operation whose first operand is "first": the operand that gives
 * the result. */
static int choose_operand(const struct value *value, struct scalar first)
{
    if (value->operation == VALUE_SELECT)
        return first.integer ? 1 : 2;
    return (value->operation == VALUE_OR) == (first.integer != 0) ? 0 : 1;
}

/* Evaluate the index and load. */
static struct scalar evaluate_load(
    const struct value *value, const struct evaluation *evaluation)
{
    int64_t index[MAX_RANK];
    for (int i = 0; i < value->n_index && i < MAX_RANK; i++)
        index[i] = affine_evaluate(value->index[i], evaluation->values);
    return evaluation->load(evaluation->user, value, index);
}

/* One lane of a window over two registers. */
static struct scalar evaluate_shift(
    const struct value *value, const struct evaluation *evaluation)
{
    const struct array *low = value->operands[0]->array;
    const struct array *high = value->operands[1]->array;
    int lane = value->lanes
                   ? value->lanes[evaluation->lane]
                   : value->stride * evaluation->lane + value->amount;
    if (lane < low->n_lanes)
        return evaluation->load_lane(evaluation->user, low, lane);
    return evaluation->load_lane(evaluation->user, high, lane - low->n_lanes);
}

/* A node, its operands known ("operands" is unused by leaves). */
static struct scalar evaluate_node(const struct value *value,
    const struct scalar *operands, const struct evaluation *evaluation)
{
    struct scalar result = {value->real, value->integer};
    switch (value->kind) {
    case VALUE_REAL:
    case VALUE_INTEGER:
        return result;
    case VALUE_INDEX:
        result.integer = affine_evaluate(value->affine, evaluation->values);
        return result;
    case VALUE_LOAD:
        return evaluate_load(value, evaluation);
    case VALUE_PREDICATE:
        result.integer = guard_evaluate(value->guard, evaluation->values);
        return result;
    case VALUE_OPERATION:
        return value_compute(value, operands, evaluation->fused);
    case VALUE_CONVERT:
        return scalar_convert(
            operands[0], value->operands[0]->type, value->type);
    case VALUE_SHIFT:
        return evaluate_shift(value, evaluation);
    }
    return result;
}

struct scalar value_evaluate(
    const struct value *value, const struct evaluation *evaluation)
{
    struct scalar operands[3] = {{0, 0}, {0, 0}, {0, 0}};
    if (is_lazy(value)) {
        operands[0] = value_evaluate(value->operands[0], evaluation);
        int chosen = choose_operand(value, operands[0]);
        return chosen == 0
                   ? operands[0]
                   : value_evaluate(value->operands[chosen], evaluation);
    }
    int n = value->kind == VALUE_SHIFT ? 0 : value->n_operands;
    for (int i = 0; i < n; i++)
        operands[i] = value_evaluate(value->operands[i], evaluation);
    return evaluate_node(value, operands, evaluation);
}

/* ---- Tapes ------------------------------------------------------------- */

/* The step of a node, or -1. */
static int find_step(const struct value_tape *tape, const struct value *node)
{
    for (int i = tape->n - 1; i >= 0; i--)
        if (tape->steps[i].node == node)
            return i;
    return -1;
}

/* Append a node after its operands, once; its step. */
static int add_step(
    struct arena *arena, struct value_tape *tape, const struct value *node)
{
    int found = find_step(tape, node);
    if (found >= 0)
        return found;
    struct value_step step = {.node = node};
    int n = node->kind == VALUE_SHIFT ? 0 : node->n_operands;
    for (int i = 0; i < n; i++)
        step.operands[i] = add_step(arena, tape, node->operands[i]);
    step.n_operands = n;
    step.is_lazy = is_lazy(node);
    if (tape->n == tape->capacity)
        tape->steps = vector_grow(
            arena, tape->steps, tape->n, &tape->capacity, sizeof *tape->steps);
    tape->steps[tape->n] = step;
    return tape->n++;
}

struct value_tape *value_tape_new(
    struct arena *arena, const struct value *value)
{
    struct value_tape *tape = ARENA_NEW(arena, struct value_tape);
    add_step(arena, tape, value);
    return tape;
}

/* The result of a step, computed once for each round. */
static struct scalar run_step(
    struct value_tape *tape, int i, const struct evaluation *evaluation)
{
    struct value_step *step = &tape->steps[i];
    struct scalar operands[3] = {{0, 0}, {0, 0}, {0, 0}};
    if (step->round == tape->round)
        return step->result;
    step->round = tape->round;
    if (step->is_lazy) {
        operands[0] = run_step(tape, step->operands[0], evaluation);
        int chosen = choose_operand(step->node, operands[0]);
        return step->result =
                   run_step(tape, step->operands[chosen], evaluation);
    }
    for (int k = 0; k < step->n_operands; k++)
        operands[k] = run_step(tape, step->operands[k], evaluation);
    return step->result = evaluate_node(step->node, operands, evaluation);
}

struct scalar value_tape_evaluate(
    struct value_tape *tape, const struct evaluation *evaluation)
{
    tape->round++;
    return run_step(tape, tape->n - 1, evaluation);
}
