/* How many of the loads of a run become shifts: shifts and multiply-adds
 * compete for ports, loads that lie in two lines take two slots of theirs, and
 * so do lines that come from beyond the first-level cache or go there. All of
 * it by the numbers of the processor (base/costs.h). */
#include "loop/loop_window.h"

/* Up to this many residues the taps of a vector are over soon. */
enum { FEW_RESIDUES = 4 };

/* Is a row of the window at a multiple of the vector in memory? */
static bool has_aligned_rows(const struct window *window)
{
    const struct array *array = window->row->example->array;
    const struct affine *extent = array->extents[array->n_dimensions - 1];

    return array->n_dimensions < 2 ||
           (affine_is_constant(extent) &&
               extent->constant % window->n_lanes == 0);
}

/* What a run needs of the ports. "scalars" are the loads of single elements,
 * each counted once: registers keep them. */
struct work {
    const struct window_run *run;
    double operations;
    double multiplies;
    double loads;
    VECTOR(const struct value *) scalars;
};

/* Count a load that is not part of a window. */
static void count_load(struct work *work, const struct value *load)
{
    if (load->array->kind == ARRAY_REGISTER || load->n_index == 0)
        return;
    if (value_has(load, work->run->lane)) {
        work->loads++;
        return;
    }
    for (int i = 0; i < work->scalars.n; i++)
        if (work->scalars.at[i]->array == load->array &&
            loop_is_same_element(
                load->array, work->scalars.at[i]->index, load->index))
            return;
    VECTOR_PUSH(work->run->v->arena, &work->scalars, load);
    work->loads++;
}

/* A visit: count an operation or a load. */
static void count_value(const struct value *value, void *user)
{
    struct work *work = user;
    int64_t offset;

    if (value->kind == VALUE_LOAD && !window_find(work->run, value, &offset))
        count_load(work, value);
    if (value->kind != VALUE_OPERATION && value->kind != VALUE_CONVERT)
        return;
    work->operations++;
    if (value->kind == VALUE_OPERATION &&
        (value->operation == VALUE_FMA || value->operation == VALUE_MULTIPLY))
        work->multiplies++;
}

/* Slots of the load ports for a load that is not at a multiple of the vector:
 * in two lines or not; half as many more as the bare ports need, since such
 * loads are started again more often (measured on Sapphire Rapids). */
static double get_load_slots(const struct window_run *run)
{
    const struct machine *machine = run->program->machine;
    double share = machine->vector_bytes / (double)COSTS_LINE_BYTES;

    return 1 + 1.5 * machine->costs->load_crossing * (share < 1 ? share : 1);
}

/* Slots of the load ports for a line that comes or goes (measured like the
 * ones above). */
static double get_line_slots(const struct window_run *run)
{
    const struct machine *machine = run->program->machine;
    double share = machine->vector_bytes / (double)COSTS_LINE_BYTES;
    int64_t bytes = loop_count_bytes(run->program);

    if (costs_level_of(machine->costs, bytes) == COSTS_L1)
        return 0;
    return 0.75 * (share < 1 ? share : 1);
}

/* Count a statement: what it computes, and the line it writes. */
static void count_statement(struct work *work, const struct loop_node *node)
{
    if (node->lane != work->run->lane)
        return;
    value_foreach(node->value, count_value, work);
    if (node->array->kind != ARRAY_REGISTER)
        work->loads += get_line_slots(work->run);
}

/* Cycles of the run with "n_shifts" shifts and "loads" slots of loads. */
static double get_cycles(const struct window_run *run, const struct work *work,
    double shifts, double loads)
{
    const struct machine *machine = run->program->machine;
    const struct costs_ports *ports =
        costs_ports_of(machine->costs, machine->vector_bytes);
    double cycles[] = {loads / ports->loads, shifts / ports->shuffles,
        (work->multiplies + shifts) / ports->fmas_shuffles,
        (work->operations + shifts) / ports->all};
    double most = 0;

    for (int i = 0; i < 4; i++)
        most = cycles[i] > most ? cycles[i] : most;
    return most;
}

/* A tap that may be a shift or a load. */
struct choice {
    struct window_tap *tap;
    int residue;
};

/* All of them, and the shifts and load slots of all other taps and themselves
 * as shifts. */
