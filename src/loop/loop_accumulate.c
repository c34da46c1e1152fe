/* Reductions over lanes, combined as late as possible.
 *
 *     for p = .. step 16                     acc = 0           // lanes 16
 *       s += x[p + lane] * w   becomes       for p = .. step 16
 *                                              acc = fma(x[p + lane], w, acc)
 *                                            s += acc
 *
 * so that the lanes are combined once and not for every vector; likewise where
 * several statements of one body add to one element. The statements of an
 * element take turns among a few accumulators, since each is a chain of
 * dependent operations. What is combined behind an inner loop may be taken out
 * of the next one around in its turn.
 *
 * The element may not move with the loop, nothing else on the way may read or
 * write its array, and the statement must be one that may be reordered, as
 * all are that combine lanes. An element in memory is touched only if the loop
 * runs at all, and only if no statement's condition decides whether it
 * exists. */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <math.h>

/* Statements that combine lanes in one element: children "at" of a body, in
 * order. "arrays": the accumulators among which they take turns. */
struct group {
    const struct loop_node *example;
    VECTOR(int) at;
    int n_arrays;
    struct array **arrays;
};

/* A body under rewriting. */
struct accumulate {
    struct loop_program *program;
    struct value_context *v;
    struct loop_node *body;
    VECTOR(struct group) groups;
};

/* ---- What may be taken out ---------------------------------------------- */

/* Looks for uses of an array other than "update" by lanes. */
struct use_search {
    const struct array *array;
    enum model_update update;
    bool is_found;
};

/* A visit: a load of the array. */
static void find_load(const struct value *value, void *user)
{
    struct use_search *search = user;

    if (value->kind == VALUE_LOAD &&
        array_base(value->array) == array_base(search->array))
        search->is_found = true;
}

/* A visit: a statement that reads the array, or writes it in another way. */
static void find_use(struct loop_node *node, void *user)
{
    struct use_search *search = user;

    if (node->kind != LOOP_ASSIGN)
        return;
    if (array_base(node->array) == array_base(search->array) &&
        node->reduce != search->update)
        search->is_found = true;
    value_foreach(node->value, find_load, search);
}

/* Is the array of the statement used in any other way by children first ..
 * last of the body? */
static bool has_other_use(const struct loop_node *body, int first, int last,
    const struct loop_node *node)
{
    struct use_search search = {node->array, node->reduce, false};

    for (int i = first; i <= last; i++)
        loop_foreach(body->children[i], find_use, &search);
    return search.is_found;
}

/* Does the element lie elsewhere in another iteration? */
static bool moves(const struct loop_node *loop, const struct loop_node *node)
{
    for (int i = 0; i < node->n_index; i++)
        if (affine_has(node->index[i], loop->variable))
            return true;
    return false;
}

/* Does the statement combine lanes in the type they are kept in? */
static bool combines_lanes(const struct loop_node *node)
{
    return node->kind == LOOP_ASSIGN && node->reduce != MODEL_SET &&
           node->lane && node->value->type == node->array->type &&
           (dtype_is_integer(node->array->type) ||
               dtype_arithmetic(node->array->type) == node->array->type);
}

/* Is it the same element? */
static bool is_same_element(
    const struct loop_node *a, const struct loop_node *b)
{
    return a->array == b->array && a->reduce == b->reduce &&
           a->lane->n_lanes == b->lane->n_lanes &&
           loop_is_same_element(a->array, a->index, b->index);
}

/* Sort the statements of the body that combine lanes by element. */
static void find_groups(struct accumulate *accumulate)
{
    struct arena *arena = accumulate->v->arena;

    for (int i = 0; i < accumulate->body->n_children; i++) {
        const struct loop_node *node = accumulate->body->children[i];
        int g = 0;

        if (!combines_lanes(node))
            continue;
        while (g < accumulate->groups.n &&
               !is_same_element(accumulate->groups.at[g].example, node))
            g++;
        if (g == accumulate->groups.n)
            VECTOR_PUSH(
                arena, &accumulate->groups, ((struct group){.example = node}));
        VECTOR_PUSH(arena, &accumulate->groups.at[g].at, i);
    }
}

/* Does the element exist whatever the statements' conditions? */
static bool exists(
    const struct accumulate *accumulate, const struct group *group)
{
    if (group->example->array->kind == ARRAY_REGISTER)
        return true;
    for (int i = 0; i < group->at.n; i++)
        if (!accumulate->body->children[group->at.at[i]]->guard)
            return true;
    return false;
}

/* May the group be taken out of the body, a loop's, or else combined at its
 * end? */
