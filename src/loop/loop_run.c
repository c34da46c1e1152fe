/* Straight runs of vector statements, for the passes that share loads among
 * them. */
#include "loop/loop_scan.h"

/* A visit: is there a condition? */
static void note_predicate(const struct value *value, void *user)
{
    if (value->kind == VALUE_PREDICATE)
        *(bool *)user = true;
}

bool loop_is_unconditional(
    const struct loop_node *node, const struct variable *lane)
{
    bool conditional = false;

    if (node->kind != LOOP_ASSIGN || node->guard || node->lane != lane)
        return false;
    value_foreach(node->value, note_predicate, &conditional);
    return !conditional;
}

/* Is "term", a form of the lane alone, at least 0 in a lane? */
static bool holds(const struct affine *term, int lane)
{
    return term->constant + term->terms[0].coefficient * lane >= 0;
}

/* Is the term an end of the lanes that is known only at run time? */
static bool is_open_end(const struct affine *term, const struct variable *lane)
{
    return affine_coefficient(term, lane) < 0 &&
           !affine_has_in_atom(term, lane);
}

bool loop_get_lanes(const struct loop_node *node, const struct variable *lane,
    struct loop_lanes *lanes)
{
    const struct guard *guard = node->guard;
    bool conditional = false;

    if (node->kind != LOOP_ASSIGN || node->lane != lane ||
        (guard && guard->n_clauses != 1))
        return false;
    value_foreach(node->value, note_predicate, &conditional);
    *lanes = (struct loop_lanes){0, lane->n_lanes - 1, false};
    for (int i = 0; guard && i < guard->clauses[0].n; i++) {
        const struct affine *term = guard->clauses[0].terms[i];

        if (term->n_terms != 1 || term->terms[0].variable != lane) {
            if (!is_open_end(term, lane))
                return false;
            lanes->is_open = true;
            continue;
        }
        while (lanes->first <= lanes->last && !holds(term, lanes->first))
            lanes->first++;
        while (lanes->first <= lanes->last && !holds(term, lanes->last))
            lanes->last--;
    }
    return !conditional && lanes->first <= lanes->last;
}

bool loop_is_lane_load(
    const struct value *value, const struct variable *lane, int64_t step)
{
    const struct array *array = value->array;
    int n = value->n_index;

    if (value->kind != VALUE_LOAD || array_base(array)->kind != ARRAY_IN ||
        array->is_strided || n == 0 || array->n_axes != n)
        return false;
    for (int i = 0; i < n; i++)
        if (array->axes[i].block || array->axes[i].dimension != i)
            return false;
    for (int i = 0; i < n - 1; i++)
        if (affine_has(value->index[i], lane))
            return false;
    return affine_coefficient(value->index[n - 1], lane) == step &&
           !affine_has_in_atom(value->index[n - 1], lane);
}

bool loop_is_same_row(
    struct value_context *v, const struct value *a, const struct value *b)
{
    int last = a->n_index - 1;

    if (a->array != b->array)
        return false;
    for (int i = 0; i < last; i++)
        if (!affine_is_equal(a->index[i], b->index[i]))
            return false;
    return affine_is_constant(
        affine_subtract(v, a->index[last], b->index[last]));
}

int64_t loop_get_offset(const struct value *load)
{
    return load->index[load->n_index - 1]->constant;
}

const struct variable *loop_find_run_lane(
    const struct loop_node *node, int first, int last)
{
    const struct variable *lane = NULL;

    for (int i = first; i < last && !lane; i++)
        lane = node->children[i]->lane;
    return lane;
}

struct array *loop_value_register(struct loop_program *program,
    struct loop_node *into, const struct value *like,
    const struct variable *lane, const struct value *value)
{
    struct arena *arena = program->values->arena;
    struct array model = {.kind = ARRAY_REGISTER,
        .name = like->array->name,
        .type = like->array->type,
        .n_lanes = lane->n_lanes};
    struct array *array = loop_new_array(program, &model);
    struct loop_node *node = loop_node_new(arena, LOOP_ASSIGN, like->range);

    node->array = array;
    node->value = value;
    node->lane = lane;
    node->is_first = true;
    loop_add(arena, into, node);
    return array;
}

struct array *loop_load_register(struct loop_program *program,
    struct loop_node *into, const struct value *like,
    const struct variable *lane, int64_t offset)
{
    struct value_context *v = program->values;
    int last = like->n_index - 1;
    const struct affine **index = arena_copy(
        v->arena, like->index, (size_t)like->n_index * sizeof *index);
    int64_t step = affine_coefficient(index[last], lane);
    const struct affine *lanes = affine_variable(v, lane);

    index[last] = affine_shift(v, index[last], offset - loop_get_offset(like));
    index[last] =
        affine_subtract(v, index[last], affine_scale(v, lanes, step - 1));
    return loop_value_register(program, into, like, lane,
        value_load(v, like->array, like->n_index, index, like->range));
}

void loop_map_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last,
    const struct variable *lane,
    const struct value *(*replace)(
        struct value_context *, const struct value *, void *),
    void *user)
{
    struct value_context *v = program->values;

    for (int i = first; i < last; i++) {
        struct loop_node *child = node->children[i];
        struct loop_lanes lanes;

        if (lane && loop_get_lanes(child, lane, &lanes)) {
            const struct value *value =
                value_map(v, child->value, replace, user);
            if (value != child->value) {
                child = arena_copy(v->arena, child, sizeof *child);
                child->value = value;
            }
        }
        loop_add(v->arena, into, child);
    }
}

struct loop_node *loop_rewrite_runs(struct loop_program *program,
    const struct loop_node *node,
    void (*rewrite)(struct loop_program *program, struct loop_node *into,
        const struct loop_node *node, int first, int last, void *user),
    void *user)
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
            rewrite(program, copy, node, i, end, user);
        else
            loop_add(program->values->arena, copy,
                loop_rewrite_runs(
                    program, node->children[end++], rewrite, user));
        i = end;
    }
    return copy;
}
