/* Register windows (lowering.md section 3): several loads that differ by a
 * constant along the lanes share the vectors ("chunks") they straddle; a load
 * between two chunks becomes a shift of the pair.
 *
 * Only chunks every element of which some unconditional load of the same
 * straight run of statements touches are used: nothing is read that was not
 * read before. How many loads become shifts is the machine's choice, since
 * shifts and multiply-adds compete for ports; those that reach furthest into
 * the chunk before come first (a load just before an aligned position aliases
 * with recent stores more often: cpu.md 3.1). */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <string.h>

/* Loads array[index + constant] of one run: equal but for "offset", the
 * constant of the last index. "is_shifted[r]": loads at offset r modulo the
 * lanes become shifts. "chunks[i]" is the register of chunk first + i. */
struct window {
    const struct value *example;
    int n_lanes;
    int64_t least;
    int64_t most;
    bool *is_used;
    bool *is_shifted;
    int64_t first;
    int n_chunks;
    struct array **chunks;
    bool *is_loaded;
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

/* Is the load contiguous along the run's lanes, from an input? */
static bool is_contiguous(const struct run *run, const struct value *value)
{
    const struct array *array = value->array;
    int n = value->n_index;

    if (value->kind != VALUE_LOAD || array->kind != ARRAY_IN ||
        array->is_strided || n == 0 || array->n_axes != n)
        return false;
    for (int i = 0; i < n; i++)
        if (array->axes[i].block || array->axes[i].dimension != i)
            return false;
    for (int i = 0; i < n - 1; i++)
        if (affine_has(value->index[i], run->lane))
            return false;
    return affine_coefficient(value->index[n - 1], run->lane) == 1 &&
           !affine_has_in_atom(value->index[n - 1], run->lane);
}

/* Do two loads differ in the constant of the last index only? */
static bool is_same_window(
    const struct value_context *v, const struct value *a, const struct value *b)
{
    int last = a->n_index - 1;

    if (a->array != b->array)
        return false;
    for (int i = 0; i < last; i++)
        if (!affine_is_equal(a->index[i], b->index[i]))
            return false;
    return affine_is_constant(affine_subtract(
        (struct value_context *)v, a->index[last], b->index[last]));
}

static int64_t get_offset(const struct value *load)
{
    return load->index[load->n_index - 1]->constant;
}

static struct window *find_window(
    const struct run *run, const struct value *load)
{
    for (int i = 0; i < run->windows.n; i++)
        if (is_same_window(run->v, run->windows.at[i]->example, load))
            return run->windows.at[i];
    return NULL;
}

/* ---- Collecting ---------------------------------------------------------- */

static void collect_load(const struct value *value, void *user)
{
    struct run *run = user;
    struct arena *arena = run->v->arena;
    struct window *window;
    int64_t offset;
    int n = run->lane->n_lanes;

    if (value->kind != VALUE_LOAD || !is_contiguous(run, value))
        return;
    offset = get_offset(value);
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
    window->least = offset < window->least ? offset : window->least;
    window->most = offset > window->most ? offset : window->most;
    window->is_used[offset - n * floor_divide(offset, n)] = true;
}

/* Does a value hold a condition, so that a load in it may not happen? */
static void note_predicate(const struct value *value, void *user)
{
    if (value->kind == VALUE_PREDICATE)
        *(bool *)user = true;
}

/* May the statement's loads be counted on? */
static bool is_unconditional(
    const struct run *run, const struct loop_node *node)
{
    bool conditional = false;

    if (node->kind != LOOP_ASSIGN || node->guard || node->lane != run->lane)
        return false;
    value_foreach(node->value, note_predicate, &conditional);
    return !conditional;
}

/* Which loads become shifts, and room for the chunks inside the footprint. */
static void plan_window(const struct run *run, struct window *window)
{
    int n = window->n_lanes;
    int n_between = 0;
    int n_shifts;
    int64_t end = window->most + n;

    for (int r = 1; r < n; r++)
        n_between += window->is_used[r];
    n_shifts = (n_between * run->program->machine->shift_percent + 50) / 100;
    for (int r = n - 1; r > 0 && n_shifts > 0; r--) {
        window->is_shifted[r] = window->is_used[r];
        n_shifts -= window->is_used[r];
    }
    window->first = floor_divide(window->least + n - 1, n);
    window->n_chunks = (int)(floor_divide(end, n) - window->first);
    window->n_chunks = window->n_chunks < 2 ? 0 : window->n_chunks;
    window->chunks =
        ARENA_ARRAY(run->v->arena, window->n_chunks, struct array *);
    window->is_loaded = ARENA_ARRAY(run->v->arena, window->n_chunks, bool);
}

/* ---- Rewriting ----------------------------------------------------------- */

/* The register of a chunk, loaded into it ahead of the statement at hand. */
static const struct value *get_chunk(
    struct run *run, struct window *window, int i)
{
    struct value_context *v = run->v;
    const struct value *load = window->example;
    int last = load->n_index - 1;
    struct loop_node *node;
    const struct affine **index;
    int64_t offset = (window->first + i) * window->n_lanes;

