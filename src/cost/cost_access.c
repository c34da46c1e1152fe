/* Addresses: how the lanes of an access lie, and how often it crosses a line.
 * Arguments are taken to begin at a line. */
#include "cost/cost_internal.h"

bool cost_is_memory(const struct array *array)
{
    return array->kind != ARRAY_REGISTER && array->kind != ARRAY_PRIVATE &&
           array->n_dimensions > 0;
}

/* The element of an index, inside the array or not. */
static int64_t find_element(const struct cost_state *state,
    const struct array *array, const struct affine *const *index)
{
    const struct memory *memory = &state->memories[array->id];
    int64_t element = 0;

    for (int i = 0; i < memory->n_axes; i++) {
        const struct memory_axis *axis = &memory->axes[i];
        int64_t at = affine_evaluate(index[axis->dimension], state->values);

        if (axis->block)
            at = axis->is_inner ? at % axis->block : at / axis->block;
        element += at * axis->stride;
    }
    return element;
}

/* Greatest common divisor of numbers >= 0. */
static int64_t find_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* What the address is known to be a multiple of, from a fixed place on: bytes,
 * at most a line. */
static int64_t find_grain(const struct cost_state *state,
    const struct array *array, const struct affine *const *index)
{
    const struct memory *memory = &state->memories[array->id];
    int64_t grain = COSTS_LINE_BYTES;

    for (int i = 0; i < memory->n_axes; i++) {
        const struct affine *affine = index[memory->axes[i].dimension];
        int64_t stride = memory->axes[i].stride * memory->element_bytes;

        for (int j = 0; j < affine->n_terms; j++) {
            const struct variable *variable = affine->terms[j].variable;
            int64_t factor = affine->terms[j].coefficient * stride;

            if (variable->kind == VARIABLE_LANE)
                continue;
            if (variable->of)
                factor = memory->element_bytes;
            else
                factor *= state->steps[variable->id];
            grain = find_divisor(grain, factor < 0 ? -factor : factor);
        }
        for (int j = 0; j < i; j++)
            if (!affine_is_constant(array->extents[memory->axes[i].dimension]))
                grain = find_divisor(grain, memory->element_bytes);
    }
    return grain;
}

/* The share of places at which a vector of so many bytes lies in two lines. */
static double find_crossing(const struct cost_state *state,
    const struct cost_access *access, const struct affine *const *index,
    int64_t bytes)
{
    int64_t element_bytes = state->memories[access->array->id].element_bytes;
    int64_t grain = find_grain(state, access->array, index);
    int64_t at = access->element * element_bytes % grain;
    int n_crossing = 0;
    int n = 0;

    for (at = at < 0 ? at + grain : at; at < COSTS_LINE_BYTES; at += grain) {
        n_crossing += at + bytes > COSTS_LINE_BYTES;
        n++;
    }
    return n ? (double)n_crossing / n : 0;
}

/* Is the lane in the index, and in atoms? */
static void find_lane(const struct array *array,
    const struct affine *const *index, const struct variable *lane,
    bool *varies, bool *in_atom)
{
    *varies = *in_atom = false;
    for (int i = 0; i < array->n_dimensions; i++) {
        *varies = *varies || affine_has(index[i], lane);
        *in_atom = *in_atom || affine_has_in_atom(index[i], lane);
    }
}

/* Look at every lane. */
static void walk_lanes(const struct cost_state *state,
    struct cost_access *access, const struct affine *const *index,
    const struct variable *lane)
{
    int64_t before = access->element;

    access->n_pieces = 1;
    for (int i = 1; i < lane->n_lanes; i++) {
        int64_t element;

        state->values[lane->id] = i;
        element = find_element(state, access->array, index);
        if (i == 1)
            access->step = element - before;
        access->n_pieces += element - before != access->step;
        before = element;
    }
    state->values[lane->id] = 0;
    if (access->n_pieces > 1)
        access->pattern = COST_SCATTERED;
}

struct cost_access cost_access_of(const struct cost_state *state,
    const struct array *array, const struct affine *const *index,
    const struct variable *lane)
{
    struct cost_access access = {array, COST_UNIFORM, 0, 0, 1, 0};
    const struct memory *memory = &state->memories[array->id];
    int64_t bytes = memory->element_bytes;
    bool varies = false;
    bool in_atom = false;

    access.element = find_element(state, array, index);
    if (lane)
        find_lane(array, index, lane, &varies, &in_atom);
    if (!varies)
        return access;
    access.pattern = COST_STRIDED;
    if (in_atom) {
        walk_lanes(state, &access, index, lane);
    } else {
        state->values[lane->id] = 1;
        access.step = find_element(state, array, index) - access.element;
        state->values[lane->id] = 0;
    }
    if (access.pattern == COST_STRIDED && access.step == 1)
        access.pattern = COST_CONTIGUOUS;
    bytes *= lane->n_lanes;
    if (bytes > state->machine->vector_bytes)
        bytes = state->machine->vector_bytes;
    access.crossing = find_crossing(state, &access, index, bytes);
    return access;
}

/* The least, or the greatest, of some bounds. */
static int64_t evaluate_bounds(const struct cost_state *state, int n,
    const struct affine *const *bounds, bool is_upper)
{
    int64_t best = affine_evaluate(bounds[0], state->values);

    for (int i = 1; i < n; i++) {
        int64_t value = affine_evaluate(bounds[i], state->values);

        if (is_upper ? value < best : value > best)
            best = value;
    }
    return best;
}

int64_t cost_trip_count(
    const struct cost_state *state, const struct loop_node *node)
{
    int64_t lower = evaluate_bounds(
        state, node->n_lower, (const struct affine *const *)node->lower, false);
    int64_t upper = evaluate_bounds(
        state, node->n_upper, (const struct affine *const *)node->upper, true);

    return upper > lower ? (upper - lower + node->step - 1) / node->step : 0;
}

void cost_enter_loop(
    struct cost_state *state, const struct loop_node *node, int64_t trip_count)
{
    int64_t lower = evaluate_bounds(
        state, node->n_lower, (const struct affine *const *)node->lower, false);

    state->values[node->variable->id] = lower + trip_count / 2 * node->step;
    state->steps[node->variable->id] = node->step;
}
