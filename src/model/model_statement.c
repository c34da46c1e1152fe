/* Loops and statements of the source to the tree of the model. */
#include "model/model_internal.h"

/* More statements than this are refused: pairs of them are compared. */
enum { MOST_STATEMENTS = 4096 };

/* One statement of the source; false after reporting. */
static bool build_statement(
    struct model_builder *b, const struct ast_statement *statement);

/* ---- Scopes ------------------------------------------------------------ */

/* The nodes as one: itself, or a sequence. NULL if there is none. */
static struct model_node *make_sequence(
    struct model_builder *b, const struct node_list *nodes)
{
    struct model_node *node;

    if (nodes->n <= 1)
        return nodes->n ? nodes->at[0] : NULL;
    node = ARENA_NEW(b->c->arena, struct model_node);
    node->kind = MODEL_SEQUENCE;
    node->n_children = nodes->n;
    node->children = nodes->at;
    for (int i = 0; i < nodes->n; i++)
        nodes->at[i]->parent = node;
    node->range =
        source_join(nodes->at[0]->range, nodes->at[nodes->n - 1]->range);
    return node;
}

/* lower <= iterator < upper */
static const struct guard *bound_iterator(
    struct model_builder *b, const struct model_node *node)
{
    const struct affine *at = affine_variable(b->v, node->variable);
    const struct affine *terms[] = {
        affine_subtract(b->v, at, node->lower),
        affine_shift(b->v, affine_subtract(b->v, node->upper, at), -1),
    };

    return guard_all(b->v, 2, terms);
}

/* Enter one loop. */
static bool open_loop(struct model_builder *b, const struct ast_loop *loop)
{
    struct model_node *node = ARENA_NEW(b->c->arena, struct model_node);
    struct builder_loop entry = {loop, node};

    node->kind = MODEL_LOOP;
    node->range = loop->range;
    node->name = loop->name;
    node->lower = loop->lower ? model_read_affine(b, loop->lower)
                              : affine_constant(b->v, 0);
    node->upper = node->lower ? model_read_affine(b, loop->upper) : NULL;
    if (!node->upper)
        return false;
    node->variable = variable_new(b->v, VARIABLE_ITERATOR, loop->name);
    VECTOR_PUSH(b->c->arena, &b->loops, entry);
    VECTOR_PUSH(b->c->arena, &b->guards, bound_iterator(b, node));
    return true;
}

bool model_open_scope(struct model_builder *b, struct builder_scope *scope,
    int n_loops, struct ast_loop *const *loops,
    const struct ast_expression *condition)
{
    const struct guard *guard;

    scope->children = b->children;
    scope->n_loops = b->loops.n;
    scope->n_guards = b->guards.n;
    b->children = (struct node_list){0};
    for (int i = 0; i < n_loops; i++)
        if (!open_loop(b, loops[i]))
            return false;
    if (!condition)
        return true;
    if (!model_read_condition(b, condition, &guard))
        return false;
    VECTOR_PUSH(b->c->arena, &b->guards, guard);
    return true;
}

void model_close_scope(struct model_builder *b, struct builder_scope *scope)
{
    struct model_node *body = make_sequence(b, &b->children);

    b->children = scope->children;
    for (int i = b->loops.n - 1; body && i >= scope->n_loops; i--) {
        struct model_node *loop = b->loops.at[i].node;

        loop->n_children = 1;
        loop->children = ARENA_NEW(b->c->arena, struct model_node *);
        loop->children[0] = body;
        body->parent = loop;
        body = loop;
    }
    b->loops.n = scope->n_loops;
    b->guards.n = scope->n_guards;
    if (body)
        VECTOR_PUSH(b->c->arena, &b->children, body);
}

/* ---- Emission ---------------------------------------------------------- */

const struct name *model_unique_name(
    struct model_builder *b, const struct name *name)
{
    struct builder_name entry = {name, 1};

    for (int i = 0; i < b->names.n; i++)
        if (b->names.at[i].name == name)
            return name_of(b->c->names, arena_printf(b->c->arena, "%s.%d",
                                            name->text, b->names.at[i].n++));
    VECTOR_PUSH(b->c->arena, &b->names, entry);
    return name;
}

struct array *model_new_private(struct model_builder *b, const char *name_text,
    enum dtype type, struct source_range range, const struct affine ***index)
{
    struct array *array = ARENA_NEW(b->c->arena, struct array);
    int n = b->loops.n;

    array->kind = ARRAY_PRIVATE;
    array->name = model_unique_name(b, name_of(b->c->names, name_text));
    array->range = range;
    array->type = type;
    array->n_dimensions = n;
    array->position = -1;
    array->id = b->arrays.n;
    array->extents = ARENA_ARRAY(b->c->arena, n, const struct affine *);
    array_set_plain_axes(b->v, array);
    VECTOR_PUSH(b->c->arena, &b->arrays, array);
    *index = ARENA_ARRAY(b->c->arena, n, const struct affine *);
    for (int i = 0; i < n; i++)
        (*index)[i] = affine_variable(b->v, b->loops.at[i].node->variable);
    return array;
}

/* The domain: the guards around, the path and "guard". Those of one clause
 * go into one basic set. */
