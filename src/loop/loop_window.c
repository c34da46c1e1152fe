/* Register windows (lowering.md section 3): several loads that differ by a
 * constant along the lanes share the vectors ("chunks") they straddle; a load
 * between two chunks becomes a shift of the pair. Chunks lie at multiples of
 * the lanes. Loads of every other element do the same among themselves: a
 * chunk of theirs is picked out of two vectors, which the even and the odd
 * ones share.
 *
 * Nothing is loaded but elements between two others that the same straight run
 * of statements touches: they are inside the row. A chunk that hangs over
 * the end of those is a whole vector ending there, rotated. A statement that
 * leaves out lanes at the edge of a row may find anything in the lanes it
 * leaves out, so its loads need no masks and no neighbour outside the row.
 *
 * Where all that is touched of a row is less than a vector, that is loaded
 * once, masked, and rotated for every load.
 *
 * How many loads become shifts is decided in loop_balance.c. */
#include "loop/loop_window.h"

/* Loads further apart than this share nothing. Steps up to MOST_STEP are
 * those that a pick of two vectors makes. */
enum { MAX_CHUNKS_PER_LOAD = 4, MOST_STEP = 2 };

/* floor(a / b) and the remainder, b > 0. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int window_get_residue(const struct window *window, int64_t offset)
{
    int64_t n = window->n_lanes;

    offset -= window->origin;
    return (int)(offset - n * floor_divide(offset, n));
}

/* How many elements the load moves from lane to lane, if it may belong to a
 * window; else 0. */
static int get_step(const struct window_run *run, const struct value *load)
{
    for (int step = 1; step <= MOST_STEP; step++)
        if (loop_is_lane_load(load, run->lane, step))
            return step;
    return 0;
}

