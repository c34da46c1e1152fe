/* A straight run of statements: the slots of every port, the longest chain,
 * the registers. Loads of the same elements are one load, and what does not
 * change in a loop is loaded before it, as LLVM will have it. */
#include "cost/cost_internal.h"

#include <string.h>

enum {
    WINDOW = 512,        /* instructions the processor looks ahead */
    MAX_LOOK_BACK = 256, /* loads compared with one before */
    INTEGER_DIVISION = 20,
    SLOW_ROUNDING = 6 /* without an instruction for it */
};

/* A load or a shift that was made: its value is used again. */
struct seen {
    const struct array *array;
    int64_t element; /* or the other register's id */
    int64_t step;    /* or the amount */
    int n_lanes;
    int n_uses;
    bool is_before; /* the loop */
    double ready;
};

/* A run under evaluation. "ready": by array id, when a register has its
 * value. */
struct block {
    struct cost_state *state;
    const struct loop_node *loop;
    const struct loop_node *node; /* the statement at hand */
    struct cost_needs needs;
    struct cost_needs *before;
    int bytes;
    double latency;
    double *ready;
    bool is_counting;
    VECTOR(struct seen) seen;
    struct cost_events events;
};

/* ---- How wide -------------------------------------------------------------
 */

/* Bytes of an element of this type in a vector; conditions are as wide as what
 * is compared, most often this. */
static int get_bytes(enum dtype type)
{
    return type == DTYPE_BOOL    ? 4
           : type == DTYPE_INDEX ? 8
                                 : dtype_bits(type) / 8;
}

/* Instructions for the lanes of a value of this type. */
static double count_vectors(const struct block *block, enum dtype type)
{
    const struct variable *lane = block->node->lane;
    int bytes = lane ? lane->n_lanes * get_bytes(type) : 0;
    int whole = block->state->machine->vector_bytes;

    return bytes > whole ? (double)bytes / whole : 1;
}

/* Note the width of an instruction. */
static void note_width(struct block *block, enum dtype type)
{
    const struct variable *lane = block->node->lane;
    int bytes = lane ? lane->n_lanes * get_bytes(type) : 4;

    if (bytes > block->state->machine->vector_bytes)
        bytes = block->state->machine->vector_bytes;
    block->bytes = bytes > block->bytes ? bytes : block->bytes;
}

/* ---- Accesses -------------------------------------------------------------
 */

/* Something seen before, or a new entry. */
static struct seen *find_seen(struct block *block, struct seen seen)
{
    int n = block->seen.n;

    for (int i = n - 1; i >= 0 && i >= n - MAX_LOOK_BACK; i--) {
        struct seen *other = &block->seen.at[i];

        if (other->array == seen.array && other->element == seen.element &&
            other->step == seen.step && other->n_lanes == seen.n_lanes)
            return other;
    }
    VECTOR_PUSH(block->state->arena, &block->seen, seen);
    return &block->seen.at[n];
}

/* Does the index change with the loop? */
static bool changes(const struct block *block, const struct value *load)
{
    for (int i = 0; i < load->n_index; i++)
        if (affine_has(load->index[i], block->loop->variable))
            return true;
    return false;
}

/* Is the load the first to skip elements between those it takes here? The
 * others share its vectors. */
static bool note_span(struct block *block, const struct cost_access *access)
{
    int64_t step = access->step;
    int n = block->seen.n;

    if (access->pattern != COST_STRIDED || step < 2)
        return true;
    find_seen(block, (struct seen){.array = access->array,
                         .element = access->element - access->element % step,
                         .step = step,
                         .n_lanes = -block->node->lane->n_lanes});
    return n < block->seen.n;
}

/* Shuffles that take the elements of a load out of "step" vectors where others
 * did so before: about one for each halving. */
static double count_shared_shuffles(int64_t step)
{
    double n = 1;

    for (; step > 2; step /= 2)
        n++;
    return n;
}

