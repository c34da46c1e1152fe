/* Dependences: all pairs of instances that touch one element, at least one of
 * them writing, in the order of the source. Memory-based, so a superset of
 * what value-based analysis would find, and exact about memory.
 */
#include "model/model_internal.h"

#include <isl/local_space.h>

struct model_node **model_statement_loops(
    struct model *model, const struct model_statement *statement)
{
    int n = statement->n_iterators;
    struct model_node **loops =
        ARENA_ARRAY(model->c->arena, n, struct model_node *);

    for (struct model_node *node = statement->node; node; node = node->parent)
        if (node->kind == MODEL_LOOP)
            loops[--n] = node;
    return loops;
}

/* How many loops two statements share. */
static int count_common(
    const struct model_statement *first, const struct model_statement *second)
{
    int n = 0;

    while (n < first->n_iterators && n < second->n_iterators &&
           first->iterators[n] == second->iterators[n])
        n++;
    return n;
}

/* What a pair of accesses to one array says before isl is asked: bit d is
 * set if iterator d, common to both statements, must be equal. */
struct pair_hint {
    const struct array *array;
    const struct model_statement *statement;
    uint64_t equal;
};

/* Keep the iterators that are the index of their own dimension in an access
 * to the array. */
static bool find_iterators(const struct model_access *access, void *user)
{
    struct pair_hint *hint = user;
    uint64_t found = 0;

    if (access->array != hint->array)
        return true;
    for (int i = 0; i < access->array->n_dimensions; i++) {
        const struct affine *index = access->index[i];

        for (int j = 0; j < hint->statement->n_iterators && j < 64; j++)
            if (index->n_terms == 1 && index->constant == 0 &&
                index->terms[0].coefficient == 1 &&
                index->terms[0].variable == hint->statement->iterators[j] &&
                i == j)
                found |= UINT64_C(1) << j;
    }
    hint->equal &= found;
    return true;
}

/* The common iterators that are equal in every pair of accesses of the two
 * statements to the array: dimension d of it is iterator d in all. */
static uint64_t find_equal(struct model *model,
    const struct model_statement *first, const struct model_statement *second,
    const struct array *array)
{
    struct pair_hint hint = {array, first, ~UINT64_C(0)};

    model_foreach_access(model, first, find_iterators, &hint);
    hint.statement = second;
    model_foreach_access(model, second, find_iterators, &hint);
    return hint.equal;
}

/* Equal in the first "depth" iterators, and (if "is_less") smaller in the
 * next. */
static __isl_give isl_basic_map *order_at_depth(
    __isl_take isl_space *space, int depth, bool is_less)
{
    isl_local_space *local = isl_local_space_from_space(isl_space_copy(space));
    isl_basic_map *order = isl_basic_map_universe(space);

    for (int i = 0; i < depth + is_less; i++) {
        isl_constraint *constraint =
            i < depth
                ? isl_constraint_alloc_equality(isl_local_space_copy(local))
                : isl_constraint_alloc_inequality(isl_local_space_copy(local));

        constraint =
            isl_constraint_set_coefficient_si(constraint, isl_dim_in, i, -1);
        constraint =
            isl_constraint_set_coefficient_si(constraint, isl_dim_out, i, 1);
        if (i == depth)
            constraint = isl_constraint_set_constant_si(constraint, -1);
        order = isl_basic_map_add_constraint(order, constraint);
    }
    isl_local_space_free(local);
    return order;
}

/* Both maps; "map" may be NULL, which spares isl comparing with nothing. */
static __isl_give isl_map *add_part(
    __isl_take isl_map *map, __isl_take isl_map *part)
{
    return map ? isl_map_union(map, part) : part;
}

/* The intersection of every basic map of "map" with "with". */
static __isl_give isl_map *intersect_each(
    __isl_keep isl_map *map, __isl_take isl_basic_map *with)
{
    isl_basic_map_list *list = isl_map_get_basic_map_list(map);
    isl_map *result = NULL;
    int n = (int)isl_map_n_basic_map(map);

    for (int i = 0; i < n; i++) {
        isl_basic_map *part =
            isl_basic_map_intersect(isl_basic_map_list_get_basic_map(list, i),
                isl_basic_map_copy(with));

        result = add_part(result, isl_map_from_basic_map(part));
    }
    isl_basic_map_list_free(list);
    isl_basic_map_free(with);
    return result ? result : isl_map_empty(isl_map_get_space(map));
}

/* The same, taking "map". */
static __isl_give isl_map *replace_each(
    __isl_take isl_map *map, __isl_take isl_basic_map *with)
{
    isl_map *result = intersect_each(map, with);

    isl_map_free(map);
    return result;
}

/* A basic map being given the constraints of the context. */
struct context_copy {
    struct model *model;
    isl_local_space *local;
    isl_basic_map *map;
};

/* Add one constraint on parameters. */
static isl_stat copy_constraint(
    __isl_take isl_constraint *constraint, void *user)
{
    struct context_copy *copy = user;
    isl_local_space *local = isl_local_space_copy(copy->local);
    isl_constraint *made =
        isl_constraint_is_equality(constraint) == isl_bool_true
            ? isl_constraint_alloc_equality(local)
            : isl_constraint_alloc_inequality(local);

    for (int i = 0; i < copy->model->n_parameters; i++)
        made = isl_constraint_set_coefficient_val(made, isl_dim_param, i,
            isl_constraint_get_coefficient_val(constraint, isl_dim_param, i));
    made = isl_constraint_set_constant_val(
        made, isl_constraint_get_constant_val(constraint));
    copy->map = isl_basic_map_add_constraint(copy->map, made);
    isl_constraint_free(constraint);
    return isl_stat_ok;
}

