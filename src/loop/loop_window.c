/* Register windows (lowering.md section 3): several loads that differ by a
 * constant along the lanes share the vectors ("chunks") they straddle; a load
 * between two chunks becomes a shift of the pair. Chunks lie at multiples of
 * the lanes.
 *
 * Nothing is loaded but elements between two others that the same straight run
 * of statements touches: they are inside the row. A chunk that hangs over
 * the end of those is a whole vector ending there, rotated. A statement that
 * leaves out lanes at the edge of a row may find anything in the lanes it
 * leaves out, so its loads need no masks and no neighbour outside the row.
 *
 * How many loads become shifts balances the ports (loop_balance.c); those
 * that reach furthest into the chunk before come first (a load just before an
 * aligned position aliases with recent stores more often: cpu.md 3.1). */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* Loads further apart than this share nothing. */
enum { MAX_CHUNKS_PER_LOAD = 4 };

/* Loads array[index + offset] of one run. Lanes "first" .. "last" are wanted
 * by a statement. */
struct tap {
    int64_t offset;
    int first;
    int last;
    bool is_shifted;
};

/* The loads of one row in one run: equal but for the constant of the last
 * index. "low" .. "high" - 1 are what they touch. "chunks[i]" is the register
 * of chunk first + i, "is_masked[i]": of which some statement wants a part
 * only. */
struct window {
    const struct value *example;
    int n_lanes;
    int64_t low;
    int64_t high;
    VECTOR(struct tap) taps;
    int64_t first;
    int n_chunks;
    bool *is_masked;
    struct array **chunks;
};

/* A run of statements under rewriting. "tap" is of the lanes that the
 * statement at hand runs for. */
struct run {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *lane;
    VECTOR(struct window *) windows;
    struct loop_node *into;
    struct tap tap;
};

/* floor(a / b) and the remainder, b > 0. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* How far behind the chunk it begins in an offset lies. */
static int get_residue(int n_lanes, int64_t offset)
{
    return (int)(offset - n_lanes * floor_divide(offset, n_lanes));
}

/* The window a load belongs to, NULL if it is new. */
static struct window *find_window(
    const struct run *run, const struct value *load)
{
    for (int i = 0; i < run->windows.n; i++)
        if (loop_is_same_row(run->v, run->windows.at[i]->example, load))
            return run->windows.at[i];
    return NULL;
}

/* The tap of a window at an offset, NULL if it is new. */
static struct tap *find_tap(const struct window *window, int64_t offset)
{
    for (int i = 0; i < window->taps.n; i++)
        if (window->taps.at[i].offset == offset)
            return &window->taps.at[i];
    return NULL;
}

/* ---- Collecting ---------------------------------------------------------- */

/* A new window with the row of a load. */
static struct window *new_window(struct run *run, const struct value *load)
{
    struct window *window = ARENA_NEW(run->v->arena, struct window);

    window->example = load;
    window->n_lanes = run->lane->n_lanes;
    window->low = INT64_MAX;
    window->high = INT64_MIN;
    VECTOR_PUSH(run->v->arena, &run->windows, window);
    return window;
}

/* A visit: remember a load. */
static void collect_load(const struct value *value, void *user)
{
    struct run *run = user;
    struct tap tap = run->tap;
    struct window *window;
    struct tap *old;

    if (!loop_is_lane_load(value, run->lane, 1))
        return;
    tap.offset = loop_get_offset(value);
    window = find_window(run, value);
    if (!window)
        window = new_window(run, value);
    if (tap.offset + tap.first < window->low)
        window->low = tap.offset + tap.first;
    if (tap.offset + tap.last >= window->high)
        window->high = tap.offset + tap.last + 1;
    old = find_tap(window, tap.offset);
    if (!old) {
        VECTOR_PUSH(run->v->arena, &window->taps, tap);
        return;
    }
    old->first = old->first < tap.first ? old->first : tap.first;
    old->last = old->last > tap.last ? old->last : tap.last;
}

/* The loads of a statement. */
static void collect_statement(struct run *run, const struct loop_node *node)
{
    if (loop_get_lanes(node, run->lane, &run->tap.first, &run->tap.last))
        value_foreach(node->value, collect_load, run);
}

/* ---- Planning ------------------------------------------------------------ */

/* Does some statement leave out lanes of the tap? */
static bool is_masked(const struct window *window, const struct tap *tap)
{
    return tap->first > 0 || tap->last < window->n_lanes - 1;
}

/* The chunks that hold the elements wanted of a tap, from "*from" on, as
 * indices of "chunks": one or two. */
static int get_chunks(
    const struct window *window, const struct tap *tap, int *from)
{
    int64_t n = window->n_lanes;
    int64_t first = floor_divide(tap->offset + tap->first, n);
    int64_t last = floor_divide(tap->offset + tap->last, n);

    *from = (int)(first - window->first);
    return (int)(last - first + 1);
}