static __isl_give isl_set *make_domain(struct model_builder *b,
    const struct model_statement *statement, const struct guard *guard)
{
    const struct guard *plain = NULL;
    isl_set *domain;

    for (int i = 0; i < b->guards.n + 2; i++) {
        const struct guard *next = i < b->guards.n    ? b->guards.at[i]
                                   : i == b->guards.n ? b->path
                                                      : guard;

        if (next && next->n_clauses <= 1)
            plain = guard_and(b->v, plain, next);
    }
    domain = model_guard_to_isl(b->model, plain, statement);
    for (int i = 0; i < b->guards.n + 2; i++) {
        const struct guard *next = i < b->guards.n    ? b->guards.at[i]
                                   : i == b->guards.n ? b->path
                                                      : guard;

        if (next && next->n_clauses > 1)
            domain = isl_set_intersect(
                domain, model_guard_to_isl(b->model, next, statement));
    }
    return domain;
}

bool model_emit(struct model_builder *b, struct source_range range,
    struct builder_target target, const struct value *value,
    enum model_update update, const struct guard *guard)
{
    struct model_statement *statement =
        ARENA_NEW(b->c->arena, struct model_statement);
    struct model_node *node = ARENA_NEW(b->c->arena, struct model_node);

    if (b->is_full)
        return false;
    if (b->statements.n >= MOST_STATEMENTS) {
        diag_error(b->c->diag, range, DIAG_E0001,
            "the kernel has more than %d statements, sums counted",
            (int)MOST_STATEMENTS);
        b->is_full = true;
        return false;
    }
    statement->id = b->statements.n;
    statement->name =
        name_of(b->c->names, arena_printf(b->c->arena, "S%d", statement->id));
    statement->range = range;
    statement->target_range = target.range;
    statement->n_iterators = b->loops.n;
    statement->iterators =
        ARENA_ARRAY(b->c->arena, b->loops.n, const struct variable *);
    for (int i = 0; i < b->loops.n; i++)
        statement->iterators[i] = b->loops.at[i].node->variable;
    statement->target = target.array;
    statement->index = target.index;
    statement->value = value_convert(b->v, target.array->type, value);
    statement->update = update;
    statement->domain = make_domain(b, statement, guard);
    node->kind = MODEL_STATEMENT;
    node->range = range;
    node->statement = statement;
    statement->node = node;
    VECTOR_PUSH(b->c->arena, &b->statements, statement);
    VECTOR_PUSH(b->c->arena, &b->children, node);
    return true;
}

/* ---- Statements -------------------------------------------------------- */

/* "target op value" as a model_update. */
static enum model_update update_of(enum ast_assignment assignment)
{
    switch (assignment) {
    case AST_SET:
        return MODEL_SET;
    case AST_ACCUMULATE:
        return MODEL_ACCUMULATE;
    case AST_SCALE:
        return MODEL_SCALE;
    case AST_MINIMIZE:
        return MODEL_MINIMIZE;
    case AST_MAXIMIZE:
        return MODEL_MAXIMIZE;
    }
    return MODEL_SET;
}

/* An assignment. */
static bool build_assign(
    struct model_builder *b, const struct ast_statement *statement)
{
    enum model_update update = update_of(statement->assignment);
    const struct guard *guard = NULL;
    struct builder_target target;
    const struct value *value;

    if (!model_read_target(b, statement->target, &target))
        return false;
    if (update == MODEL_SET)
        value = model_read_value(b, statement->value);
    else
        value = model_read_update(
            b, update, model_load(b, target), statement->value, &guard);
    if (!value)
        return false;
    return model_emit(b, statement->range, target, value, update, guard);
}

/* A local scalar. Its name stands for the element from here on. */
static bool build_declare(
    struct model_builder *b, const struct ast_statement *statement)
{
    const struct ast_scalar *scalar = statement->scalar;
    const struct value *value = model_read_value(b, statement->value);
    struct builder_scalar entry = {scalar, NULL, NULL};
    struct builder_target target;

    if (!value)
        return false;
    entry.array = model_new_private(
        b, scalar->name->text, scalar->type, scalar->range, &entry.index);
    VECTOR_PUSH(b->c->arena, &b->scalars, entry);
    target = (struct builder_target){entry.array, entry.index, scalar->range};
    return model_emit(b, statement->range, target, value, MODEL_SET, NULL);
}

/* A list of statements; goes on after an error to report more. */
static bool build_list(
    struct model_builder *b, int n, struct ast_statement *const *statements)
{
    bool ok = true;

    for (int i = 0; i < n && !diag_is_full(b->c->diag) && !b->is_full; i++)
        ok = build_statement(b, statements[i]) && ok;
    return ok;
}

/* A for with its body. */
static bool build_for(
    struct model_builder *b, const struct ast_statement *statement)
{
    struct builder_scope scope;
    bool ok = model_open_scope(
        b, &scope, statement->n_loops, statement->loops, statement->condition);

    ok = ok && build_list(b, statement->n_body, statement->body);
    model_close_scope(b, &scope);
    return ok;
}

/* Any statement with all inside it; false after an error was reported. */
static bool build_statement(
    struct model_builder *b, const struct ast_statement *statement)
{
    switch (statement->kind) {
    case AST_FOR:
        return build_for(b, statement);
    case AST_BLOCK:
        return build_list(b, statement->n_body, statement->body);
    case AST_ASSIGN:
        return build_assign(b, statement);
    case AST_DECLARE:
        return build_declare(b, statement);
    }
    return false;
}

bool model_build_body(struct model_builder *b)
{
    const struct ast_kernel *kernel = b->model->kernel;
    bool ok = build_list(b, kernel->n_body, kernel->body);

    b->model->root = make_sequence(b, &b->children);
    if (!b->model->root) {
        b->model->root = ARENA_NEW(b->c->arena, struct model_node);
        b->model->root->kind = MODEL_SEQUENCE;
        b->model->root->range = kernel->range;
    }
    return ok;
}
