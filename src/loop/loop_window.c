/* Register windows (lowering.md section 3): several loads that differ by a
 * constant along the lanes share the vectors ("chunks") they straddle; a load
 * between two chunks becomes a shift of the pair.
 *
 * Only chunks that lie between elements of the row which unconditional loads
 * of the same straight run of statements touch are used: they are inside the
 * tensor. How many loads become shifts is the machine's choice, since
 * shifts and multiply-adds compete for ports; those that reach furthest into
 * the chunk before come first (a load just before an aligned position aliases
 * with recent stores more often: cpu.md 3.1). */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <string.h>

/* Loads further apart than this share nothing. */
enum { MAX_CHUNKS_PER_LOAD = 4 };

/* Loads array[index + constant] of one run: equal but for "offset", the
 * constant of the last index. "is_shifted[r]": loads at offset r modulo the
 * lanes become shifts. "chunks[i]" is the register of chunk first + i. */
struct window {
    const struct value *example;
    int n_lanes;
    int64_t least;
    int64_t most;
    int n_loads;
    bool *is_used;
    bool *is_shifted;
    int64_t first;
    int n_chunks;
    struct array **chunks;
};

/* A run of statements under rewriting. */
struct run {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *lane;
    VECTOR(struct window *) windows;
    struct loop_node *into;
    struct source_range range;
};

/* floor(a / b) and the remainder, b > 0. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
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

/* ---- Collecting ---------------------------------------------------------- */

/* A visit: remember a load. */
static void collect_load(const struct value *value, void *user)
{
    struct run *run = user;
    struct arena *arena = run->v->arena;
    struct window *window;
    int64_t offset;
    int n = run->lane->n_lanes;

    if (!loop_is_lane_load(value, run->lane, 1))
        return;
    offset = loop_get_offset(value);
    window = find_window(run, value);
    if (!window) {
        window = ARENA_NEW(arena, struct window);
        window->example = value;
        window->n_lanes = n;
        window->least = window->most = offset;
        window->is_used = ARENA_ARRAY(arena, n, bool);
        window->is_shifted = ARENA_ARRAY(arena, n, bool);
        VECTOR_PUSH(arena, &run->windows, window);
    }
    window->n_loads++;
    window->least = offset < window->least ? offset : window->least;
    window->most = offset > window->most ? offset : window->most;
    window->is_used[offset - n * floor_divide(offset, n)] = true;
}

/* The share of straddling loads to make by shifts: all of them where the
 * schedule stages the array in registers, else the machine's choice. */
static int get_percent(const struct run *run, const struct window *window)
{
    const struct array *array = window->example->array;
    const struct machine *machine = run->program->machine;

    return run->program->in_registers[array->id]
               ? 100
               : costs_shift_percent(machine->costs, machine->vector_bytes);
}

/* Which loads become shifts, and room for the chunks inside the footprint. */
static void plan_window(const struct run *run, struct window *window)
{
    int n = window->n_lanes;
    int n_between = 0;
    int n_shifts;
    int64_t end = window->most + n;
    int64_t n_chunks;

    for (int r = 1; r < n; r++)
        n_between += window->is_used[r];
    n_shifts = (n_between * get_percent(run, window) + 50) / 100;
    for (int r = n - 1; r > 0 && n_shifts > 0; r--) {
        window->is_shifted[r] = window->is_used[r];
        n_shifts -= window->is_used[r];
    }
    window->first = floor_divide(window->least + n - 1, n);
    n_chunks = floor_divide(end, n) - window->first;
    if (n_chunks < 2 || n_chunks / MAX_CHUNKS_PER_LOAD > window->n_loads)
        n_chunks = 0;
    window->n_chunks = (int)n_chunks;
    window->chunks =
        ARENA_ARRAY(run->v->arena, window->n_chunks, struct array *);
}

/* ---- Rewriting ----------------------------------------------------------- */

/* The register of a chunk, loaded into it ahead of the statement at hand. */
static const struct value *get_chunk(
    struct run *run, struct window *window, int i)
{
    const struct value *load = window->example;
    int64_t offset = (window->first + i) * window->n_lanes;

    if (!window->chunks[i])
        window->chunks[i] = loop_load_register(
            run->program, run->into, load, run->lane, offset);
    return value_load(run->v, window->chunks[i], 0, NULL, load->range);
}

/* A load becomes what its window says. */
static const struct value *rewrite_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct run *run = user;
    struct window *window;
    int64_t offset;
    int64_t i;
    int amount;

    if (!loop_is_lane_load(value, run->lane, 1))
        return value;
    window = find_window(run, value);
    if (!window || !window->n_chunks)
        return value;
    offset = loop_get_offset(value);
    i = floor_divide(offset, window->n_lanes) - window->first;
    amount =
        (int)(offset - window->n_lanes * floor_divide(offset, window->n_lanes));
    if (!window->is_shifted[amount] || i < 0 || i + 1 >= window->n_chunks)
        return value;
    return value_shift(v, get_chunk(run, window, (int)i),
        get_chunk(run, window, (int)i + 1), amount);
}

/* Rewrite children first .. last-1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last)
{
    struct run run = {.program = program, .v = program->values};

    run.into = into;
    run.lane = loop_find_run_lane(node, first, last);
    for (int i = first; run.lane && i < last; i++)
        if (loop_is_unconditional(node->children[i], run.lane))
            value_foreach(node->children[i]->value, collect_load, &run);
    for (int i = 0; i < run.windows.n; i++)
        plan_window(&run, run.windows.at[i]);
    loop_map_run(program, into, node, first, last,
        run.windows.n ? run.lane : NULL, rewrite_load, &run);
}

bool loop_window(struct compilation *c, struct loop_program *program)
{
    (void)c;
    program->body = loop_rewrite_runs(program, program->body, rewrite_run);
    return true;
}
