/* Elements in memory that statements one after the other update become
 * registers in between:
 *
 *     y[p] = 0                                  y.1 = 0
 *     y[p] = fma(w[0], x[p], y[p])    becomes   y.1 = fma(w[0], x[p], y.1)
 *     y[p] = fma(w[1], x[p + 1], y[p])          y.1 = fma(w[1], x[p + 1], y.1)
 *                                               y[p] = y.1
 *
 * so that an element is stored once, and that a vector which only writes it
 * may run twice. Only in straight runs of statements, where no other of them
 * may touch the element, and where the first one's condition holds whenever
 * that of another one does. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* How far ahead other statements of an element are looked for. */
enum { MOST_AHEAD = 256 };

/* A run of statements under rewriting, in a body that has the node "scope" of
 * the schedule for its own. "registers[i]" is what statement i writes instead
 * of its element, "ends[i]" the first statement of the element that is stored
 * behind i; -1. */
struct keeping {
    struct loop_program *program;
    struct value_context *v;
    const struct schedule_node *scope;
    struct loop_node *const *nodes;
    int n;
    struct array **registers;
    int *ends;
    bool *is_first;
};

/* ---- Elements ------------------------------------------------------------ */

/* Is it the same element, in every lane? */
static bool is_same(const struct loop_node *node, const struct array *array,
    const struct affine *const *index)
{
    if (array != node->array)
        return false;
    for (int i = 0; i < node->n_index; i++)
        if (!affine_is_equal(index[i], node->index[i]))
            return false;
    return true;
}

/* Do two indices that move alike differ in all lanes of both? */
static bool is_apart(
    struct value_context *v, const struct affine *a, const struct affine *b)
{
    const struct affine *distance = affine_subtract(v, a, b);
    const struct variable *lane = affine_lane(a);
    int64_t step;

    if (!affine_is_constant(distance) || distance->constant == 0)
        return false;
    if (!lane)
        return true;
    step = affine_coefficient(a, lane);
    if (affine_has_in_atom(a, lane) || step == 0)
        return false;
    return distance->constant % step != 0 ||
           distance->constant / step >= lane->n_lanes ||
           distance->constant / step <= -lane->n_lanes;
}

/* Can the statement's elements and another access not meet? */
static bool is_elsewhere(struct value_context *v, const struct loop_node *node,
    const struct array *array, const struct affine *const *index)
{
    if (array != node->array)
        return true;
    for (int i = 0; i < node->n_index; i++)
        if (is_apart(v, index[i], node->index[i]))
            return true;
    return false;
}

/* Does "other" hold wherever "term" does, being a multiple of it and more? */
static bool is_implied_by(struct value_context *v, const struct affine *term,
    const struct affine *other)
{
    int64_t factor;

    if (other->n_terms == 0 || term->n_terms != other->n_terms)
        return false;
    factor = term->terms[0].coefficient / other->terms[0].coefficient;
    term = affine_subtract(v, term, affine_scale(v, other, factor));
    return factor > 0 && affine_is_constant(term) && term->constant >= 0;
}

/* Does the guard "weak" hold wherever "strong" does? */
static bool implies(struct value_context *v, const struct guard *strong,
    const struct guard *weak)
{
    if (!weak || (strong && guard_is_equal(strong, weak)))
        return true;
    if (!strong || strong->n_clauses != 1 || weak->n_clauses != 1)
        return false;
    for (int i = 0; i < weak->clauses[0].n; i++) {
        bool found = false;

        for (int j = 0; !found && j < strong->clauses[0].n; j++)
            found = is_implied_by(
                v, weak->clauses[0].terms[i], strong->clauses[0].terms[j]);
        if (!found)
            return false;
    }
    return true;
}

/* ---- Groups -------------------------------------------------------------- */

/* What a statement does to the element that "first" writes. */
struct use {
    struct value_context *v;
    const struct loop_node *first;
    bool reads;
    bool is_unclear;
};

/* A visit: a load of the element, or of one that may be it. */
static void visit_load(const struct value *value, void *user)
{
    struct use *use = user;

    if (value->kind != VALUE_LOAD || value->array != use->first->array)
        return;
    if (is_same(use->first, value->array, value->index))
        use->reads = true;
    else if (!is_elsewhere(use->v, use->first, value->array, value->index))
        use->is_unclear = true;
}

/* May the statement be looked at: does it write elements, each lane its
 * own? */
static bool is_candidate(const struct loop_node *node)
{
    return node->reduce == MODEL_SET && node->array->kind != ARRAY_REGISTER &&
           (!node->guard || node->guard->n_clauses == 1);
}