struct window *window_find(
    const struct window_run *run, const struct value *load, int64_t *offset)
{
    int step = get_step(run, load);
    int64_t at = step ? loop_get_offset(load) : 0;

    for (int i = 0; step && i < run->windows.n; i++) {
        struct window *window = run->windows.at[i];

        *offset = floor_divide(at, step);
        if (window->step == step && window->phase == at - *offset * step &&
            loop_is_same_row(run->v, window->example, load))
            return window;
    }
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

/* The row of a load: equal but for the constant and the lanes. */
static struct window_row *get_row(
    struct window_run *run, const struct value *load)
{
    struct window_row *row;

    for (int i = 0; i < run->rows.n; i++)
        if (loop_is_same_row(run->v, run->rows.at[i]->example, load))
            return run->rows.at[i];
    row = ARENA_NEW(run->v->arena, struct window_row);
    row->example = load;
    row->begin = INT64_MAX;
    row->end = row->sure = INT64_MIN;
    VECTOR_PUSH(run->v->arena, &run->rows, row);
    return row;
}

/* A new window for a load. */
static struct window *new_window(
    struct window_run *run, const struct value *load)
{
    struct window *window = ARENA_NEW(run->v->arena, struct window);
    int64_t at = loop_get_offset(load);

    window->row = get_row(run, load);
    window->example = load;
    window->n_lanes = run->lane->n_lanes;
    window->step = get_step(run, load);
    window->phase = (int)(at - window->step * floor_divide(at, window->step));
    VECTOR_PUSH(run->v->arena, &run->windows, window);
    return window;
}

/* Remember that a statement takes these lanes of a load. */
static void add_tap(
    struct window_run *run, struct window *window, const struct window_tap *tap)
{
    struct window_row *row = window->row;
    struct window_tap *old = find_tap(window, tap->offset);
    int64_t first = tap->offset + tap->first;
    int64_t last = tap->offset + tap->last;

    first = first * window->step + window->phase;
    last = last * window->step + window->phase;
    row->begin = first < row->begin ? first : row->begin;
    row->end = last >= row->end ? last + 1 : row->end;
    row->is_open = row->is_open || tap->is_open;
    if (!tap->is_open)
        row->sure = last >= row->sure ? last + 1 : row->sure;
    if (!old) {
        VECTOR_PUSH(run->v->arena, &window->taps, *tap);
        return;
    }
    old->first = old->first < tap->first ? old->first : tap->first;
    old->last = old->last > tap->last ? old->last : tap->last;
}

/* Is it known where in its row a vector of neighbours is? */
static bool has_place(const struct window_run *run, const struct value *load)
{
    const struct affine *last = load->index[load->n_index - 1];

    return last->n_terms == 1 && get_step(run, load) == 1;
}

/* A visit: remember a load. */
static void collect_load(const struct value *value, void *user)
{
    struct window_run *run = user;
    struct window_tap tap = run->tap;
    struct window *window;

    if (!get_step(run, value) || (tap.is_open && !has_place(run, value)))
        return;
    window = window_find(run, value, &tap.offset);
    if (!window) {
        window = new_window(run, value);
        tap.offset = floor_divide(loop_get_offset(value), window->step);
    }
    add_tap(run, window, &tap);
}

/* The loads of a statement. */
static void collect_statement(
    struct window_run *run, const struct loop_node *node)
{
    struct loop_lanes lanes;

    if (!loop_get_lanes(node, run->lane, &lanes))
        return;
    run->tap = (struct window_tap){
        .first = lanes.first, .last = lanes.last, .is_open = lanes.is_open};
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
    int64_t at = tap->offset - window->origin;
    int64_t first = floor_divide(at + tap->first, n);
    int64_t last = floor_divide(at + tap->last, n);

    *from = (int)(first - window->first);
    return (int)(last - first + 1);
}

/* Where a chunk begins. */
static int64_t get_place(const struct window *window, int i)
{
    return (window->first + i) * window->n_lanes + window->origin;
}

/* Is a chunk inside the row? */
static bool is_whole(const struct window *window, int i)
{
    int64_t at = get_place(window, i);

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
    return n > 1 || window->step > 1 || window_is_masked(window, tap);
}

/* Does a tap begin where a chunk does? */
static bool has_aligned_tap(const struct window *window)
{
    for (int i = 0; i < window->taps.n; i++)
        if (window_get_residue(window, window->taps.at[i].offset) == 0)
            return true;
    return false;
}

bool window_is_moving(const struct window_run *run, const struct window *window)
{
    const struct value *load = window->example;
    const struct loop_node *loop = run->node;

    return loop->kind == LOOP_FOR &&
           affine_coefficient(load->index[load->n_index - 1], loop->variable) *
                   loop->step % window->n_lanes !=
               0;
}

/* What is known of the row in elements of the window. Chunks that must be
 * picked, or lie anywhere, begin where some tap does. Chunks of an open row are
 * loaded with masks where it ends. */
static void place_window(const struct window_run *run, struct window *window)
{
    struct window_row *row = window->row;
    int step = window->step;
    int64_t n = window->n_lanes;

    if (row->is_open)
        row->end = n * (floor_divide(row->end - 1, n) + 1);
    window->low = floor_divide(row->begin - window->phase + step - 1, step);
    window->high = floor_divide(row->end - 1 - window->phase, step) + 1;
    if ((step > 1 || (!row->is_open && window_is_moving(run, window))) &&
        !has_aligned_tap(window))
        window->origin = window_get_residue(window, window->taps.at[0].offset);
    window->first = floor_divide(window->low - window->origin, n);
}

/* Room for the chunks; those which masked taps need. */
static void start_window(struct window_run *run, struct window *window)
{
    struct arena *arena = run->v->arena;
    const struct window_row *row = window->row;
    int64_t n = window->n_lanes;
    int64_t n_chunks;
    int from;

    place_window(run, window);
    n_chunks =
        floor_divide(window->high - 1 - window->origin, n) - window->first + 1;
    window->is_short = window->step == 1 && window->taps.n > 1 &&
                       window->high - window->low < n;
    if (window->high - window->low < n ||
        row->end - row->begin < n * window->step ||
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

/* Are shifts of use: because the schedule asks for them, or loads that take
 * other elements than their neighbours, or because a pair of vectors is
 * shifted by one instruction and loads are dear? */
static bool has_shifts(
    const struct window_run *run, const struct window *window)
{
    const struct machine *machine = run->program->machine;

    return run->program->in_registers[array_base(window->example->array)->id] ||
           window->step > 1 ||
           (!run->program->has_no_shifts &&
               costs_shift_percent(machine->costs, machine->vector_bytes) > 0);
}

/* What every tap becomes. */
static void plan_run(struct window_run *run)
{
    for (int i = 0; i < run->windows.n; i++) {
        struct window *window = run->windows.at[i];
        bool shifts = has_shifts(run, window);

        start_window(run, window);
        for (int j = 0; j < window->taps.n; j++) {
            struct window_tap *tap = &window->taps.at[j];

            if (window->is_short)
                tap->is_rotated = shifts;
            if (!window->n_chunks)
                continue;
            tap->is_shifted = shifts && may_shift(window, tap);
            tap->is_rotated = !tap->is_shifted && window_is_masked(window, tap);
        }
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

/* Let a load happen only as far as its row reaches. */
static void guard_load(struct window_run *run, struct loop_node *node)
{
    struct value_context *v = run->v;
    const struct array *array = node->value->array;
    int last = node->value->n_index - 1;
    const struct affine *left = affine_shift(v,
        affine_subtract(v, array_axis_extent(v, array, array->n_axes - 1),
            node->value->index[last]),
        -1);

    node->guard = guard_all(v, 1, &left);
}

/* The vector of neighbours at an element of a row, loaded ahead of the
 * statement at hand if it is not in a register yet. */
static const struct value *get_vector(
    struct window_run *run, const struct window *window, int64_t offset)
{
    struct window_row *row = window->row;
    struct window_vector vector = {offset, NULL};

    for (int i = 0; i < row->vectors.n; i++)
        if (row->vectors.at[i].offset == offset)
            return read_register(run, window, row->vectors.at[i].array);
    vector.array = loop_load_register(
        run->program, run->into, row->example, run->lane, offset);
    if (row->is_open && offset + run->lane->n_lanes > row->sure)
        guard_load(run, run->into->children[run->into->n_children - 1]);
    VECTOR_PUSH(run->v->arena, &row->vectors, vector);
    return read_register(run, window, vector.array);
}

/* All of a short window, in the first lanes of a register. */
static const struct value *get_short(
    struct window_run *run, const struct window *window)
{
    struct value_context *v = run->v;
    int n_made = run->into->n_children;
    const struct value *value = get_vector(run, window, window->low);
    const struct affine *inside =
        affine_subtract(v, affine_constant(v, window->high - window->low - 1),
            affine_variable(v, run->lane));

    if (run->into->n_children > n_made)
        run->into->children[n_made]->guard = guard_all(v, 1, &inside);
    return value;
}

/* A value in a register of its own. */
static struct array *keep(struct window_run *run, const struct window *window,
    const struct value *value)
{
    return loop_value_register(
        run->program, run->into, window->example, run->lane, value);
}

/* The elements of the window at "offset" .. offset + n_lanes - 1, all of them
 * inside: a vector, or picked from two that are inside too. */
static const struct value *get_elements(
    struct window_run *run, const struct window *window, int64_t offset)
{
    int n = window->n_lanes;
    int64_t at = offset * window->step;
    const struct value *halves[2];

    if (window->step == 1)
        return get_vector(run, window, offset);
    if (at < window->row->begin)
        at = window->row->begin;
    if (at + window->step * n > window->row->end)
        at = window->row->end - window->step * n;
    halves[0] = get_vector(run, window, at);
    halves[1] = get_vector(run, window, at + n);
    return value_pick(run->v, halves[0], halves[1],
        (int)(offset * window->step + window->phase - at), window->step);
}

/* The elements at "offset" as far as they are inside, anything elsewhere. */
static const struct value *rotate_elements(
    struct window_run *run, const struct window *window, int64_t offset)
{
    int n = window->n_lanes;
    int64_t inside = offset < window->low ? window->low : offset;
    const struct value *whole;

    if (window->is_short)
        inside = window->low;
    else if (inside + n > window->high)
        inside = window->high - n;
    whole = window->is_short ? get_short(run, window)
                             : get_elements(run, window, inside);
    if (inside == offset)
        return whole;
    if (whole->kind != VALUE_LOAD)
        whole = read_register(run, window, keep(run, window, whole));
    return value_shift(run->v, whole, whole, (int)((offset - inside + n) % n));
}

/* The register of a chunk, made ahead of the statement at hand. */
static const struct value *get_chunk(
    struct window_run *run, struct window *window, int i)
{
    const struct value *value;

    if (!window->chunks[i]) {
        value = rotate_elements(run, window, get_place(window, i));
        if (value->kind == VALUE_LOAD)
            return value;
        window->chunks[i] = keep(run, window, value);
    }
    return read_register(run, window, window->chunks[i]);
}

/* A load becomes what its window says. */
static const struct value *rewrite_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct window_run *run = user;
    int64_t offset;
    struct window *window =
        get_step(run, value) ? window_find(run, value, &offset) : NULL;
    const struct window_tap *tap = window ? find_tap(window, offset) : NULL;
    const struct value *low;
    int from;
    int n;

    if (tap && tap->is_rotated)
        return rotate_elements(run, window, offset);
    if (!tap || !tap->is_shifted)
        return value;
    n = window_get_chunks(window, tap, &from);
    low = get_chunk(run, window, from);
    return value_shift(v, low, get_chunk(run, window, from + n - 1),
        window_get_residue(window, offset));
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
