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
#include "loop/loop_window.h"

/* Loads further apart than this share nothing. */
enum { MAX_CHUNKS_PER_LOAD = 4 };

/* floor(a / b) and the remainder, b > 0. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int window_get_residue(int n_lanes, int64_t offset)
{
    return (int)(offset - n_lanes * floor_divide(offset, n_lanes));
}

struct window *window_find(
    const struct window_run *run, const struct value *load)
{
    for (int i = 0; i < run->windows.n; i++)
        if (loop_is_same_row(run->v, run->windows.at[i]->example, load))
            return run->windows.at[i];
    return NULL;
}

/* The tap of a window at an offset, NULL if it is new. */
static struct window_tap *find_tap(const struct window *window, int64_t offset)
{
    for (int i = 0; i < window->taps.n; i++)
        if (window->taps.at[i].offset == offset)
            return &window->taps.at[i];
    return NULL;
}

/* ---- Collecting ---------------------------------------------------------- */

/* A new window with the row of a load. */
static struct window *new_window(
    struct window_run *run, const struct value *load)
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
    struct window_run *run = user;
    struct window_tap tap = run->tap;
    struct window *window;
    struct window_tap *old;

    if (!loop_is_lane_load(value, run->lane, 1))
        return;
    tap.offset = loop_get_offset(value);
    window = window_find(run, value);
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
static void collect_statement(
    struct window_run *run, const struct loop_node *node)
{
    if (loop_get_lanes(node, run->lane, &run->tap.first, &run->tap.last))
        value_foreach(node->value, collect_load, run);
}

/* ---- Planning ------------------------------------------------------------ */

bool window_is_masked(const struct window *window, const struct window_tap *tap)
{
    return tap->first > 0 || tap->last < window->n_lanes - 1;
}

int window_get_chunks(
    const struct window *window, const struct window_tap *tap, int *from)
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
static bool may_shift(const struct window *window, const struct window_tap *tap)
{
    int from;
    int n = window_get_chunks(window, tap, &from);

    for (int i = from; i < from + n; i++)
        if (!is_whole(window, i) && !window->is_masked[i])
            return false;
    return n > 1 || window_is_masked(window, tap);
}

/* Room for the chunks; those which masked taps need. */
static void start_window(struct window_run *run, struct window *window)
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
        const struct window_tap *tap = &window->taps.at[i];

        if (!window_is_masked(window, tap))
            continue;
        for (int j = window_get_chunks(window, tap, &from); j > 0; j--)
            window->is_masked[from + j - 1] = true;
    }
}

/* Is a pair of vectors shifted by one instruction, and are loads dear enough
 * for that to be of use? */
static bool has_shifts(
    const struct window_run *run, const struct window *window)
{
    const struct machine *machine = run->program->machine;

    return run->program->in_registers[window->example->array->id] ||
           costs_shift_percent(machine->costs, machine->vector_bytes) > 0;
}

/* What every tap becomes. */
static void plan_run(struct window_run *run)
{
    for (int i = 0; i < run->windows.n; i++) {
        struct window *window = run->windows.at[i];

        start_window(run, window);
        for (int t = 0; window->n_chunks && t < window->taps.n; t++)
            window->taps.at[t].is_shifted =
                has_shifts(run, window) &&
                may_shift(window, &window->taps.at[t]);
    }
    window_balance(run);
}

/* ---- Rewriting ----------------------------------------------------------- */

/* A value that reads a register. */
static const struct value *read_register(const struct window_run *run,
    const struct window *window, const struct array *array)
{
    return value_load(run->v, array, 0, NULL, window->example->range);
}

/* The register of a chunk, made ahead of the statement at hand. */
static const struct value *get_chunk(
    struct window_run *run, struct window *window, int i)
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
    struct window_run *run = user;
    struct window *window;
    const struct window_tap *tap;
    int from;
    int n;

    if (!loop_is_lane_load(value, run->lane, 1))
        return value;
    window = window_find(run, value);
    tap = window ? find_tap(window, loop_get_offset(value)) : NULL;
    if (!tap || !tap->is_shifted)
        return value;
    n = window_get_chunks(window, tap, &from);
    return value_shift(v, get_chunk(run, window, from),
        get_chunk(run, window, from + n - 1),
        window_get_residue(window->n_lanes, tap->offset));
}

/* Rewrite children first .. last-1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct window_run run = {.program = program, .v = program->values};

    (void)user;
    run.into = into;
    run.node = node;
    run.begin = first;
    run.end = last;
    run.lane = loop_find_run_lane(node, first, last);
    for (int i = first; run.lane && i < last; i++)
        collect_statement(&run, node->children[i]);
    if (run.windows.n)
        plan_run(&run);
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
