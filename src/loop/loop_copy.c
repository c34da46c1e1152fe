/* Nodes of loop IR: making, visiting, copying. */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <string.h>

struct loop_node *loop_node_new(
    struct arena *arena, enum loop_kind kind, struct source_range range)
{
    struct loop_node *node = ARENA_NEW(arena, struct loop_node);

    node->kind = kind;
    node->range = range;
    node->step = 1;
    node->n_lanes = 1;
    node->jam = 1;
    node->statement_id = -1;
    return node;
}

void loop_add(
    struct arena *arena, struct loop_node *parent, struct loop_node *child)
{
    int n = parent->n_children;

    /* The storage doubles: it is full when n is a power of two. */
    if ((n & (n - 1)) == 0) {
        struct loop_node **children =
            ARENA_ARRAY(arena, n ? 2 * n : 1, struct loop_node *);
        for (int i = 0; i < n; i++)
            children[i] = parent->children[i];
        parent->children = children;
    }
    parent->children[n] = child;
    parent->n_children = n + 1;
}

struct loop_node *loop_add_if(struct value_context *v, struct loop_node *into,
    const struct loop_node *like, int n, const struct affine *const *terms)
{
    const struct guard *guard = guard_all(v, n, terms);
    struct loop_node *node;

    if (!guard)
        return into;
    if (guard_is_false(guard))
        return NULL;
    node = loop_node_new(v->arena, LOOP_IF, like->range);
    node->guard = guard;
    loop_add(v->arena, into, node);
    return node;
}

void loop_foreach(struct loop_node *node,
    void (*visit)(struct loop_node *, void *), void *user)
{
    visit(node, user);
    for (int i = 0; i < node->n_children; i++)
        loop_foreach(node->children[i], visit, user);
}

bool loop_has_loop(const struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++)
        if (node->children[i]->kind == LOOP_FOR ||
            loop_has_loop(node->children[i]))
            return true;
    return false;
}

/* A visit: is this a parallel loop? */
static void note_parallel(struct loop_node *node, void *user)
{
    bool *found = user;

    if (node->kind == LOOP_FOR && node->mode == LOOP_PARALLEL)
        *found = true;
}

void loop_note_parallel(struct loop_program *program)
{
    program->has_parallel = false;
    loop_foreach(program->body, note_parallel, &program->has_parallel);
}

/* ---- Copies -------------------------------------------------------------- */

/* What an array is called in the copy. */
static const struct array *rename_array(
    const struct loop_renaming *renaming, const struct array *array)
{
    for (int i = 0; renaming && i < renaming->n; i++)
        if (renaming->from[i] == array)
            return renaming->to[i];
    return array;
}

/* A load of a renamed array. */
static const struct value *rename_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct loop_renaming *renaming = user;
    const struct array *array;

    if (value->kind != VALUE_LOAD)
        return value;
    array = rename_array(renaming, value->array);
    if (array == value->array)
        return value;
    return value_load(v, array, value->n_index, value->index, value->range);
}

/* A list of forms under the substitution. */
static const struct affine **substitute_all(struct value_context *v, int n,
    const struct affine *const *forms, const struct substitution *substitution)
{
    const struct affine **copies =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    for (int i = 0; i < n; i++)
        copies[i] = affine_substitute(v, forms[i], substitution);
    return copies;
}

/* The parts of an ASSIGN that depend on variables and arrays. */
static void copy_assign(struct value_context *v, struct loop_node *copy,
    const struct substitution *substitution,
    const struct loop_renaming *renaming)
{
    copy->array = rename_array(renaming, copy->array);
    copy->index = substitute_all(v, copy->n_index, copy->index, substitution);
    copy->value = value_substitute(v, copy->value, substitution);
    if (renaming && renaming->n)
        copy->value = value_map(v, copy->value, rename_load, (void *)renaming);
}

