/* Loads that take every other element of a row (stride 2) come in pairs: the
 * even and the odd elements of the same two vectors. The vectors are loaded
 * once, each pair of loads is two picks of them, and a load two elements
 * further on is the picked register shifted by one lane towards that of the
 * next vector (lowering.md section 3: deinterleave once, windows per phase).
 *
 * The two loads of a pair touch every element of the two vectors, so nothing
 * is read that was not read before. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* One offset at which the run loads. "picked": the register with these
 * elements, once it is made. "is_pair": this and the next offset are a
 * pair. "is_odd": this and the one before are. */
struct phase {
    int64_t offset;
    bool is_pair;
    bool is_odd;
    struct array *picked;
};

/* The loads of one row: their offsets. */
struct row {
    const struct value *example;
    VECTOR(struct phase) phases;
};

/* A run of statements under rewriting. */
struct run {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *lane;
    VECTOR(struct row *) rows;
    struct loop_node *into;
};

/* The row a load belongs to, NULL if it is new. */
static struct row *find_row(const struct run *run, const struct value *load)
{
    for (int i = 0; i < run->rows.n; i++)
        if (loop_is_same_row(run->v, run->rows.at[i]->example, load))
            return run->rows.at[i];
    return NULL;
}

/* The phase of a row an offset falls into, NULL if it is new. */
static struct phase *find_phase(struct row *row, int64_t offset)
{
    for (int i = 0; i < row->phases.n; i++)
        if (row->phases.at[i].offset == offset)
            return &row->phases.at[i];
    return NULL;
}

/* A visit: remember a load that may share its vector. */
static void collect_load(const struct value *value, void *user)
{
    struct run *run = user;
    struct row *row;
    struct phase phase = {0};

    if (value->kind != VALUE_LOAD || !loop_is_lane_load(value, run->lane, 2))
        return;
    row = find_row(run, value);
    if (!row) {
        row = ARENA_NEW(run->v->arena, struct row);
        row->example = value;
        VECTOR_PUSH(run->v->arena, &run->rows, row);
    }
    phase.offset = loop_get_offset(value);
    if (!find_phase(row, phase.offset))
        VECTOR_PUSH(run->v->arena, &row->phases, phase);
}

/* Make "phase" and the next offset a pair, if both are free. */
static void try_pair(struct row *row, struct phase *phase)
{
    struct phase *odd = find_phase(row, phase->offset + 1);

    if (phase->is_pair || phase->is_odd || !odd || odd->is_pair || odd->is_odd)
        return;
    phase->is_pair = true;
    odd->is_odd = true;
}

/* Pairs: first those a multiple of two vectors from the first load, which
 * leaves the others to be shifts of them; then what remains. */
static void plan_row(const struct run *run, struct row *row)
{
    int64_t period = 2 * run->lane->n_lanes;
    int64_t first = row->phases.at[0].offset;

    for (int i = 0; i < row->phases.n; i++)
        if ((row->phases.at[i].offset - first) % period == 0)
            try_pair(row, &row->phases.at[i]);
}

/* ---- Rewriting ------------------------------------------------------------
 */

/* A value that reads a register. */
static const struct value *read_register(
    struct run *run, const struct row *row, const struct array *array)
{
    return value_load(run->v, array, 0, NULL, row->example->range);
}

/* A new register with every other element of two vectors. */
static struct array *make_pick(struct run *run, const struct row *row,
    const struct value *const *halves, int first)
{
    return loop_value_register(run->program, run->into, row->example, run->lane,
        value_pick(run->v, halves[0], halves[1], first, 2));
}

/* Load the two vectors of a pair and pick both phases. */
static void make_pair(struct run *run, struct row *row, struct phase *even)
{
    struct phase *odd = find_phase(row, even->offset + 1);
    const struct value *halves[2];

    for (int i = 0; i < 2; i++)
        halves[i] = read_register(run, row,
            loop_load_register(run->program, run->into, row->example, run->lane,
                even->offset + i * run->lane->n_lanes));
    even->picked = make_pick(run, row, halves, 0);
    odd->picked = make_pick(run, row, halves, 1);
}

/* The register of a phase that belongs to a pair, NULL for others. */
static const struct array *get_picked(
    struct run *run, struct row *row, int64_t offset)
{
    struct phase *phase = find_phase(row, offset);

    if (!phase || (!phase->is_pair && !phase->is_odd))
        return NULL;
    if (!phase->picked)
        make_pair(
            run, row, phase->is_pair ? phase : find_phase(row, offset - 1));
    return find_phase(row, offset)->picked;
}

/* The elements at "offset" from two neighbouring phases, NULL if they are not
 * both there. */
static const struct value *shift_phases(
    struct run *run, struct row *row, int64_t low, int amount)
{
    const struct array *first = get_picked(run, row, low);
    const struct array *second =
        first ? get_picked(run, row, low + 2 * run->lane->n_lanes) : NULL;

    if (!second)
        return NULL;
    return value_shift(run->v, read_register(run, row, first),
        read_register(run, row, second), amount);
}

/* A load becomes the register of its phase. */
static const struct value *rewrite_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct run *run = user;
    int n = run->lane->n_lanes;
    struct row *row;
    const struct array *picked;
    const struct value *shifted;
    int64_t offset;

    (void)v;
    if (value->kind != VALUE_LOAD || !loop_is_lane_load(value, run->lane, 2))
        return value;
    row = find_row(run, value);
    if (!row)
        return value;
    offset = loop_get_offset(value);
    picked = get_picked(run, row, offset);
    if (picked)
        return read_register(run, row, picked);
    shifted = shift_phases(run, row, offset - 2, 1);
    if (!shifted)
        shifted = shift_phases(run, row, offset + 2 - 2 * n, n - 1);
    return shifted ? shifted : value;
}

/* Rewrite statements first .. last-1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct run run = {.program = program, .v = program->values};

    (void)user;
    run.into = into;
    run.lane = loop_find_run_lane(node, first, last);
    for (int i = first; run.lane && i < last; i++)
        if (loop_is_unconditional(node->children[i], run.lane))
            value_foreach(node->children[i]->value, collect_load, &run);
    for (int i = 0; i < run.rows.n; i++)
        plan_row(&run, run.rows.at[i]);
    loop_map_run(program, into, node, first, last, run.rows.n ? run.lane : NULL,
        rewrite_load, &run);
}

bool loop_deinterleave(struct compilation *c, struct loop_program *program)
{
    (void)c;
    program->body =
        loop_rewrite_runs(program, program->body, rewrite_run, NULL);
    return true;
}
