/* Vectors on the lines of memory: where a caller's output does not begin on a
 * cache line, every vector of it would lie in two. A vector loop
 *
 *     for c = 0 .. C step V          y[l][c + lane] = ...
 *
 * becomes, "head" being the elements of y before its first line, known when
 * the kernel is called,
 *
 *     if head > 0                    y[l][head - V + lane] = ...  where >= 0
 *     for c = head .. C step V       y[l][c + lane] = ...
 *
 * The last vector hangs over the end as it does where C is no multiple of V;
 * all between are whole lines. For vectors as wide as a line, along rows that
 * are whole vectors themselves (or the only row), when no access slides along
 * the lanes: there some always lie in two lines. Not where several vectors run
 * at once through loops: one more would have the loops to itself. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* Vectors in a row from which a masked one more is worth it. */
enum { LEAST_VECTORS = 6 };

/* A vector loop that is looked at: its variable and lane, and the output whose
 * vectors are to be whole lines. */
struct candidate {
    struct loop_program *program;
    const struct loop_node *loop;
    const struct array *output;
    bool fits;
};

/* Does anything of "a" but the loop's variable and the lane, each once, keep
 * the form from being a multiple of the lanes? */
static bool is_on_grid(const struct candidate *candidate,
    const struct affine *a, const struct variable *lane)
{
    int64_t n = candidate->loop->n_lanes;

    if (affine_coefficient(a, candidate->loop->variable) != 1 ||
        affine_coefficient(a, lane) != 1 || a->constant % n)
        return false;
    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *variable = a->terms[i].variable;

        if (variable != candidate->loop->variable && variable != lane &&
            a->terms[i].coefficient % n)
            return false;
    }
    return true;
}

/* Are rows of the array whole vectors, or is there only one? */
static bool has_whole_rows(
    const struct candidate *candidate, const struct array *array)
{
    const struct affine *row;

    if (array->n_axes < 2)
        return true;
    row =
        array_axis_extent(candidate->program->values, array, array->n_axes - 1);
    return affine_is_constant(row) &&
           row->constant % candidate->loop->n_lanes == 0;
}

/* Look at an access that varies with the lane. */
static void check_access(struct candidate *candidate, const struct array *array,
    const struct affine *const *index, const struct variable *lane)
{
    struct value_context *v = candidate->program->values;
    bool varies = false;

    for (int i = 0; i < array->n_dimensions; i++)
        varies = varies || affine_has(index[i], lane);
    if (!varies)
        return;
    if (array->is_strided || array->n_axes == 0 || array->kind == ARRAY_STACK ||
        !is_on_grid(candidate,
            array_axis_index(v, array, array->n_axes - 1, index), lane))
        candidate->fits = false;
}

/* A visit: a load. */
struct load_visit {
    struct candidate *candidate;
    const struct variable *lane;
};

/* A visit: a load, or a window that was made already. */
static void check_load(const struct value *value, void *user)
{
    const struct load_visit *visit = user;

    if (value->kind == VALUE_LOAD && value->array->n_dimensions > 0)
        check_access(visit->candidate, value->array, value->index, visit->lane);
    if (value->kind == VALUE_SHIFT)
        visit->candidate->fits = false;
}

/* Look at a statement: it must be one of the lanes, and its place in memory
 * on their grid. The first output that is written is the one to align. */
static void check_assign(
    struct candidate *candidate, const struct loop_node *node)
{
    struct load_visit visit = {candidate, node->lane};
    const struct array *array = node->array;

    if (!node->lane || node->lane->n_lanes != candidate->loop->n_lanes ||
        node->reduce != MODEL_SET) {
        candidate->fits = false;
        return;
    }
    value_foreach(node->value, check_load, &visit);
    if (array->kind == ARRAY_REGISTER)
        return;
    check_access(candidate, array, node->index, node->lane);
    if (array->kind != ARRAY_OUT && array->kind != ARRAY_INOUT)
        candidate->fits = false;
    if (!candidate->output)
        candidate->output = array;
}

/* A visit: everything below the loop. */
static void check_node(struct loop_node *node, void *user)
{
    struct candidate *candidate = user;
    const struct variable *variable = candidate->loop->variable;

    if (node == candidate->loop || !candidate->fits)
        return;
    if (node->kind == LOOP_ASSIGN)
        check_assign(candidate, node);
    if (node->kind == LOOP_IF)
        candidate->fits = !node->guard || !guard_has(node->guard, variable);
    for (int i = 0; node->kind == LOOP_FOR && i < node->n_lower; i++)
        candidate->fits &= !affine_has(node->lower[i], variable);
    for (int i = 0; node->kind == LOOP_FOR && i < node->n_upper; i++)
        candidate->fits &= !affine_has(node->upper[i], variable);
}

/* Is the loop long enough, as far as that is known? */
static bool is_long(
    const struct loop_program *program, const struct loop_node *loop)
{
    const struct affine *size =
        affine_subtract(program->values, loop->upper[0], loop->lower[0]);

    return !affine_is_constant(size) ||
           size->constant >= LEAST_VECTORS * loop->step;
}