/* Is a chunk inside what is touched? */
static bool is_whole(const struct window *window, int i)
{
    int64_t at = (window->first + i) * window->n_lanes;

    return at >= window->low && at + window->n_lanes <= window->high;
}

/* May the tap be made from chunks, without rotating more than the masked ones
 * need anyway? */
static bool may_shift(const struct window *window, const struct tap *tap)
{
    int from;
    int n = get_chunks(window, tap, &from);

    for (int i = from; i < from + n; i++)
        if (!is_whole(window, i) && !window->is_masked[i])
            return false;
    return n > 1 || is_masked(window, tap);
}

/* Room for the chunks; those which masked taps need. */
static void start_window(struct run *run, struct window *window)
{
    struct arena *arena = run->v->arena;
    int64_t n = window->n_lanes;
    int64_t n_chunks;
    int from;

    window->first = floor_divide(window->low, n);
    n_chunks = floor_divide(window->high - 1, n) - window->first + 1;
    if (window->high - window->low < n ||
        n_chunks / MAX_CHUNKS_PER_LOAD > window->taps.n)
        return;
    window->n_chunks = (int)n_chunks;
    window->chunks = ARENA_ARRAY(arena, n_chunks, struct array *);
    window->is_masked = ARENA_ARRAY(arena, n_chunks, bool);
    for (int i = 0; i < window->taps.n; i++) {
        const struct tap *tap = &window->taps.at[i];

        if (!is_masked(window, tap))
            continue;
        for (int j = get_chunks(window, tap, &from); j > 0; j--)
            window->is_masked[from + j - 1] = true;
    }
}

/* Is a row of the window at a multiple of the vector in memory? */
static bool has_aligned_rows(const struct window *window)
{
    const struct array *array = window->example->array;
    const struct affine *extent = array->extents[array->n_dimensions - 1];

    return array->n_dimensions < 2 ||
           (affine_is_constant(extent) &&
               extent->constant % window->n_lanes == 0);
}

/* ---- Balancing ----------------------------------------------------------- */

/* What a run needs of the ports. "scalars" are the loads of single elements,
 * each counted once: registers keep them. */
struct work {
    const struct run *run;
    double operations;
    double multiplies;
    double loads;
    VECTOR(const struct value *) scalars;
};

/* Are two loads of the same element? */
static bool is_same_load(const struct value *a, const struct value *b)
{
    if (a->array != b->array)
        return false;
    for (int i = 0; i < a->n_index; i++)
        if (!affine_is_equal(a->index[i], b->index[i]))
            return false;
    return true;
}

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
        if (is_same_load(work->scalars.at[i], load))
            return;
    VECTOR_PUSH(work->run->v->arena, &work->scalars, load);
    work->loads++;
}

/* A visit: count an operation or a load. */
static void count_value(const struct value *value, void *user)
{
    struct work *work = user;

    if (value->kind == VALUE_LOAD &&
        !(loop_is_lane_load(value, work->run->lane, 1) &&
            find_window(work->run, value)))
        count_load(work, value);
    if (value->kind != VALUE_OPERATION && value->kind != VALUE_CONVERT)
        return;
    work->operations++;
    if (value->kind == VALUE_OPERATION &&
        (value->operation == VALUE_FMA || value->operation == VALUE_MULTIPLY))
        work->multiplies++;
}

/* Slots of the load ports for a load that is not at a multiple of the vector:
 * in two lines or not; twice as many more as the bare ports need, since the
 * line it looks for behind the first may not be there yet. */
static double get_load_slots(const struct run *run)
{
    const struct machine *machine = run->program->machine;
    double share = machine->vector_bytes / 64.0;

    return 1 + 2 * machine->costs->load_crossing * (share < 1 ? share : 1);
}

/* Cycles of the run with "n_shifts" shifts and "loads" slots of loads. */
static double get_cycles(
    const struct run *run, const struct work *work, double shifts, double loads)
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

/* Taps that may be shifts or loads. */
struct choices {
    VECTOR(struct tap *) taps;
    double shifts;
    double loads;
};

/* Sort out the taps of a window; what is settled is counted. */
static void add_choices(
    const struct run *run, const struct window *window, struct choices *choices)
{
    double slots = get_load_slots(run);
    bool *used = ARENA_ARRAY(run->v->arena, window->n_chunks, bool);
    bool is_staged = run->program->in_registers[window->example->array->id];
    int from;

    for (int i = 0; i < window->taps.n; i++) {
        struct tap *tap = &window->taps.at[i];
        int n = window->n_chunks ? get_chunks(window, tap, &from) : 0;

        for (int j = 0; j < n && (tap->is_shifted || n == 1); j++)
            used[from + j] = true;
        if (tap->is_shifted && !is_staged && !is_masked(window, tap))
            VECTOR_PUSH(run->v->arena, &choices->taps, tap);
        choices->shifts += tap->is_shifted;
        choices->loads += n != 1 && !tap->is_shifted ? slots : 0;
    }
    for (int i = 0; i < window->n_chunks; i++)
        choices->loads += !used[i] ? 0 : has_aligned_rows(window) ? 1 : slots;
}