/* Add the slots of one load; "is_first": as note_span says. */
static void add_load(const struct block *block, struct cost_needs *needs,
    const struct cost_access *access, bool is_first, enum dtype type)
{
    const struct costs *costs = block->state->costs;
    const struct costs_ports *ports = costs_ports_of(costs, block->bytes);
    double n = count_vectors(block, type);
    int n_lanes = block->node->lane ? block->node->lane->n_lanes : 1;

    switch (access->pattern) {
    case COST_UNIFORM:
        needs->loads += 1;
        needs->shuffles += block->node->lane ? costs->broadcast : 0;
        n = 1;
        break;
    case COST_CONTIGUOUS:
        needs->loads += n * (1 + access->crossing * costs->load_crossing *
                                     ports->loads / costs->wide.loads);
        needs->loads += block->node->guard ? n * costs->masked_load : 0;
        break;
    case COST_STRIDED:
        if (access->step == -1) {
            needs->loads += n;
            needs->shuffles += n;
            n *= 2;
            break;
        }
        if (access->step > 0 && access->step <= COSTS_MOST_STEP) {
            double n_loads = is_first ? (double)access->step : 0;
            double n_shuffles =
                is_first ? n_loads - 1 : count_shared_shuffles(access->step);

            needs->loads += n * n_loads;
            needs->shuffles += n * n_shuffles;
            n *= n_loads + n_shuffles;
            break;
        }
        needs->loads += n_lanes * costs->gather_element * ports->loads;
        n = n_lanes;
        break;
    case COST_SCATTERED:
        if (access->n_pieces <= 4) {
            needs->loads += n * access->n_pieces;
            needs->others += n * access->n_pieces;
            n *= access->n_pieces;
            break;
        }
        needs->loads += n_lanes * costs->gather_element * ports->loads;
        n = n_lanes;
        break;
    }
    needs->n_instructions += n / 2;
}

/* A load from memory: when it has its value. */
static double visit_memory(struct block *block, const struct value *load)
{
    struct cost_state *state = block->state;
    struct cost_access access =
        cost_access_of(state, load->array, load->index, block->node->lane);
    bool is_first = !block->is_counting || note_span(block, &access);
    int n = block->seen.n;
    struct seen key = {load->array, access.element, access.step,
        access.pattern == COST_UNIFORM ? 1 : block->node->lane->n_lanes, 0,
        false, state->costs->load_latency};
    struct seen *seen = find_seen(block, key);
    bool is_new = n < block->seen.n;
    struct cost_event event;

    if (!block->is_counting)
        return seen->ready;
    event.id = state->program->n_arrays + (int)(seen - block->seen.at);
    if (is_new) {
        seen->is_before = block->loop && !changes(block, load) &&
                          !state->is_written[array_base(load->array)->id];
        seen->ready = seen->is_before ? 0 : seen->ready;
        add_load(block, seen->is_before ? block->before : &block->needs,
            &access, is_first, load->array->type);
    }
    event.is_definition = is_new && !seen->is_before;
    seen->n_uses++;
    VECTOR_PUSH(state->arena, &block->events, event);
    return seen->ready;
}

/* A load of any kind. */
static double visit_load(struct block *block, const struct value *load)
{
    struct cost_event event = {load->array->id, false};

    if (load->array->kind != ARRAY_REGISTER)
        return cost_is_memory(load->array) ? visit_memory(block, load) : 0;
    if (block->is_counting && load->array->n_lanes > 1)
        VECTOR_PUSH(block->state->arena, &block->events, event);
    return block->ready[load->array->id];
}

/* The store of a statement. */
static void add_store(struct block *block)
{
    const struct loop_node *node = block->node;
    const struct costs *costs = block->state->costs;
    struct cost_access access =
        cost_access_of(block->state, node->array, node->index, node->lane);
    const struct costs_ports *ports = costs_ports_of(costs, block->bytes);
    double n = count_vectors(block, node->array->type);
    struct cost_needs *needs = &block->needs;

    if (access.pattern == COST_UNIFORM) {
        needs->stores += 1;
    } else if (access.pattern == COST_CONTIGUOUS) {
        needs->stores += n * (1 + access.crossing * costs->store_crossing *
                                      ports->stores / costs->wide.stores);
        needs->stores += node->guard ? n * costs->masked_store : 0;
    } else {
        n = node->lane->n_lanes;
        needs->stores += n;
        needs->shuffles += n;
    }
    needs->n_instructions += n;
}