static bool can_move(const struct accumulate *accumulate,
    const struct group *group, bool from_loop)
{
    const struct loop_node *body = accumulate->body;

    if (!exists(accumulate, group))
        return false;
    if (!from_loop)
        return group->at.n > 1 &&
               !has_other_use(body, group->at.at[0],
                   group->at.at[group->at.n - 1], group->example);
    return !moves(body, group->example) &&
           !has_other_use(body, 0, body->n_children - 1, group->example);
}

/* Keep the groups that can move. */
static void choose_groups(struct accumulate *accumulate, bool from_loop)
{
    int n = 0;

    for (int i = 0; i < accumulate->groups.n; i++)
        if (can_move(accumulate, &accumulate->groups.at[i], from_loop))
            accumulate->groups.at[n++] = accumulate->groups.at[i];
    accumulate->groups.n = n;
}

/* ---- Values --------------------------------------------------------------
 */

/* The greatest or least number of an integer type. */
static int64_t get_end(enum dtype type, bool greatest)
{
    bool is_unsigned = dtype_get_class(type) == DTYPE_UNSIGNED;
    int64_t end = (int64_t)1 << (dtype_bits(type) - (is_unsigned ? 0 : 1));

    return greatest ? end - 1 : is_unsigned ? 0 : -end;
}

const struct value *loop_make_identity(
    struct value_context *v, enum model_update update, enum dtype type)
{
    bool is_float = dtype_is_float(type);

    switch (update) {
    case MODEL_MINIMIZE:
        return is_float ? value_real(v, type, INFINITY)
                        : value_integer(v, type, get_end(type, true));
    case MODEL_MAXIMIZE:
        return is_float ? value_real(v, type, -INFINITY)
                        : value_integer(v, type, get_end(type, false));
    case MODEL_SCALE:
        return is_float ? value_real(v, type, 1) : value_integer(v, type, 1);
    case MODEL_SET:
    case MODEL_ACCUMULATE:
        break;
    }
    return is_float ? value_real(v, type, 0) : value_integer(v, type, 0);
}

const struct value *loop_combine(struct value_context *v,
    enum model_update update, const struct value *sum,
    const struct value *operand)
{
    static const enum value_operation operations[] = {
        [MODEL_ACCUMULATE] = VALUE_ADD,
        [MODEL_SCALE] = VALUE_MULTIPLY,
        [MODEL_MINIMIZE] = VALUE_MIN,
        [MODEL_MAXIMIZE] = VALUE_MAX};

    if (update == MODEL_ACCUMULATE && dtype_is_float(sum->type) &&
        operand->kind == VALUE_OPERATION &&
        operand->operation == VALUE_MULTIPLY)
        return value_operation3(
            v, VALUE_FMA, operand->operands[0], operand->operands[1], sum);
    return value_operation2(v, operations[update], sum, operand);
}

/* The register's value. */
static const struct value *load(
    struct value_context *v, const struct array *array)
{
    return value_load(v, array, 0, NULL, array->range);
}

/* ---- Statements --------------------------------------------------------- */

/* A statement like "like" that writes the accumulator. */
static struct loop_node *add_statement(struct accumulate *accumulate,
    struct loop_node *into, const struct loop_node *like,
    const struct array *array, const struct value *value)
{
    struct loop_node *node =
        loop_node_new(accumulate->v->arena, LOOP_ASSIGN, like->range);

    node->array = array;
    node->value = value;
    node->lane = like->lane;
    node->statement_id = like->statement_id;
    loop_add(accumulate->v->arena, into, node);
    return node;
}

/* The condition that the loop runs at least once; NULL when it always does. */
static const struct guard *get_runs(
    struct value_context *v, const struct loop_node *loop)
{
    int n = loop->n_lower * loop->n_upper;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    for (int i = 0; i < loop->n_lower; i++)
        for (int j = 0; j < loop->n_upper; j++)
            terms[i * loop->n_upper + j] = affine_shift(
                v, affine_subtract(v, loop->upper[j], loop->lower[i]), -1);
    return guard_all(v, n, terms);
}

/* More chains than this hide no more latency. */
enum { MOST_ACCUMULATORS = 8 };

/* The accumulators of a group, cleared: all groups share half the
 * registers. */
static void add_start(
    struct accumulate *accumulate, struct loop_node *into, struct group *group)
{
    struct value_context *v = accumulate->v;
    const struct loop_node *example = group->example;
    int most = accumulate->program->machine->n_vector_registers / 2 /
               accumulate->groups.n;
    struct array model = {.kind = ARRAY_REGISTER,
        .name = example->array->name,
        .type = example->array->type,
        .n_lanes = example->lane->n_lanes};

    most = most < 1 ? 1 : most > MOST_ACCUMULATORS ? MOST_ACCUMULATORS : most;
    group->n_arrays = group->at.n < most ? group->at.n : most;
    group->arrays = ARENA_ARRAY(v->arena, group->n_arrays, struct array *);
    for (int i = 0; i < group->n_arrays; i++) {
        group->arrays[i] = loop_new_array(accumulate->program, &model);
        add_statement(accumulate, into, example, group->arrays[i],
            loop_make_identity(v, example->reduce, model.type))
            ->is_first = true;
    }
}

