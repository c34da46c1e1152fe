/* Accesses of statements: where they happen, and as relations. */
#include "model/model_internal.h"

#include <isl/local_space.h>
#include <isl/val.h>

/* ---- Conditions -------------------------------------------------------- */

/* Both guards, or either, by what a pair of bools says together. */
static const struct guard *join(struct value_context *v, bool is_both,
    const struct guard *a, const struct guard *b)
{
    return is_both ? model_guard_and(v, a, b) : guard_or(v, a, b);
}

const struct guard *model_condition_guard(
    struct value_context *v, const struct value *condition, bool truth)
{
    const struct value *const *of = condition->operands;

    if (condition->kind == VALUE_PREDICATE && truth)
        return condition->guard;
    if (condition->kind == VALUE_PREDICATE)
        return guard_can_negate(condition->guard)
                   ? guard_not(v, condition->guard)
                   : NULL;
    if (condition->kind == VALUE_INTEGER)
        return (condition->integer != 0) == truth ? NULL : guard_false(v);
    if (condition->kind != VALUE_OPERATION)
        return NULL;
    if (condition->operation == VALUE_NOT)
        return model_condition_guard(v, of[0], !truth);
    if (condition->operation == VALUE_AND)
        return join(v, truth, model_condition_guard(v, of[0], truth),
            model_condition_guard(v, of[1], truth));
    if (condition->operation == VALUE_OR)
        return join(v, !truth, model_condition_guard(v, of[0], truth),
            model_condition_guard(v, of[1], truth));
    if (condition->operation == VALUE_SELECT)
        return guard_or(v,
            model_guard_and(v, model_condition_guard(v, of[0], true),
                model_condition_guard(v, of[1], truth)),
            model_guard_and(v, model_condition_guard(v, of[0], false),
                model_condition_guard(v, of[2], truth)));
    return NULL;
}

/* ---- Walking ----------------------------------------------------------- */

/* One walk over a statement's accesses. */
struct access_walk {
    struct value_context *v;
    bool (*visit)(const struct model_access *, void *);
    void *user;
};

/* The loads of a value that is evaluated where "guard" holds. */
static bool walk_value(struct access_walk *walk, const struct value *value,
    const struct guard *guard)
{
    bool is_select =
        value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT;

    if (guard_is_false(guard))
        return true;
    if (value->kind == VALUE_LOAD) {
        struct model_access access = {
            value->array, value->index, guard, value->range, false};

        return walk->visit(&access, walk->user);
    }
    for (int i = 0; i < value->n_operands; i++) {
        const struct guard *arm = guard;

        if (is_select && i > 0)
            arm = model_guard_and(walk->v, guard,
                model_condition_guard(walk->v, value->operands[0], i == 1));
        if (!walk_value(walk, value->operands[i], arm))
            return false;
    }
    return true;
}

bool model_foreach_access(struct model *model,
    const struct model_statement *statement,
    bool (*visit)(const struct model_access *, void *), void *user)
{
    struct access_walk walk = {model->values, visit, user};
    struct model_access write = {statement->target, statement->index, NULL,
        statement->target_range, true};

    return walk_value(&walk, statement->value, NULL) && visit(&write, user);
}

/* ---- Relations --------------------------------------------------------- */

/* Is the form linear in its variables? */
static bool is_linear(const struct affine *affine)
{
    for (int i = 0; i < affine->n_terms; i++)
        if (affine->terms[i].variable->of)
            return false;
    return true;
}

/* Dimension "at" of the array = the form, as a constraint. */
static __isl_give isl_constraint *equate_index(struct model *model,
    const struct model_statement *statement, const struct affine *form, int at,
    __isl_take isl_local_space *local)
{
    isl_constraint *equal = isl_constraint_alloc_equality(local);

    equal = isl_constraint_set_coefficient_si(equal, isl_dim_out, at, -1);
    equal = isl_constraint_set_constant_val(
        equal, isl_val_int_from_si(model->ctx, form->constant));
    for (int i = 0; i < form->n_terms; i++) {
        isl_val *factor =
            isl_val_int_from_si(model->ctx, form->terms[i].coefficient);
        enum isl_dim_type type = isl_dim_param;
        int j = 0;

        while (j < model->n_parameters &&
               model->parameters[j] != form->terms[i].variable)
            j++;
        if (j == model->n_parameters) {
            type = isl_dim_in;
            for (j = 0; j < statement->n_iterators - 1; j++)
                if (statement->iterators[j] == form->terms[i].variable)
                    break;
        }
        equal = isl_constraint_set_coefficient_val(equal, type, j, factor);
    }
    return equal;
}