struct loop_node *loop_copy(struct loop_program *program,
    const struct loop_node *node, const struct substitution *substitution,
    const struct loop_renaming *renaming)
{
    struct value_context *v = program->values;
    struct loop_node *copy = loop_node_new(v->arena, node->kind, node->range);

    *copy = *node;
    copy->n_children = 0;
    copy->children = NULL;
    copy->lower = substitute_all(v, node->n_lower, node->lower, substitution);
    copy->upper = substitute_all(v, node->n_upper, node->upper, substitution);
    if (node->guard)
        copy->guard = guard_substitute(v, node->guard, substitution);
    if (node->kind == LOOP_ASSIGN)
        copy_assign(v, copy, substitution, renaming);
    for (int i = 0; i < node->n_children; i++)
        loop_add(v->arena, copy,
            loop_copy(program, node->children[i], substitution, renaming));
    return copy;
}

/* ---- Private arrays ------------------------------------------------------ */

struct array *loop_new_array(
    struct loop_program *program, const struct array *like)
{
    struct arena *arena = program->values->arena;
    struct array *array = ARENA_NEW(arena, struct array);
    int n = program->n_arrays;
    struct array **arrays = ARENA_ARRAY(arena, n + 1, struct array *);
    const struct schedule_node **scopes =
        ARENA_ARRAY(arena, n + 1, const struct schedule_node *);

    *array = *like;
    array->id = n;
    array->name = name_of(program->values->names,
        arena_printf(arena, "%.*s.%d", (int)strcspn(like->name->text, "."),
            like->name->text, program->n_made++));
    for (int i = 0; i < n; i++) {
        arrays[i] = program->arrays[i];
        scopes[i] = program->scopes[i];
    }
    arrays[n] = array;
    scopes[n] = program->scopes[like->id];
    program->arrays = arrays;
    program->scopes = scopes;
    program->n_arrays = n + 1;
    return array;
}

/* Finds the private arrays written below a loop. */
struct private_search {
    struct loop_program *program;
    const struct schedule_node *origin;
    VECTOR(const struct array *) from;
};

/* A visit: a private array written here, once. */
static void find_private(struct loop_node *node, void *user)
{
    struct private_search *search = user;
    const struct array *array = node->array;

    if (node->kind != LOOP_ASSIGN ||
        (array->kind != ARRAY_REGISTER && array->kind != ARRAY_STACK &&
            array->kind != ARRAY_SHARED) ||
        !schedule_is_above(search->origin, search->program->scopes[array->id]))
        return;
    for (int i = 0; i < search->from.n; i++)
        if (search->from.at[i] == array)
            return;
    VECTOR_PUSH(search->program->values->arena, &search->from, array);
}

struct loop_renaming loop_rename_private(
    struct loop_program *program, const struct loop_node *loop)
{
    struct arena *arena = program->values->arena;
    struct private_search search = {program, loop->origin, {0}};
    const struct array **to;

    for (int i = 0; i < loop->n_children; i++)
        loop_foreach(loop->children[i], find_private, &search);
    to = ARENA_ARRAY(arena, search.from.n, const struct array *);
    for (int i = 0; i < search.from.n; i++)
        to[i] = loop_new_array(program, search.from.at[i]);
    return (struct loop_renaming){search.from.n, search.from.at, to};
}

/* ---- Maxima -------------------------------------------------------------- */

/* max(a, 0), as a clamp to a range without an end. */
static const struct affine *get_positive_part(
    struct value_context *v, const struct affine *a)
{
    if (affine_is_constant(a))
        return a->constant > 0 ? a : affine_constant(v, 0);
    return affine_border(
        v, VARIABLE_CLAMP, a, affine_constant(v, INT64_MAX / 2));
}

const struct affine *loop_affine_max(
    struct value_context *v, const struct affine *a, const struct affine *b)
{
    return affine_add(v, b, get_positive_part(v, affine_subtract(v, a, b)));
}

const struct affine *loop_affine_min(
    struct value_context *v, const struct affine *a, const struct affine *b)
{
    return affine_subtract(
        v, b, get_positive_part(v, affine_subtract(v, b, a)));
}
