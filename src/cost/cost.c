/* The tree of loops: how often each run of statements happens, what bounds
 * it, and the sum. */
#include "cost/cost_internal.h"

enum {
    WINDOW = 512, /* instructions the processor looks ahead */
    LOOP_INSTRUCTIONS = 2,
    LEARNED_TRIPS = 16, /* ends of loops that are predicted */
    COMMON_SIZE = 100   /* of parameters whose value is not known */
};

void cost_add_needs(
    struct cost_needs *sum, const struct cost_needs *needs, double n)
{
    sum->fmas += n * needs->fmas;
    sum->adds += n * needs->adds;
    sum->others += n * needs->others;
    sum->shuffles += n * needs->shuffles;
    sum->loads += n * needs->loads;
    sum->stores += n * needs->stores;
    sum->divider += n * needs->divider;
    sum->spilled += n * needs->spilled;
    sum->n_instructions += n * needs->n_instructions;
}

void cost_add_piece(
    struct cost_piece *sum, const struct cost_piece *piece, double n)
{
    sum->cycles += n * piece->cycles;
    sum->latency += n * piece->latency;
    for (int i = 0; i < COST_N_BOUNDS; i++)
        sum->busy[i] += n * piece->busy[i];
    cost_add_needs(&sum->needs, &piece->needs, n);
}

void cost_fill_busy(const struct costs *costs, int vector_bytes,
    const struct cost_needs *needs, double *busy)
{
    const struct costs_ports *ports = costs_ports_of(costs, vector_bytes);
    double arithmetic =
        needs->fmas + needs->adds + needs->others + needs->shuffles;
    double fmas_adds = (needs->fmas + needs->adds) / ports->fmas_adds;

    for (int i = 0; i < COST_N_BOUNDS; i++)
        busy[i] = 0;
    busy[COST_FMAS] = needs->fmas / ports->fmas;
    busy[COST_ADDS] = needs->adds / ports->adds;
    busy[COST_OTHERS] = needs->others / ports->others;
    busy[COST_SHUFFLES] = needs->shuffles / ports->shuffles;
    busy[COST_FMAS_SHUFFLES] =
        (needs->fmas + needs->shuffles) / ports->fmas_shuffles;
    busy[COST_ARITHMETIC] = arithmetic / ports->all;
    if (fmas_adds > busy[COST_ARITHMETIC])
        busy[COST_ARITHMETIC] = fmas_adds;
    busy[COST_LOADS] = needs->loads / ports->loads;
    busy[COST_STORES] = needs->stores / ports->stores;
    busy[COST_DIVIDER] = needs->divider;
    busy[COST_ISSUE] = needs->n_instructions / costs->issue;
}

/* The largest entry. */
static double find_largest(const double *busy)
{
    double most = 0;

    for (int i = 0; i < COST_N_BOUNDS; i++)
        most = busy[i] > most ? busy[i] : most;
    return most;
}

static struct cost_piece evaluate_node(
    struct cost_state *state, const struct loop_node *node);

/* A chain that is too long for what the processor looks ahead. */
static void apply_window(struct cost_piece *piece)
{
    double share = piece->needs.n_instructions / WINDOW;
    double latency = piece->latency * (share < 1 ? share : 1);

    if (latency > piece->busy[COST_LATENCY])
        piece->busy[COST_LATENCY] = latency;
    if (latency > piece->cycles)
        piece->cycles = latency;
}

/* Children of a node in order; what is long in several of them depends on each
 * other rarely, so that the longest chain is that of one. */
static struct cost_piece evaluate_children(
    struct cost_state *state, const struct loop_node *node)
{
    struct cost_piece sum = {0};
    double latency = 0;

    for (int i = 0; i < node->n_children;) {
        struct cost_piece piece;
        struct cost_needs before = {0};
        double carried;
        int end = i;

        while (end < node->n_children && cost_is_straight(node->children[end]))
            end++;
        piece = end > i
                    ? cost_block(state, node, i, end, NULL, &before, &carried)
                    : evaluate_node(state, node->children[end++]);
        latency = piece.latency > latency ? piece.latency : latency;
        cost_add_piece(&sum, &piece, 1);
        i = end;
    }
    sum.latency = latency;
    return sum;
}

/* What a loop costs beside its body. */
static void add_loop_overhead(
    const struct cost_state *state, struct cost_piece *piece, int64_t n)
{
    piece->needs.n_instructions += (double)n * LOOP_INSTRUCTIONS;
    piece->busy[COST_ISSUE] +=
        (double)n * LOOP_INSTRUCTIONS / state->costs->issue;
    if (n > LEARNED_TRIPS)
        piece->cycles += state->costs->branch_miss;
}

/* A loop around statements only. */
static struct cost_piece evaluate_innermost(
    struct cost_state *state, const struct loop_node *node, int64_t n)
{
    struct cost_piece piece = {0};
    struct cost_piece prologue = {0};
    double carried;
    struct cost_piece body = cost_block(
        state, node, 0, node->n_children, node, &prologue.needs, &carried);

    cost_add_piece(&piece, &body, (double)n);
    if (piece.cycles < (double)n)
        piece.cycles = (double)n;
    piece.latency = body.latency + (double)(n - 1) * carried;
    apply_window(&piece);
    add_loop_overhead(state, &piece, n);
    cost_fill_busy(state->costs, state->machine->vector_bytes, &prologue.needs,
        prologue.busy);
    prologue.cycles = find_largest(prologue.busy);
    cost_add_piece(&piece, &prologue, 1);
    return piece;
}