/* The relation from instances to elements, wherever it makes sense: one
 * basic map where the index is linear, else by isl's piecewise forms. */
static __isl_give isl_map *index_to_isl(struct model *model,
    const struct model_statement *statement, const struct model_access *access)
{
    int n = access->array->n_dimensions;
    isl_space *space = isl_space_map_from_domain_and_range(
        model_statement_space(model, statement),
        model_array_space(model, access->array));
    bool linear = true;
    isl_multi_pw_aff *index;

    for (int i = 0; i < n; i++)
        linear = linear && is_linear(access->index[i]);
    if (linear) {
        isl_local_space *local =
            isl_local_space_from_space(isl_space_copy(space));
        isl_basic_map *map = isl_basic_map_universe(space);

        for (int i = 0; i < n; i++)
            map = isl_basic_map_add_constraint(
                map, equate_index(model, statement, access->index[i], i,
                         isl_local_space_copy(local)));
        isl_local_space_free(local);
        return isl_map_from_basic_map(map);
    }
    index = isl_multi_pw_aff_zero(space);
    for (int i = 0; i < n; i++)
        index = isl_multi_pw_aff_set_pw_aff(
            index, i, model_affine_to_isl(model, access->index[i], statement));
    return isl_map_from_multi_pw_aff(index);
}

__isl_give isl_map *model_access_to_isl(struct model *model,
    const struct model_statement *statement, const struct model_access *access)
{
    isl_map *map = index_to_isl(model, statement, access);

    map = isl_map_intersect_domain(map, isl_set_copy(statement->domain));
    if (access->guard)
        map = isl_map_intersect_domain(
            map, model_guard_to_isl(model, access->guard, statement));
    return map;
}

/* A growing list of statements, each once in a row. */
struct user_list {
    struct model_statement **at;
    int n;
    int capacity;
};

/* Append the statement unless it is the last already. */
static void add_user(struct model *model, struct user_list *list,
    struct model_statement *statement)
{
    if (list->n == 0 || list->at[list->n - 1] != statement)
        VECTOR_PUSH(model->c->arena, list, statement);
}

/* A walk that collects the relations of a statement. */
struct collection {
    struct model *model;
    struct model_statement *statement;
    struct user_list *writers; /* by array id */
    struct user_list *readers;
};

/* Add one access to the statement's relations. */
static bool collect(const struct model_access *access, void *user)
{
    struct collection *into = user;
    isl_map *map = model_access_to_isl(into->model, into->statement, access);

    add_user(into->model,
        access->is_write ? &into->writers[access->array->id]
                         : &into->readers[access->array->id],
        into->statement);
    if (access->is_write)
        into->statement->write = map;
    else
        into->statement->reads = isl_union_map_union(
            into->statement->reads, isl_union_map_from_map(map));
    return true;
}

void model_build_accesses(struct model *model)
{
    struct arena *arena = model->c->arena;
    int n = model->n_arrays;
    struct collection into = {model, NULL,
        ARENA_ARRAY(arena, n, struct user_list),
        ARENA_ARRAY(arena, n, struct user_list)};

    for (int i = 0; i < model->n_statements; i++) {
        into.statement = model->statements[i];
        into.statement->reads =
            isl_union_map_empty(model_statement_space(model, NULL));
        model_foreach_access(model, into.statement, collect, &into);
    }
    model->users = ARENA_ARRAY(arena, n, struct model_users);
    for (int i = 0; i < n; i++)
        model->users[i] = (struct model_users){into.writers[i].n,
            into.writers[i].at, into.readers[i].n, into.readers[i].at};
}

/* ---- Bounds by the loops alone ----------------------------------------- */

bool model_is_nonnegative(struct model *model, const struct affine *affine,
    int n_loops, struct model_node *const *loops)
{
    struct value_context *v = model->values;

    for (int i = n_loops - 1; i >= 0; i--) {
        const struct variable *variable = loops[i]->variable;
        int64_t factor = affine_coefficient(affine, variable);
        const struct affine *end = loops[i]->lower;
        struct substitution once = {1, &variable, &end};

        if (affine_has_in_atom(affine, variable))
            return false;
        if (factor == 0)
            continue;
        if (factor < 0)
            end = affine_shift(v, loops[i]->upper, -1);
        affine = affine_substitute(v, affine, &once);
    }
    return affine_is_constant(affine) && affine->constant >= 0;
}