/* Mark the statements of the element that statement "first" writes, if there
 * are several. */
static void find_group(struct keeping *keeping, int first)
{
    const struct loop_node *node = keeping->nodes[first];
    struct array model = {.kind = ARRAY_REGISTER,
        .name = node->array->name,
        .type = node->array->type,
        .n_lanes = node->lane ? node->lane->n_lanes : 1};
    struct array *array = NULL;
    int last = first;

    for (int i = first + 1; i < keeping->n && i <= first + MOST_AHEAD; i++) {
        const struct loop_node *other = keeping->nodes[i];
        struct use use = {keeping->v, node, false, false};
        bool writes = is_same(node, other->array, other->index);

        value_foreach(other->value, visit_load, &use);
        if (use.is_unclear || (!writes && !is_elsewhere(keeping->v, node,
                                              other->array, other->index)))
            break;
        if (!writes && !use.reads)
            continue;
        if (!writes || other->lane != node->lane ||
            !implies(keeping->v, other->guard, node->guard))
            break;
        if (!array) {
            array = loop_new_array(keeping->program, &model);
            keeping->program->scopes[array->id] = keeping->scope;
        }
        keeping->registers[first] = keeping->registers[i] = array;
        last = i;
    }
    keeping->is_first[first] = array != NULL;
    if (array)
        keeping->ends[last] = first;
}

/* ---- Rewriting ----------------------------------------------------------- */

/* What a value is rewritten for. */
struct reading {
    const struct loop_node *node;
    const struct array *array;
};

/* The element's load becomes the register's. */
static const struct value *replace_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct reading *reading = user;

    if (value->kind != VALUE_LOAD ||
        !is_same(reading->node, value->array, value->index))
        return value;
    return value_load(v, reading->array, 0, NULL, value->range);
}

/* Statement i, writing its register, and behind the last one of an element
 * the store. */
static void add_statement(
    struct keeping *keeping, struct loop_node *into, int i)
{
    struct value_context *v = keeping->v;
    struct loop_node *node = keeping->nodes[i];
    struct array *array = keeping->registers[i];
    struct reading reading = {node, array};
    struct loop_node *copy;

    if (!array) {
        loop_add(v->arena, into, node);
        return;
    }
    copy = arena_copy(v->arena, node, sizeof *copy);
    copy->array = array;
    copy->n_index = 0;
    copy->index = NULL;
    copy->is_first = keeping->is_first[i];
    if (!keeping->is_first[i])
        copy->value = value_map(v, node->value, replace_load, &reading);
    loop_add(v->arena, into, copy);
    if (keeping->ends[i] < 0)
        return;
    copy = arena_copy(v->arena, keeping->nodes[keeping->ends[i]], sizeof *copy);
    copy->value = value_load(v, array, 0, NULL, copy->value->range);
    loop_add(v->arena, into, copy);
}

/* A run of "n" statements, appended to "into". */
static void keep_run(struct loop_program *program,
    const struct schedule_node *scope, struct loop_node *into,
    struct loop_node *const *nodes, int n)
{
    struct arena *arena = program->values->arena;
    struct keeping keeping = {program, program->values, scope, nodes, n,
        ARENA_ARRAY(arena, n, struct array *), ARENA_ARRAY(arena, n, int),
        ARENA_ARRAY(arena, n, bool)};

    for (int i = 0; i < n; i++)
        keeping.ends[i] = -1;
    for (int i = 0; i < n; i++)
        if (!keeping.registers[i] && is_candidate(nodes[i]))
            find_group(&keeping, i);
    for (int i = 0; i < n; i++)
        add_statement(&keeping, into, i);
}

/* A node's children, its runs rewritten, appended to "into". */
static void keep_children(struct loop_program *program,
    const struct schedule_node *scope, struct loop_node *into,
    const struct loop_node *from)
{
    struct arena *arena = program->values->arena;

    for (int i = 0; i < from->n_children;) {
        struct loop_node *child = from->children[i];
        int end = i;

        while (
            end < from->n_children && from->children[end]->kind == LOOP_ASSIGN)
            end++;
        if (end > i) {
            keep_run(program, scope, into, from->children + i, end - i);
            i = end;
            continue;
        }
        child = arena_copy(arena, child, sizeof *child);
        child->n_children = 0;
        child->children = NULL;
        keep_children(program,
            child->kind == LOOP_FOR ? child->origin->children[0] : scope, child,
            from->children[i++]);
        loop_add(arena, into, child);
    }
}

bool loop_keep(struct compilation *c, struct loop_program *program)
{
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    keep_children(program, NULL, body, program->body);
    program->body = body;
    return true;
}