/* How many of the taps should be loads so that the ports are busy alike. */
static int count_loads(const struct run *run, const struct work *work,
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

/* Make "n_loads" of the taps loads: those with a small residue first, evenly
 * among those with the same. */
static void choose_loads(
    const struct run *run, const struct choices *choices, int n_loads)
{
    int n_lanes = run->lane->n_lanes;

    for (int r = 1; r < n_lanes && n_loads > 0; r++) {
        int n = 0;
        int n_taken;
        int at = 0;

        for (int i = 0; i < choices->taps.n; i++)
            n += get_residue(n_lanes, choices->taps.at[i]->offset) == r;
        n_taken = n_loads < n ? n_loads : n;
        for (int i = 0; i < choices->taps.n; i++)
            if (get_residue(n_lanes, choices->taps.at[i]->offset) == r)
                choices->taps.at[i]->is_shifted = at++ * n_taken % n >= n_taken;
        n_loads -= n_taken;
    }
}

/* Is a pair of vectors shifted by one instruction, and are loads dear enough
 * for that to be of use? */
static bool has_shifts(const struct run *run, const struct window *window)
{
    const struct machine *machine = run->program->machine;

    return run->program->in_registers[window->example->array->id] ||
           costs_shift_percent(machine->costs, machine->vector_bytes) > 0;
}

/* What every tap becomes. */
static void plan_run(
    struct run *run, const struct loop_node *node, int first, int last)
{
    struct work work = {.run = run};
    struct choices choices = {0};

    for (int i = first; i < last; i++)
        if (node->children[i]->lane == run->lane) {
            value_foreach(node->children[i]->value, count_value, &work);
        }
    for (int i = 0; i < run->windows.n; i++) {
        struct window *window = run->windows.at[i];

        start_window(run, window);
        for (int t = 0; window->n_chunks && t < window->taps.n; t++)
            window->taps.at[t].is_shifted =
                has_shifts(run, window) &&
                may_shift(window, &window->taps.at[t]);
        add_choices(run, window, &choices);
    }
    choose_loads(run, &choices, count_loads(run, &work, &choices));
}

/* ---- Rewriting ----------------------------------------------------------- */

/* A value that reads a register. */
static const struct value *read_register(const struct run *run,
    const struct window *window, const struct array *array)
{
    return value_load(run->v, array, 0, NULL, window->example->range);
}

/* The register of a chunk, made ahead of the statement at hand. */
static const struct value *get_chunk(
    struct run *run, struct window *window, int i)
{
    int64_t n = window->n_lanes;
    int64_t at = (window->first + i) * n;
    int64_t inside = at < window->low ? window->low : at;
    struct array *array;
    const struct value *whole;

    if (inside + n > window->high)
        inside = window->high - n;
    if (!window->chunks[i]) {
        array = loop_load_register(
            run->program, run->into, window->example, run->lane, inside);
        if (inside != at) {
            whole = read_register(run, window, array);
            array = loop_value_register(run->program, run->into,
                window->example, run->lane,
                value_shift(
                    run->v, whole, whole, (int)((at - inside + n) % n)));
        }
        window->chunks[i] = array;
    }
    return read_register(run, window, window->chunks[i]);
}

/* A load becomes what its window says. */
static const struct value *rewrite_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct run *run = user;
    struct window *window;
    const struct tap *tap;
    int from;
    int n;

    if (!loop_is_lane_load(value, run->lane, 1))
        return value;
    window = find_window(run, value);
    tap = window ? find_tap(window, loop_get_offset(value)) : NULL;
    if (!tap || !tap->is_shifted)
        return value;
    n = get_chunks(window, tap, &from);
    return value_shift(v, get_chunk(run, window, from),
        get_chunk(run, window, from + n - 1),
        get_residue(window->n_lanes, tap->offset));
}

/* Rewrite children first .. last-1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct run run = {.program = program, .v = program->values};

    (void)user;
    run.into = into;
    run.lane = loop_find_run_lane(node, first, last);
    for (int i = first; run.lane && i < last; i++)
        collect_statement(&run, node->children[i]);
    if (run.windows.n)
        plan_run(&run, node, first, last);
    loop_map_run(program, into, node, first, last,
        run.windows.n ? run.lane : NULL, rewrite_load, &run);
}

bool loop_window(struct compilation *c, struct loop_program *program)
{
    (void)c;
    program->body =
        loop_rewrite_runs(program, program->body, rewrite_run, NULL);
    return true;
}