/* ---- Operations -----------------------------------------------------------
 */

/* Which classes an operation needs "n" slots of, and its latency. */
static double add_operation(
    struct block *block, const struct value *value, double n)
{
    const struct costs *costs = block->state->costs;
    struct cost_needs *needs = &block->needs;
    bool is_float = dtype_is_float(value->operands[0]->type);
    int bits = 8 * get_bytes(value->type);
    double divide = n * block->bytes / costs->vector_bytes * bits / 32;

    switch (value->operation) {
    case VALUE_FMA:
        needs->fmas += n;
        needs->adds += block->state->machine->has_fma ? 0 : n;
        return costs->fma_latency;
    case VALUE_MULTIPLY:
        needs->fmas += is_float ? n : 2 * n;
        return is_float ? costs->fma_latency : 2 * costs->fma_latency;
    case VALUE_ADD:
    case VALUE_SUBTRACT:
    case VALUE_MIN:
    case VALUE_MAX:
        *(is_float ? &needs->adds : &needs->others) += n;
        return is_float ? costs->add_latency : 1;
    case VALUE_DIVIDE:
    case VALUE_REMAINDER:
        if (!is_float) {
            needs->divider +=
                INTEGER_DIVISION *
                (block->node->lane ? block->node->lane->n_lanes : 1);
            return INTEGER_DIVISION;
        }
        needs->divider += divide * costs->divide;
        needs->fmas += n;
        return 3 * costs->fma_latency;
    case VALUE_SQRT:
        needs->divider += divide * costs->square_root;
        needs->fmas += n;
        return 4 * costs->fma_latency;
    case VALUE_FLOOR:
    case VALUE_ROUND:
        needs->adds +=
            block->state->machine->has_rounding ? 2 * n : SLOW_ROUNDING * n;
        return 2 * costs->add_latency;
    case VALUE_LESS:
    case VALUE_LESS_EQUAL:
    case VALUE_EQUAL:
    case VALUE_NOT_EQUAL:
    case VALUE_AND:
    case VALUE_OR:
    case VALUE_XOR:
    case VALUE_NOT:
    case VALUE_SHIFT_LEFT:
    case VALUE_SHIFT_RIGHT:
    case VALUE_SELECT:
    case VALUE_ABS:
    case VALUE_FAST_EXP2:
    case VALUE_FAST_RECIPROCAL:
    case VALUE_FAST_RSQRT:
        needs->others += n;
        return 1;
    case VALUE_NEGATE: /* part of the multiply-add that uses it */
    case VALUE_BITS:
    case VALUE_FROM_BITS:
        needs->n_instructions -= n;
        return 0;
    case VALUE_RSQRT:
    case VALUE_EXP:
    case VALUE_LOG:
    case VALUE_TANH:
    case VALUE_RELU:
    case VALUE_SILU:
    case VALUE_SIGMOID:
    case VALUE_GELU:
    case VALUE_SOFTPLUS:
    case VALUE_HARDSWISH:
    case VALUE_N_OPERATIONS:
        return 0; /* gone before loop IR */
    }
    return 0;
}

/* A number that tells which lanes a shift takes. */
static int64_t get_shift_key(
    const struct block *block, const struct value *value)
{
    uint64_t key = (uint64_t)value->amount * 8 + (uint64_t)value->stride;
    int n = block->node->lane ? block->node->lane->n_lanes : 0;

    for (int i = 0; value->lanes && i < n; i++)
        key = key * 131 + (uint64_t)value->lanes[i] + 2;
    return (int64_t)(key >> 1);
}

/* Lanes of two registers: once for each pair and amount. */
static double visit_shift(
    struct block *block, const struct value *value, double ready)
{
    struct cost_state *state = block->state;
    const struct value *high = value->operands[1];
    struct seen key = {value->operands[0]->array,
        high->array ? high->array->id : 0, get_shift_key(block, value), 0, 0,
        false, ready + state->costs->shuffle_latency};
    int n = block->seen.n;
    struct seen *seen = find_seen(block, key);
    struct cost_event event = {
        state->program->n_arrays + (int)(seen - block->seen.at), false};