/* May the loop begin earlier, and which output says by how much? */
static bool is_candidate(struct candidate *candidate)
{
    const struct loop_program *program = candidate->program;
    const struct loop_node *loop = candidate->loop;
    int64_t bytes;

    if (loop->n_lanes < 2 || loop->step != loop->n_lanes ||
        loop->mode != LOOP_SERIAL || loop->n_lower != 1 || loop->n_upper != 1 ||
        loop->variable->multiple > 1 || !is_long(program, loop) ||
        (loop->jam > 1 && loop_has_loop(loop)))
        return false;
    loop_foreach((struct loop_node *)loop, check_node, candidate);
    if (!candidate->fits || !candidate->output ||
        !has_whole_rows(candidate, candidate->output))
        return false;
    bytes = dtype_bits(candidate->output->type) / 8;
    return bytes * loop->n_lanes == COSTS_LINE_BYTES;
}

/* The head of an output, one variable for all its loops. */
static const struct variable *get_head(
    struct loop_program *program, const struct array *output)
{
    struct arena *arena = program->values->arena;
    struct loop_head *heads;
    const char *name = arena_printf(arena, "%s.head", output->name->text);
    int n = program->n_heads;

    for (int i = 0; i < n; i++)
        if (program->heads[i].array == output)
            return program->heads[i].variable;
    heads = ARENA_ARRAY(arena, n + 1, struct loop_head);
    for (int i = 0; i < n; i++)
        heads[i] = program->heads[i];
    heads[n].variable = variable_new(program->values, VARIABLE_PARAMETER,
        name_of(program->values->names, name));
    heads[n].array = output;
    heads[n].n_elements = COSTS_LINE_BYTES / (dtype_bits(output->type) / 8);
    program->heads = heads;
    program->n_heads = n + 1;
    return heads[n].variable;
}

/* What is added to the guards below a node: lower <= at + lane < upper, "at"
 * being the place of the vector; NULL where that is known. */
struct masking {
    struct value_context *v;
    const struct affine *at;
    const struct affine *lower;
    const struct affine *upper;
};

/* A visit: mask a statement. */
static void mask_node(struct loop_node *node, void *user)
{
    const struct masking *masking = user;
    struct value_context *v = masking->v;
    const struct affine *terms[2];
    const struct affine *place;
    int n = 0;

    if (node->kind != LOOP_ASSIGN)
        return;
    place = affine_add(v, masking->at, affine_variable(v, node->lane));
    if (masking->upper)
        terms[n++] =
            affine_shift(v, affine_subtract(v, masking->upper, place), -1);
    if (masking->lower)
        terms[n++] = affine_subtract(v, place, masking->lower);
    node->guard = guard_and(v, node->guard, guard_all(v, n, terms));
}

/* The vector before the first line, if there are elements in it. */
static struct loop_node *make_first(struct loop_program *program,
    const struct loop_node *loop, const struct variable *head)
{
    struct value_context *v = program->values;
    const struct affine *size = affine_variable(v, head);
    const struct affine *some = affine_shift(v, size, -1);
    const struct affine *at =
        affine_add(v, loop->lower[0], affine_shift(v, size, -loop->n_lanes));
    const struct affine *length =
        affine_subtract(v, loop->upper[0], loop->lower[0]);
    struct masking masking = {v, at, loop->lower[0],
        affine_is_constant(length) ? NULL : loop->upper[0]};
    struct loop_node *first = loop_node_new(v->arena, LOOP_IF, loop->range);

    first->guard = guard_all(v, 1, &some);
    loop_repeat(program, first, loop, 1, &at);
    loop_foreach(first, mask_node, &masking);
    return first;
}

/* Let the loop begin on a line. */
static void shift_loop(struct loop_program *program, struct loop_node *loop,
    const struct variable *head)
{
    struct value_context *v = program->values;
    struct masking masking = {
        v, affine_variable(v, loop->variable), NULL, loop->upper[0]};
    const struct affine **lower =
        ARENA_ARRAY(v->arena, 1, const struct affine *);

    lower[0] = affine_add(v, loop->lower[0], affine_variable(v, head));
    loop->lower = lower;
    loop_foreach(loop, mask_node, &masking);
}

/* The children of a node, loops that can be aligned with their first vector
 * before them. */
static void align_children(struct loop_program *program, struct loop_node *node)
{
    struct loop_node changed = {0};
    const struct variable *head;

    for (int i = 0; i < node->n_children; i++) {
        struct loop_node *child = node->children[i];
        struct candidate candidate = {program, child, NULL, true};

        if (child->kind == LOOP_FOR && is_candidate(&candidate)) {
            head = get_head(program, candidate.output);
            loop_add(program->values->arena, &changed,
                make_first(program, child, head));
            shift_loop(program, child, head);
        } else {
            align_children(program, child);
        }
        loop_add(program->values->arena, &changed, child);
    }
    node->children = changed.children;
    node->n_children = changed.n_children;
}

bool loop_align(struct compilation *c, struct loop_program *program)
{
    const struct machine *machine = program->machine;

    (void)c;
    if (machine && machine->vector_bytes == COSTS_LINE_BYTES &&
        machine->costs->load_crossing > 0)
        align_children(program, program->body);
    return true;
}
