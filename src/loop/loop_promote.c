/* Elements on the stack that a loop accumulates into stay in registers while
 * it runs:
 *
 *     for k { t[p] = fma(w[k], x[p + k], t[p]) }
 * becomes
 *     r = t[p]; for k { r = fma(w[k], x[p + k], r) }; t[p] = r
 *
 * behind a condition where the loop may not run at all. Of loops with nothing
 * but a loop in them the outermost one that leaves an element where it is
 * counts. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* One element of one array, and the register for it. */
struct element {
    const struct array *array;
    const struct affine *const *index;
    struct array *reg;
};

/* A loop under rewriting, "body" the innermost one in it, whose children are
 * the statements: the stack arrays they write, their elements. */
struct promotion {
    struct loop_program *program;
    struct value_context *v;
    const struct loop_node *loop;
    const struct loop_node *body;
    const struct variable *lane;
    VECTOR(struct element) elements;
    bool failed;
};

bool loop_is_same_element(const struct array *array,
    const struct affine *const *a, const struct affine *const *b)
{
    for (int i = 0; i < array->n_dimensions; i++)
        if (!affine_is_equal(a[i], b[i]))
            return false;
    return true;
}

bool loop_is_other_element(struct value_context *v, const struct array *array,
    const struct affine *const *a, const struct affine *const *b)
{
    for (int i = 0; i < array->n_dimensions; i++) {
        const struct affine *difference = affine_subtract(v, a[i], b[i]);

        if (affine_is_constant(difference) && difference->constant != 0)
            return true;
    }
    return false;
}

/* Does the loop write the array? */
static bool is_written(
    const struct promotion *promotion, const struct array *array)
{
    for (int i = 0; i < promotion->body->n_children; i++)
        if (promotion->body->children[i]->array == array)
            return true;
    return false;
}

/* Does the index move with the loop or one in it? */
static bool moves(const struct promotion *promotion, const struct affine *index)
{
    const struct loop_node *loop = promotion->loop;

    while (loop != promotion->body && !affine_has(index, loop->variable))
        loop = loop->children[0];
    return affine_has(index, loop->variable);
}

/* Is this an element of its own whatever the iteration: a vector of the lanes
 * in the last dimension, whole vectors from the first one? */
static bool is_fixed(const struct promotion *promotion,
    const struct array *array, const struct affine *const *index)
{
    const struct affine *place;
    int n = array->n_dimensions;

    for (int i = 0; i < n; i++) {
        if (moves(promotion, index[i]))
            return false;
        if (i < n - 1 && affine_has(index[i], promotion->lane))
            return false;
    }
    if (n == 0)
        return false;
    place = affine_subtract(promotion->v, index[n - 1],
        affine_variable(promotion->v, promotion->lane));
    return affine_is_constant(place) &&
           place->constant % promotion->lane->n_lanes == 0;
}

/* The element's place in the list, added if it is not there; -1, and the
 * promotion fails, if it cannot be told from others. */
static int find_element(struct promotion *promotion, const struct array *array,
    const struct affine *const *index)
{
    struct element element = {array, index, NULL};

    for (int i = 0; i < promotion->elements.n; i++) {
        const struct element *other = &promotion->elements.at[i];

        if (other->array != array)
            continue;
        if (loop_is_same_element(array, index, other->index))
            return i;
        if (!loop_is_other_element(promotion->v, array, index, other->index)) {
            promotion->failed = true;
            return -1;
        }
    }
    if (!is_fixed(promotion, array, index)) {
        promotion->failed = true;
        return -1;
    }
    VECTOR_PUSH(promotion->v->arena, &promotion->elements, element);
    return promotion->elements.n - 1;
}

/* A visit: a load of an array that the loop writes. */
static void note_load(const struct value *value, void *user)
{
    struct promotion *promotion = user;

    if (value->kind == VALUE_LOAD && value->array->kind == ARRAY_STACK &&
        is_written(promotion, value->array))
        find_element(promotion, value->array, value->index);
}

/* The innermost of loops that have nothing else in them, NULL if they are not
 * serial or empty. */
static const struct loop_node *find_body(const struct loop_node *loop)
{
    while (loop->kind == LOOP_FOR && loop->mode == LOOP_SERIAL &&
           loop->n_children == 1 && loop->children[0]->kind == LOOP_FOR)
        loop = loop->children[0];
    return loop->mode == LOOP_SERIAL && loop->n_children ? loop : NULL;
}

/* All elements; false where one is in the way. */
static bool find_elements(struct promotion *promotion)
{
    const struct loop_node *loop = find_body(promotion->loop);

    promotion->body = loop;
    if (!loop)
        return false;
    promotion->lane = loop->children[0]->lane;
    for (int i = 0; i < loop->n_children; i++)
        if (!promotion->lane ||
            !loop_is_unconditional(loop->children[i], promotion->lane) ||
            loop->children[i]->reduce != MODEL_SET)
            return false;
    for (int i = 0; i < loop->n_children && !promotion->failed; i++) {
        const struct loop_node *child = loop->children[i];

        if (child->array->kind == ARRAY_STACK)
            find_element(promotion, child->array, child->index);
        value_foreach(child->value, note_load, promotion);
    }
    return !promotion->failed && promotion->elements.n > 0;
}