    if (!block->is_counting)
        return seen->ready;
    seen->n_uses++;
    if (n < block->seen.n) {
        event.is_definition = true;
        block->needs.shuffles +=
            count_vectors(block, value->type) * state->costs->pair_shift;
        block->needs.n_instructions +=
            count_vectors(block, value->type) * state->costs->pair_shift;
    }
    VECTOR_PUSH(state->arena, &block->events, event);
    return seen->ready;
}

/* The latest of a step's operands. */
static double find_latest(const struct value_step *step, const double *times)
{
    double latest = 0;

    for (int i = 0; i < step->n_operands; i++)
        if (times[step->operands[i]] > latest)
            latest = times[step->operands[i]];
    return latest;
}

/* One node of a value whose operands are known: when it is ready. */
static double visit_step(
    struct block *block, const struct value_step *step, const double *times)
{
    const struct value *value = step->node;
    double latest = find_latest(step, times);
    double n = count_vectors(block, value->type);
    struct cost_needs needs = block->needs;
    double latency = 0;

    switch (value->kind) {
    case VALUE_REAL:
    case VALUE_INTEGER:
    case VALUE_INDEX:
    case VALUE_PREDICATE:
        return 0;
    case VALUE_LOAD:
        return visit_load(block, value);
    case VALUE_SHIFT:
        return visit_shift(block, value, latest);
    case VALUE_CONVERT:
        block->needs.adds += n;
        latency = block->state->costs->add_latency;
        break;
    case VALUE_OPERATION:
        note_width(block, value->type);
        latency = add_operation(block, value, n);
        break;
    }
    block->needs.n_instructions += n;
    if (!block->is_counting)
        block->needs = needs;
    return latest + latency;
}

/* ---- Statements -----------------------------------------------------------
 */

/* Combining the lanes into one element: halves, then the element. */
static double add_reduction(struct block *block)
{
    double n = 1;

    for (int i = block->node->lane->n_lanes; i > 1; i /= 2)
        n++;
    block->needs.shuffles += n - 1;
    block->needs.adds += n;
    block->needs.loads += 1;
    block->needs.n_instructions += 2 * n;
    return n * (block->state->costs->shuffle_latency +
                   block->state->costs->add_latency);
}

/* The end of a statement: where its value goes. */
static void finish_statement(struct block *block, double ready)
{
    const struct loop_node *node = block->node;
    struct cost_event event = {node->array->id, true};

    if (node->guard && node->lane && node->value->kind != VALUE_LOAD)
        block->needs.others += count_vectors(block, node->value->type) *
                               block->state->costs->masked_operations;
    if (node->lane && node->reduce != MODEL_SET)
        ready += add_reduction(block);
    if (node->array->kind == ARRAY_REGISTER) {
        block->ready[node->array->id] = ready;
        if (node->array->n_lanes > 1)
            VECTOR_PUSH(block->state->arena, &block->events, event);
    } else {
        add_store(block);
    }
}

/* One statement, its tape, and the times of its steps. */
static void visit_statement(
    struct block *block, struct loop_node *node, const struct value_tape *tape)
{
    double *times = ARENA_ARRAY(block->state->arena, tape->n, double);
    double ready;

    block->node = node;
    if (block->is_counting)
        note_width(block, node->array->type);
    for (int i = 0; i < tape->n; i++)
        times[i] = visit_step(block, &tape->steps[i], times);
    ready = tape->n ? times[tape->n - 1] : 0;
    if (ready > block->latency)
        block->latency = ready;
    if (block->is_counting)
        finish_statement(block, ready);
    else if (node->array->kind == ARRAY_REGISTER)
        block->ready[node->array->id] = ready;
}

/* Values used once come from memory straight into their instruction. */
static void drop_single_uses(struct block *block)
{
    int n_arrays = block->state->program->n_arrays;
    int n = 0;

    for (int i = 0; i < block->events.n; i++) {
        struct cost_event event = block->events.at[i];

        if (event.id >= n_arrays &&
            block->seen.at[event.id - n_arrays].n_uses < 2 &&
            !block->seen.at[event.id - n_arrays].is_before)
            continue;
        block->events.at[n++] = event;
    }
    block->events.n = n;
}