/* All accumulators of a group into the first, and its lanes into the
 * element. */
static void add_end(struct accumulate *accumulate, struct loop_node *into,
    const struct group *group, const struct guard *guard)
{
    struct value_context *v = accumulate->v;
    const struct loop_node *example = group->example;
    const struct array *sum = group->arrays[0];
    struct loop_node *node = arena_copy(v->arena, example, sizeof *node);

    for (int step = 1; step < group->n_arrays; step *= 2)
        for (int i = 0; i + step < group->n_arrays; i += 2 * step)
            add_statement(accumulate, into, example, group->arrays[i],
                loop_combine(v, example->reduce, load(v, group->arrays[i]),
                    load(v, group->arrays[i + step])));
    node->value = load(v, sum);
    node->guard = example->array->kind == ARRAY_REGISTER ? NULL : guard;
    loop_add(v->arena, into, node);
}

/* The i-th statement of a group, now lane by lane. */
static void add_inside(struct accumulate *accumulate, struct loop_node *into,
    const struct group *group, int i)
{
    struct value_context *v = accumulate->v;
    const struct array *array = group->arrays[i % group->n_arrays];
    const struct loop_node *statement =
        accumulate->body->children[group->at.at[i]];
    struct loop_node *node = add_statement(accumulate, into, statement, array,
        loop_combine(v, statement->reduce, load(v, array), statement->value));

    node->guard = statement->guard;
}

/* Child "place" of the body, lane by lane if it belongs to a group. With
 * "alone", groups begin and end here too. */
static void add_child(struct accumulate *accumulate, struct loop_node *into,
    int place, bool alone)
{
    for (int g = 0; g < accumulate->groups.n; g++) {
        struct group *group = &accumulate->groups.at[g];

        for (int i = 0; i < group->at.n; i++) {
            if (group->at.at[i] != place)
                continue;
            if (alone && i == 0)
                add_start(accumulate, into, group);
            add_inside(accumulate, into, group, i);
            if (alone && i == group->at.n - 1)
                add_end(accumulate, into, group, NULL);
            return;
        }
    }
    loop_add(accumulate->v->arena, into, accumulate->body->children[place]);
}

/* ---- The tree ------------------------------------------------------------
 */

/* A copy of a node without children. */
static struct loop_node *copy_alone(
    struct loop_program *program, const struct loop_node *node)
{
    struct loop_node *copy =
        arena_copy(program->values->arena, node, sizeof *copy);

    copy->n_children = 0;
    copy->children = NULL;
    return copy;
}

/* The body, its statements that add to one element joined. */
static struct loop_node *join_body(
    struct loop_program *program, struct loop_node *body)
{
    struct accumulate accumulate = {
        .program = program, .v = program->values, .body = body};
    struct loop_node *copy = copy_alone(program, body);

    find_groups(&accumulate);
    choose_groups(&accumulate, false);
    for (int i = 0; i < body->n_children; i++)
        add_child(&accumulate, copy, i, true);
    return copy;
}

/* A loop whose children have been visited, appended to "into". */
static void add_loop(struct loop_program *program, struct loop_node *into,
    struct loop_node *loop)
{
    struct accumulate accumulate = {
        .program = program, .v = program->values, .body = loop};
    struct loop_node *copy = copy_alone(program, loop);

    find_groups(&accumulate);
    choose_groups(&accumulate, true);
    for (int g = 0; g < accumulate.groups.n; g++)
        add_start(&accumulate, into, &accumulate.groups.at[g]);
    for (int i = 0; i < loop->n_children; i++)
        add_child(&accumulate, copy, i, false);
    loop_add(program->values->arena, into, join_body(program, copy));
    for (int g = 0; g < accumulate.groups.n; g++)
        add_end(&accumulate, into, &accumulate.groups.at[g],
            get_runs(program->values, loop));
}

/* A node and what is below, appended to "into". */
static void visit_node(struct loop_program *program, struct loop_node *into,
    struct loop_node *node)
{
    struct loop_node *copy = copy_alone(program, node);

    for (int i = 0; i < node->n_children; i++)
        visit_node(program, copy, node->children[i]);
    if (node->kind == LOOP_FOR)
        add_loop(program, into, copy);
    else
        loop_add(program->values->arena, into, join_body(program, copy));
}

bool loop_accumulate(struct compilation *c, struct loop_program *program)
{
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    for (int i = 0; i < program->body->n_children; i++)
        visit_node(program, body, program->body->children[i]);
    program->body = join_body(program, body);
    return true;
}