    if (!window->is_loaded[i]) {
        struct array like = {.kind = ARRAY_REGISTER,
            .name = load->array->name,
            .type = load->array->type,
            .n_lanes = window->n_lanes};

        window->chunks[i] = loop_new_array(run->program, &like);
        index = arena_copy(
            v->arena, load->index, (size_t)load->n_index * sizeof *index);
        index[last] = affine_shift(v, index[last], offset - get_offset(load));
        node = loop_node_new(v->arena, LOOP_ASSIGN, load->range);
        node->array = window->chunks[i];
        node->value =
            value_load(v, load->array, load->n_index, index, load->range);
        node->lane = run->lane;
        node->is_first = true;
        loop_add(v->arena, run->into, node);
        window->is_loaded[i] = true;
    }
    return value_load(v, window->chunks[i], 0, NULL, load->range);
}

static const struct value *rewrite_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct run *run = user;
    struct window *window;
    int64_t offset;
    int64_t i;
    int amount;

    if (value->kind != VALUE_LOAD || !is_contiguous(run, value))
        return value;
    window = find_window(run, value);
    if (!window || !window->n_chunks)
        return value;
    offset = get_offset(value);
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
    for (int i = first; i < last && !run.lane; i++)
        run.lane = node->children[i]->lane;
    for (int i = first; run.lane && i < last; i++)
        if (is_unconditional(&run, node->children[i]))
            value_foreach(node->children[i]->value, collect_load, &run);
    for (int i = 0; i < run.windows.n; i++)
        plan_window(&run, run.windows.at[i]);
    for (int i = first; i < last; i++) {
        struct loop_node *child = node->children[i];

        if (run.windows.n && is_unconditional(&run, child)) {
            const struct value *value =
                value_map(program->values, child->value, rewrite_load, &run);
            if (value != child->value) {
                child =
                    arena_copy(program->values->arena, child, sizeof *child);
                child->value = value;
            }
        }
        loop_add(program->values->arena, into, child);
    }
}

/* Rewrite all runs of statements at and below "node". */
static struct loop_node *rewrite_node(
    struct loop_program *program, const struct loop_node *node)
{
    struct loop_node *copy =
        arena_copy(program->values->arena, node, sizeof *node);

    copy->n_children = 0;
    copy->children = NULL;
    for (int i = 0; i < node->n_children;) {
        int end = i;

        while (
            end < node->n_children && node->children[end]->kind == LOOP_ASSIGN)
            end++;
        if (end > i)
            rewrite_run(program, copy, node, i, end);
        else
            loop_add(program->values->arena, copy,
                rewrite_node(program, node->children[end++]));
        i = end;
    }
    return copy;
}

bool loop_window(struct compilation *c, struct loop_program *program)
{
    (void)c;
    if (program->machine->shift_percent > 0)
        program->body = rewrite_node(program, program->body);
    return true;
}