/* "pairs" in the context. A context of one basic set, the usual case, is
 * added as plain constraints, which spares isl comparing and normalising. */
static __isl_give isl_map *restrict_context(
    struct model *model, __isl_take isl_map *pairs)
{
    struct context_copy copy = {model, NULL, NULL};
    isl_basic_set_list *list;
    isl_basic_set *context;

    if (isl_set_n_basic_set(model->context) != 1)
        return isl_map_intersect_params(pairs, isl_set_copy(model->context));
    list = isl_set_get_basic_set_list(model->context);
    context = isl_basic_set_list_get_basic_set(list, 0);
    isl_basic_set_list_free(list);
    if (isl_basic_set_dim(context, isl_dim_div) > 0) {
        isl_basic_set_free(context);
        return isl_map_intersect_params(pairs, isl_set_copy(model->context));
    }
    copy.map = isl_basic_map_universe(isl_map_get_space(pairs));
    copy.local = isl_local_space_from_space(isl_map_get_space(pairs));
    if (isl_basic_set_foreach_constraint(context, copy_constraint, &copy) !=
        isl_stat_ok)
        copy.map = isl_basic_map_free(copy.map);
    isl_local_space_free(copy.local);
    isl_basic_set_free(context);
    return replace_each(pairs, copy.map);
}

/* The part of "pairs" in which the first instance runs before the second,
 * one disjunct per depth. "equal" has the iterators known to be equal;
 * "is_tested" says that parts that turn out empty are left out. */
static __isl_give isl_map *restrict_order(__isl_take isl_map *pairs,
    const struct model_statement *first, const struct model_statement *second,
    uint64_t equal, bool is_tested)
{
    int n_common = count_common(first, second);
    isl_space *space = isl_map_get_space(pairs);
    isl_map *result = NULL;

    for (int depth = 0; depth <= n_common; depth++) {
        isl_map *part;

        if (depth == n_common && first->id >= second->id)
            break;
        if (depth < n_common && depth < 64 && (equal >> depth & 1))
            continue;
        part = intersect_each(pairs,
            order_at_depth(isl_space_copy(space), depth, depth < n_common));
        if (isl_map_plain_is_empty(part) == isl_bool_true ||
            (is_tested && isl_map_is_empty(part) == isl_bool_true))
            isl_map_free(part);
        else
            result = add_part(result, part);
    }
    isl_map_free(pairs);
    if (!result)
        return isl_map_empty(space);
    isl_space_free(space);
    return result;
}

__isl_give isl_map *model_order(struct model *model,
    const struct model_statement *first, const struct model_statement *second)
{
    isl_space *space =
        isl_space_map_from_domain_and_range(model_statement_space(model, first),
            model_statement_space(model, second));

    return restrict_order(isl_map_universe(space), first, second, 0, false);
}

/* The reads of an array by a statement. */
static __isl_give isl_map *get_reads(struct model *model,
    const struct model_statement *statement, const struct array *array)
{
    isl_space *space = isl_space_map_from_domain_and_range(
        model_statement_space(model, statement),
        model_array_space(model, array));

    return isl_union_map_extract_map(statement->reads, space);
}

__isl_give isl_map *model_ordered_pairs(struct model *model,
    const struct model_statement *first, const struct model_statement *second,
    const struct array *array, __isl_keep isl_map *first_access,
    __isl_keep isl_map *second_access)
{
    uint64_t equal = find_equal(model, first, second, array);
    bool is_tested = array->kind != ARRAY_PRIVATE;
    isl_map *pairs = isl_map_apply_range(isl_map_copy(first_access),
        isl_map_reverse(isl_map_copy(second_access)));

    pairs = restrict_context(model, pairs);
    return restrict_order(pairs, first, second, equal, is_tested);
}

/* Add the pairs (first, second) that touch one element to "into". */
static void add_pairs(struct model *model, isl_union_map **into,
    const struct model_statement *first, const struct model_statement *second,
    const struct array *array, __isl_keep isl_map *first_access,
    __isl_keep isl_map *second_access)
{
    isl_map *pairs = model_ordered_pairs(
        model, first, second, array, first_access, second_access);

    if (isl_map_plain_is_empty(pairs) == isl_bool_true)
        isl_map_free(pairs);
    else
        *into = isl_union_map_union(*into, isl_union_map_from_map(pairs));
}

/* The dependences through one array between a writer and all its users. */
static void build_writer(struct model *model, const struct array *array,
    const struct model_statement *writer)
{
    const struct model_users *users = &model->users[array->id];

    for (int i = 0; i < users->n_readers; i++) {
        const struct model_statement *reader = users->readers[i];
        isl_map *reads = get_reads(model, reader, array);

        add_pairs(
            model, &model->flow, writer, reader, array, writer->write, reads);
        add_pairs(
            model, &model->anti, reader, writer, array, reads, writer->write);
        isl_map_free(reads);
        if (isl_ctx_last_error(model->ctx) != isl_error_none)
            return;
    }
    for (int i = 0; i < users->n_writers; i++) {
        const struct model_statement *second = users->writers[i];

        add_pairs(model, &model->output, writer, second, array, writer->write,
            second->write);
        if (isl_ctx_last_error(model->ctx) != isl_error_none)
            return;
    }
}

void model_build_dependences(struct model *model)
{
    isl_space *space = model_statement_space(model, NULL);

    model->flow = isl_union_map_empty(isl_space_copy(space));
    model->anti = isl_union_map_empty(isl_space_copy(space));
    model->output = isl_union_map_empty(space);
    for (int i = 0; i < model->n_arrays; i++)
        for (int j = 0; j < model->users[i].n_writers; j++) {
            build_writer(model, model->arrays[i], model->users[i].writers[j]);
            if (isl_ctx_last_error(model->ctx) != isl_error_none)
                return;
        }
}