/* Add what the lack of registers costs: two are for what is on its way, LLVM's
 * choice is half as many more than the best, and every other one is stored. */
static void add_misses(struct block *block)
{
    int n_registers = block->state->machine->n_vector_registers - 2;
    double n;

    drop_single_uses(block);
    n = 1.5 * cost_count_misses(block->state->arena, &block->events,
                  block->state->program->n_arrays + block->seen.n, n_registers,
                  block->loop != NULL);
    block->needs.spilled += n;
    block->needs.loads += n;
    block->needs.stores += n / 2;
    block->needs.n_instructions += n;
}

/* The latency each register adds from one iteration to the next. */
static double find_carried(
    struct block *block, struct value_tape *const *tapes, int first, int last)
{
    int n = block->state->program->n_arrays;
    double *before = arena_copy(
        block->state->arena, block->ready, (size_t)n * sizeof(double));
    double most = 0;

    block->is_counting = false;
    for (int i = first; i < last; i++)
        if (tapes[i - first])
            visit_statement(block, block->loop->children[i], tapes[i - first]);
    for (int i = 0; i < n; i++)
        if (block->ready[i] - before[i] > most)
            most = block->ready[i] - before[i];
    return most;
}

bool cost_is_straight(const struct loop_node *node)
{
    return node->kind == LOOP_ASSIGN || node->kind == LOOP_PREFETCH;
}

struct cost_piece cost_block(struct cost_state *state,
    const struct loop_node *node, int first, int last,
    const struct loop_node *loop, struct cost_needs *before, double *carried)
{
    struct block block = {.state = state, .loop = loop, .before = before};
    struct cost_piece piece = {0};
    struct value_tape **tapes =
        ARENA_ARRAY(state->arena, last - first, struct value_tape *);
    double share;

    block.ready = ARENA_ARRAY(state->arena, state->program->n_arrays, double);
    block.is_counting = true;
    for (int i = first; i < last; i++) {
        if (node->children[i]->kind == LOOP_PREFETCH) {
            block.needs.loads++;
            block.needs.n_instructions++;
            continue;
        }
        tapes[i - first] =
            value_tape_new(state->arena, node->children[i]->value);
        visit_statement(&block, node->children[i], tapes[i - first]);
    }
    piece.latency = block.latency;
    add_misses(&block);
    *carried = loop ? find_carried(&block, tapes, first, last) : 0;
    piece.needs = block.needs;
    cost_fill_busy(state->costs, block.bytes, &piece.needs, piece.busy);
    share = block.needs.n_instructions / WINDOW;
    piece.busy[COST_LATENCY] = piece.latency * (share < 1 ? share : 1);
    for (int i = 0; i < COST_N_BOUNDS; i++)
        if (piece.busy[i] > piece.cycles)
            piece.cycles = piece.busy[i];
    return piece;
}

/* Rows of columns: pieces of 16 bytes put together, one stage of shuffles for
 * each doubling of the columns, and whole vectors on the other side. */
struct cost_piece cost_transpose(
    struct cost_state *state, const struct loop_node *node)
{
    struct cost_piece piece = {0};
    struct cost_needs *needs = &piece.needs;
    const struct loop_node *first = node->children[0];
    double n_columns = node->n_children;
    double n_rows = first->lane->n_lanes;
    bool is_store = node->array == first->array;

    needs->loads = is_store ? n_columns : n_rows;
    needs->stores = is_store ? n_rows : n_columns;
    needs->others = n_rows > n_columns ? n_rows - n_columns : 0;
    for (int i = 1; i < node->n_children; i *= 2)
        needs->shuffles += n_columns;
    needs->n_instructions = needs->loads + needs->stores + needs->shuffles;
    cost_fill_busy(
        state->costs, state->machine->vector_bytes, needs, piece.busy);
    piece.latency =
        state->costs->load_latency + n_columns * state->costs->shuffle_latency;
    for (int i = 0; i < COST_N_BOUNDS; i++)
        if (piece.busy[i] > piece.cycles)
            piece.cycles = piece.busy[i];
    return piece;
}