/* A register with the statement's lanes. */
static void add_register(struct promotion *promotion, struct element *element)
{
    struct array model = {.kind = ARRAY_REGISTER,
        .name = element->array->name,
        .type = element->array->type,
        .n_lanes = promotion->lane->n_lanes};

    element->reg = loop_new_array(promotion->program, &model);
}

/* Elements to registers, or back, ahead of the loop or behind it. */
static void add_moves(
    struct promotion *promotion, struct loop_node *into, bool back)
{
    struct value_context *v = promotion->v;

    for (int i = 0; i < promotion->elements.n; i++) {
        const struct element *element = &promotion->elements.at[i];
        struct loop_node *node =
            loop_node_new(v->arena, LOOP_ASSIGN, promotion->loop->range);

        node->lane = promotion->lane;
        node->array = back ? element->array : element->reg;
        node->n_index = back ? element->array->n_dimensions : 0;
        node->index = back ? element->index : NULL;
        node->value =
            back ? value_load(v, element->reg, 0, NULL, node->range)
                 : value_load(v, element->array, element->array->n_dimensions,
                       element->index, node->range);
        node->is_first = !back;
        loop_add(v->arena, into, node);
    }
}

/* A load of an element becomes one of its register. */
static const struct value *replace_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct promotion *promotion = user;

    if (value->kind != VALUE_LOAD || value->array->kind != ARRAY_STACK ||
        !is_written(promotion, value->array))
        return value;
    return value_load(v,
        promotion->elements
            .at[find_element(promotion, value->array, value->index)]
            .reg,
        0, NULL, value->range);
}

/* A loop, and those in it, with registers for elements. */
static struct loop_node *rewrite_loop(
    struct promotion *promotion, const struct loop_node *loop)
{
    struct value_context *v = promotion->v;
    struct loop_node *copy = arena_copy(v->arena, loop, sizeof *copy);

    copy->n_children = 0;
    copy->children = NULL;
    if (loop != promotion->body) {
        loop_add(v->arena, copy, rewrite_loop(promotion, loop->children[0]));
        return copy;
    }
    for (int i = 0; i < loop->n_children; i++) {
        struct loop_node *child =
            arena_copy(v->arena, loop->children[i], sizeof *child);

        child->value = value_map(v, child->value, replace_load, promotion);
        if (child->array->kind == ARRAY_STACK) {
            child->array =
                promotion->elements
                    .at[find_element(promotion, child->array, child->index)]
                    .reg;
            child->n_index = 0;
            child->index = NULL;
        }
        loop_add(v->arena, copy, child);
    }
    return copy;
}

/* "into", or an IF below it where the loop may not run; NULL if it never
 * does. */
static struct loop_node *add_condition(
    const struct promotion *promotion, struct loop_node *into)
{
    struct value_context *v = promotion->v;
    const struct loop_node *loop = promotion->loop;
    const struct affine **terms = ARENA_ARRAY(
        v->arena, loop->n_lower * loop->n_upper, const struct affine *);
    const struct guard *guard;
    struct loop_node *node;
    int n = 0;

    for (int i = 0; i < loop->n_lower; i++)
        for (int j = 0; j < loop->n_upper; j++)
            terms[n++] = affine_shift(
                v, affine_subtract(v, loop->upper[j], loop->lower[i]), -1);
    guard = guard_all(v, n, terms);
    if (!guard)
        return into;
    if (guard_is_false(guard))
        return NULL;
    node = loop_node_new(v->arena, LOOP_IF, loop->range);
    node->guard = guard;
    loop_add(v->arena, into, node);
    return node;
}

/* A node and what is below, loops with registers, appended to "into". */
static void promote_node(struct loop_program *program, struct loop_node *into,
    struct loop_node *node)
{
    struct value_context *v = program->values;
    struct promotion promotion = {.program = program, .v = v, .loop = node};
    struct loop_node *copy;

    if (node->kind == LOOP_FOR && find_elements(&promotion)) {
        for (int i = 0; i < promotion.elements.n; i++)
            add_register(&promotion, &promotion.elements.at[i]);
        into = add_condition(&promotion, into);
        if (!into)
            return;
        add_moves(&promotion, into, false);
        loop_add(v->arena, into, rewrite_loop(&promotion, node));
        add_moves(&promotion, into, true);
        return;
    }
    copy = arena_copy(v->arena, node, sizeof *copy);
    copy->n_children = 0;
    copy->children = NULL;
    for (int i = 0; i < node->n_children; i++)
        promote_node(program, copy, node->children[i]);
    loop_add(v->arena, into, copy);
}

bool loop_promote(struct compilation *c, struct loop_program *program)
{
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    for (int i = 0; i < program->body->n_children; i++)
        promote_node(program, body, program->body->children[i]);
    program->body = body;
    return true;
}
