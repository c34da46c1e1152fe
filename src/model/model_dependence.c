/* Dependences: all pairs of instances that touch one element, at least one of
 * them writing, in the order of the source. Memory-based, so a superset of
 * what value-based analysis would find, and exact about memory.
 */
#include "model/model_internal.h"

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

/* Equal in the first "depth" iterators, and (if "is_less") smaller in the
 * next. */
static __isl_give isl_map *order_at_depth(
    __isl_take isl_space *space, int depth, bool is_less)
{
    isl_map *order = isl_map_universe(space);

    for (int i = 0; i < depth; i++)
        order = isl_map_equate(order, isl_dim_in, i, isl_dim_out, i);
    if (is_less)
        order = isl_map_order_lt(order, isl_dim_in, depth, isl_dim_out, depth);
    return order;
}

/* The part of "pairs", both ways of access to one element, in which the
 * first runs before the second. Takes one disjunct per depth. */
static __isl_give isl_map *restrict_order(__isl_take isl_map *pairs,
    const struct model_statement *first, const struct model_statement *second)
{
    int n_common = count_common(first, second);
    isl_space *space = isl_map_get_space(pairs);
    isl_map *result = isl_map_empty(isl_space_copy(space));

    for (int depth = 0; depth <= n_common; depth++) {
        isl_map *part;

        if (depth == n_common && first->id >= second->id)
            break;
        part = order_at_depth(isl_space_copy(space), depth, depth < n_common);
        part = isl_map_intersect(isl_map_copy(pairs), part);
        if (isl_map_is_empty(part) == isl_bool_false)
            result = isl_map_union_disjoint(result, part);
        else
            isl_map_free(part);
    }
    isl_space_free(space);
    isl_map_free(pairs);
    return result;
}

__isl_give isl_map *model_order(struct model *model,
    const struct model_statement *first, const struct model_statement *second)
{
    isl_space *space =
        isl_space_map_from_domain_and_range(model_statement_space(model, first),
            model_statement_space(model, second));

    return restrict_order(isl_map_universe(space), first, second);
}

/* The reads of an array by a statement, or NULL if there are none. */
static __isl_give isl_map *get_reads(struct model *model,
    const struct model_statement *statement, const struct array *array)
{
    isl_space *space = isl_space_map_from_domain_and_range(
        model_statement_space(model, statement),
        model_array_space(model, array));
    isl_map *map = isl_union_map_extract_map(statement->reads, space);

    if (isl_map_plain_is_empty(map) == isl_bool_true)
        return isl_map_free(map);
    return map;
}

__isl_give isl_map *model_ordered_pairs(struct model *model,
    const struct model_statement *first, const struct model_statement *second,
    __isl_keep isl_map *first_access, __isl_keep isl_map *second_access)
{
    isl_map *pairs = isl_map_apply_range(isl_map_copy(first_access),
        isl_map_reverse(isl_map_copy(second_access)));

    pairs = isl_map_intersect_params(pairs, isl_set_copy(model->context));
    return restrict_order(pairs, first, second);
}

/* Add the pairs (first, second) that touch one element to "into". */
static void add_pairs(struct model *model, isl_union_map **into,
    const struct model_statement *first, const struct model_statement *second,
    __isl_keep isl_map *first_access, __isl_keep isl_map *second_access)
{
    isl_map *pairs =
        model_ordered_pairs(model, first, second, first_access, second_access);

    if (isl_map_plain_is_empty(pairs) == isl_bool_true)
        isl_map_free(pairs);
    else
        *into = isl_union_map_union(*into, isl_union_map_from_map(pairs));
}

/* The dependences from "first" to "second", in either textual order. */
static void build_pair(struct model *model, const struct model_statement *first,
    const struct model_statement *second)
{
    isl_map *reads = get_reads(model, second, first->target);

    if (reads)
        add_pairs(model, &model->flow, first, second, first->write, reads);
    isl_map_free(reads);
    reads = get_reads(model, first, second->target);
    if (reads)
        add_pairs(model, &model->anti, first, second, reads, second->write);
    isl_map_free(reads);
    if (first->target == second->target)
        add_pairs(
            model, &model->output, first, second, first->write, second->write);
}

void model_build_dependences(struct model *model)
{
    isl_space *space = model_statement_space(model, NULL);

    model->flow = isl_union_map_empty(isl_space_copy(space));
    model->anti = isl_union_map_empty(isl_space_copy(space));
    model->output = isl_union_map_empty(space);
    for (int i = 0; i < model->n_statements; i++)
        for (int j = 0; j < model->n_statements; j++)
            if (isl_ctx_last_error(model->ctx) == isl_error_none)
                build_pair(model, model->statements[i], model->statements[j]);
}