/* Are there statements only? */
static bool is_innermost(const struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++)
        if (!cost_is_straight(node->children[i]))
            return false;
    return true;
}

/* A loop: an iteration in the middle stands for all. */
static struct cost_piece evaluate_loop(
    struct cost_state *state, const struct loop_node *node)
{
    struct cost_piece piece = {0};
    struct cost_piece body;
    int64_t n = cost_trip_count(state, node);

    if (n == 0)
        return piece;
    cost_enter_loop(state, node, n);
    if (is_innermost(node))
        return evaluate_innermost(state, node, n);
    body = evaluate_children(state, node);
    apply_window(&body);
    cost_add_piece(&piece, &body, (double)n);
    add_loop_overhead(state, &piece, n);
    piece.latency = 0;
    return piece;
}

/* A node that is no statement. A condition is what it is in the iterations that
 * stand for all. */
static struct cost_piece evaluate_node(
    struct cost_state *state, const struct loop_node *node)
{
    const struct cost_piece nothing = {0};

    switch (node->kind) {
    case LOOP_FOR:
        return evaluate_loop(state, node);
    case LOOP_TRANSPOSE:
        return cost_transpose(state, node);
    case LOOP_IF:
        if (!guard_evaluate(node->guard, state->values))
            return nothing;
        break;
    case LOOP_SEQUENCE:
    case LOOP_PREFETCH:
    case LOOP_BARRIER:
    case LOOP_COMMIT:
    case LOOP_WAIT:
    case LOOP_ASSIGN:
        break;
    }
    return evaluate_children(state, node);
}

/* ---- Sizes --------------------------------------------------------------- */

/* Values for parameters that are not known: the same one for all, the largest
 * from COMMON_SIZE down that is allowed. */
static const int64_t *choose_parameters(
    struct arena *arena, const struct loop_program *program)
{
    int64_t *values = ARENA_ARRAY(arena, program->n_parameters + 1, int64_t);

    for (int64_t size = COMMON_SIZE; size > 0; size--) {
        for (int i = 0; i < program->n_parameters; i++)
            values[i] = size;
        if (loop_parameters_allowed(program, values))
            return values;
    }
    return values;
}

/* Note which arrays a node writes. */
static void note_written(const struct loop_node *node, bool *is_written)
{
    if (node->kind == LOOP_ASSIGN)
        is_written[array_base(node->array)->id] = true;
    for (int i = 0; i < node->n_children; i++)
        note_written(node->children[i], is_written);
}

/* Everything an evaluation knows at the start; false if sizes overflow. */
static bool set_up(struct cost_state *state, struct arena *arena,
    const struct loop_program *program, const int64_t *parameters)
{
    *state = (struct cost_state){arena, program, program->machine,
        program->machine->costs, NULL, NULL, NULL, NULL};
    if (!parameters && program->n_parameters > 0)
        parameters = choose_parameters(arena, program);
    state->values = memory_new_values(arena, program, parameters);
    state->steps =
        ARENA_ARRAY(arena, program->values->n_variables + 1, int64_t);
    state->memories = ARENA_ARRAY(arena, program->n_arrays, struct memory);
    state->is_written = ARENA_ARRAY(arena, program->n_arrays, bool);
    for (int i = 0; i < program->n_arrays; i++)
        if (cost_is_memory(program->arrays[i]) &&
            !memory_describe(arena, &state->memories[i], program->arrays[i],
                NULL, state->values))
            return false;
    note_written(program->body, state->is_written);
    return true;
}

/* Elements of arguments that are written. */
static double count_outputs(const struct cost_state *state)
{
    double n = 0;

    for (int i = 0; i < state->program->n_arrays; i++) {
        const struct array *array = state->program->arrays[i];

        if (state->is_written[i] &&
            (array->kind == ARRAY_OUT || array->kind == ARRAY_INOUT))
            n += (double)state->memories[i].n_elements;
    }
    return n;
}

struct cost cost_evaluate(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters)
{
    struct cost cost = {0};
    struct cost_state state;
    struct cost_piece all;
    struct arena *arena = arena_new();

    (void)c;
    if (set_up(&state, arena, program, parameters)) {
        all = evaluate_node(&state, program->body);
        cost.core = all.cycles;
        cost.needs = all.needs;
        for (int i = 0; i < COST_N_BOUNDS; i++)
            cost.busy[i] = all.busy[i];
        cost.outputs = count_outputs(&state);
        cost_lines(&state, &cost);
        cost.cycles = cost.core > cost.lines ? cost.core + cost.lines / 2
                                             : cost.lines + cost.core / 2;
        for (int i = 0; i < COST_N_BOUNDS; i++)
            if (cost.busy[i] > cost.busy[cost.bound])
                cost.bound = (enum cost_bound)i;
    }
    arena_free(arena);
    return cost;
}

double cost_floor(const struct cost *cost)
{
    double fmas = cost->busy[COST_FMAS];
    double divider = cost->busy[COST_DIVIDER];

    fmas = divider > fmas ? divider : fmas;
    return fmas > cost->lines ? fmas + cost->lines / 2 : cost->lines + fmas / 2;
}