struct choices {
    VECTOR(struct choice) taps;
    double shifts;
    double loads;
};

/* Count what a tap needs as it is; "used" are the chunks in registers. */
static void add_tap(const struct window_run *run, const struct window *window,
    struct window_tap *tap, bool *used, struct choices *choices)
{
    bool is_staged =
        run->program->in_registers[array_base(window->row->example->array)->id];
    struct choice choice = {tap, window_get_residue(window, tap->offset)};
    int from;
    int n = window->n_chunks ? window_get_chunks(window, tap, &from) : 0;

    for (int j = 0; j < n && (tap->is_shifted || n == 1); j++)
        used[from + j] = true;
    choices->shifts += n > 1 || choice.residue ? tap->is_shifted : 0;
    choices->shifts += tap->is_rotated;
    if (n != 1 && !tap->is_shifted)
        choices->loads += get_load_slots(run);
    if (tap->is_shifted && !is_staged && window->step == 1 &&
        !window_is_masked(window, tap))
        VECTOR_PUSH(run->v->arena, &choices->taps, choice);
}

/* Count the taps of a window and sort out those with a choice. */
static void add_choices(const struct window_run *run,
    const struct window *window, struct choices *choices)
{
    bool *used = ARENA_ARRAY(run->v->arena, window->n_chunks, bool);
    double slots = has_aligned_rows(window) && !window_is_moving(run, window)
                       ? 1
                       : get_load_slots(run);

    for (int i = 0; i < window->taps.n; i++)
        add_tap(run, window, &window->taps.at[i], used, choices);
    for (int i = 0; i < window->n_chunks; i++) {
        choices->loads += used[i] ? slots * window->step : 0;
        choices->shifts += used[i] && window->step > 1;
    }
    choices->loads += window->n_chunks * get_line_slots(run);
}

/* How many of the taps should be loads so that the ports are busy alike. */
static int count_loads(const struct window_run *run, const struct work *work,
    const struct choices *choices)
{
    double slots = get_load_slots(run);
    double best = 0;
    int n = 0;

    for (int i = 0; i <= choices->taps.n; i++) {
        double cycles = get_cycles(run, work, choices->shifts - i,
            work->loads + choices->loads + i * slots);

        if (i == 0 || cycles < best) {
            best = cycles;
            n = i;
        }
    }
    return n;
}

/* Of the taps with residues "from" .. "to" as many as "*n_loads" become loads,
 * evenly in the order in which they are used. */
static void choose_loads(
    const struct choices *choices, int from, int to, int *n_loads)
{
    int n_taken;
    int n = 0;
    int at = 0;

    for (int i = 0; i < choices->taps.n; i++) {
        int r = choices->taps.at[i].residue;

        n += r >= from && r <= to;
    }
    n_taken = *n_loads < n ? *n_loads : n;
    for (int i = 0; i < choices->taps.n; i++) {
        int r = choices->taps.at[i].residue;

        if (r >= from && r <= to)
            choices->taps.at[i].tap->is_shifted = at++ * n_taken % n >= n_taken;
    }
    *n_loads -= n_taken;
}

/* Make "n_loads" of the taps loads. Of a few taps those with a small residue
 * first; of many some all the time, so that no port waits for long. */
static void spread_loads(
    const struct window_run *run, const struct choices *choices, int n_loads)
{
    int n_lanes = run->lane->n_lanes;
    int n_residues = 0;
    uint64_t seen = 0;

    for (int i = 0; i < choices->taps.n; i++)
        seen |= (uint64_t)1 << choices->taps.at[i].residue % 64;
    for (; seen; seen &= seen - 1)
        n_residues++;
    if (n_residues > FEW_RESIDUES)
        choose_loads(choices, 1, n_lanes - 1, &n_loads);
    for (int r = 1; n_residues <= FEW_RESIDUES && r < n_lanes; r++)
        choose_loads(choices, r, r, &n_loads);
}

void window_balance(const struct window_run *run)
{
    struct work work = {.run = run};
    struct choices choices = {0};

    for (int i = run->begin; i < run->end; i++)
        count_statement(&work, run->node->children[i]);
    for (int i = 0; i < run->windows.n; i++)
        add_choices(run, run->windows.at[i], &choices);
    spread_loads(run, &choices, count_loads(run, &work, &choices));
}
