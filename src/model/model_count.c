/* How many iterations a statement has, and how many elements of an array it
 * touches, for given parameters.
 *
 * Sets here are nearly products: dimensions that no constraint connects are
 * counted apart and multiplied; of connected ones the shortest is walked. So
 * are elements apart from each other: isl gives up on them and leaks.
 */
#include "model/model_internal.h"

#include <isl/ilp.h>
#include <isl/val.h>

#include <stdlib.h>

enum { MAX_WALK = 4096, MAX_DIMENSIONS = 32 };

static int64_t count_basic_set(__isl_take isl_basic_set *set);

/* An isl value as a number; -1 when it is none, negative or too large. */
static int64_t take_number(__isl_take isl_val *value)
{
    int64_t number = -1;

    if (isl_val_is_int(value) == isl_bool_true &&
        isl_val_is_nonneg(value) == isl_bool_true &&
        isl_val_cmp_si(value, INT64_MAX / 2) <= 0)
        number = isl_val_get_num_si(value);
    isl_val_free(value);
    return number;
}

/* The least and one past the greatest value of a dimension; false when it has
 * none or isl failed. */
static bool find_range(
    __isl_keep isl_basic_set *basic, unsigned at, int64_t *begin, int64_t *end)
{
    isl_set *set = isl_set_from_basic_set(isl_basic_set_copy(basic));
    isl_val *least = isl_set_dim_min_val(isl_set_copy(set), (int)at);
    isl_val *most = isl_set_dim_max_val(set, (int)at);
    bool ok = isl_val_is_int(least) == isl_bool_true &&
              isl_val_is_int(most) == isl_bool_true;

    if (ok) {
        *begin = isl_val_get_num_si(least);
        *end = isl_val_get_num_si(most) + 1;
    }
    isl_val_free(least);
    isl_val_free(most);
    return ok;
}

/* Which dimensions belong together: "part[i]" is the smallest dimension that
 * constraints connect with i. Existential dimensions follow the others. */
struct parts {
    unsigned n;
    unsigned n_all;
    unsigned part[MAX_DIMENSIONS];
};

/* Give all members of part "from" to part "to". */
static void join_parts(struct parts *parts, unsigned from, unsigned to)
{
    for (unsigned i = 0; i < parts->n_all; i++)
        if (parts->part[i] == from)
            parts->part[i] = to;
}

/* Connect the dimensions a constraint involves. */
static isl_stat join_constraint(
    __isl_take isl_constraint *constraint, void *user)
{
    struct parts *parts = user;
    unsigned first = MAX_DIMENSIONS;

    for (unsigned i = 0; i < parts->n_all; i++) {
        enum isl_dim_type type = i < parts->n ? isl_dim_set : isl_dim_div;
        unsigned at = i < parts->n ? i : i - parts->n;

        if (isl_constraint_involves_dims(constraint, type, at, 1) !=
            isl_bool_true)
            continue;
        if (first == MAX_DIMENSIONS)
            first = parts->part[i];
        else if (parts->part[i] < first) {
            join_parts(parts, first, parts->part[i]);
            first = parts->part[i];
        } else {
            join_parts(parts, parts->part[i], first);
        }
    }
    isl_constraint_free(constraint);
    return isl_stat_ok;
}

/* The dimensions of "part" alone. */
static __isl_give isl_basic_set *extract_part(
    __isl_keep isl_basic_set *set, const struct parts *parts, unsigned part)
{
    isl_basic_set *alone = isl_basic_set_copy(set);

    for (unsigned i = parts->n; i-- > 0;)
        if (parts->part[i] != part)
            alone = isl_basic_set_project_out(alone, isl_dim_set, i, 1);
    return alone;
}

/* Points of a set whose dimensions hang together: walk the shortest. */
static int64_t count_connected(__isl_take isl_basic_set *set)
{
    unsigned n = (unsigned)isl_basic_set_dim(set, isl_dim_set);
    int64_t shortest_begin = 0;
    int64_t shortest_end = INT64_MAX;
    unsigned shortest = n;
    int64_t total = 0;

    for (unsigned i = 0; i < n; i++) {
        int64_t begin = 0;
        int64_t end = 0;

        if (find_range(set, i, &begin, &end) &&
            end - begin < shortest_end - shortest_begin) {
            shortest = i;
            shortest_begin = begin;
            shortest_end = end;
        }
    }
    if (n == 1 && shortest == 0 && isl_basic_set_dim(set, isl_dim_div) == 0) {
        isl_basic_set_free(set);
        return shortest_end - shortest_begin;
    }
    if (shortest == n || shortest_end - shortest_begin > MAX_WALK)
        return take_number(isl_set_count_val(isl_set_from_basic_set(set)));
    for (int64_t i = shortest_begin; i < shortest_end && total >= 0; i++) {
        isl_basic_set *slice = isl_basic_set_copy(set);
        int64_t points;

        slice = isl_basic_set_fix_val(slice, isl_dim_set, shortest,
            isl_val_int_from_si(isl_basic_set_get_ctx(set), i));
        slice = isl_basic_set_project_out(slice, isl_dim_set, shortest, 1);
        points = count_basic_set(slice);
        total = points < 0 ? -1 : total + points;
    }
    isl_basic_set_free(set);
    return total;
}

/* Points of a set without parameters: the product over its parts. */
static int64_t count_basic_set(__isl_take isl_basic_set *set)
{
    struct parts parts;
    int64_t product = 1;

    parts.n = (unsigned)isl_basic_set_dim(set, isl_dim_set);
    parts.n_all = parts.n + (unsigned)isl_basic_set_dim(set, isl_dim_div);
    if (isl_basic_set_is_empty(set) != isl_bool_false || parts.n == 0 ||
        parts.n_all > MAX_DIMENSIONS)
        product = isl_basic_set_is_empty(set) == isl_bool_true ? 0
                  : parts.n == 0                               ? 1
                                                               : -1;
    for (unsigned i = 0; i < parts.n_all && i < MAX_DIMENSIONS; i++)
        parts.part[i] = i;
    if (product == 1 && parts.n > 0)
        isl_basic_set_foreach_constraint(set, join_constraint, &parts);
    for (unsigned i = 0; product > 0 && i < parts.n; i++) {
        int64_t points;

        if (parts.part[i] != i)
            continue;
        points = count_connected(extract_part(set, &parts, i));
        if (points < 0 || __builtin_mul_overflow(product, points, &product))
            product = -1;
    }
    isl_basic_set_free(set);
    return product;
}

/* Adds up disjoint parts; -1 stays. */
static isl_stat add_basic_set(__isl_take isl_basic_set *set, void *user)
{
    int64_t *total = user;
    int64_t points = count_basic_set(set);

    if (*total < 0 || points < 0 ||
        __builtin_add_overflow(*total, points, total))
        *total = -1;
    return isl_stat_ok;
}

/* Points of "set" when the parameters have these values; -1 when isl gives
 * up. */
static int64_t count_points(
    struct model *model, __isl_take isl_set *set, const int64_t *parameters)
{
    int64_t total = 0;

    for (int i = 0; i < model->n_parameters; i++)
        set = isl_set_fix_val(set, isl_dim_param, (unsigned)i,
            isl_val_int_from_si(model->ctx, parameters[i]));
    set = isl_set_project_out(
        set, isl_dim_param, 0, (unsigned)model->n_parameters);
    set = isl_set_make_disjoint(set);
    if (isl_set_foreach_basic_set(set, add_basic_set, &total) != isl_stat_ok)
        total = -1;
    isl_set_free(set);
    if (isl_ctx_last_error(model->ctx) != isl_error_none) {
        isl_ctx_reset_error(model->ctx);
        total = -1;
    }
    return total;
}

int64_t model_count_iterations(struct model *model,
    const struct model_statement *statement, const int64_t *parameters)
{
    model_begin_phase(model, "counting");
    return count_points(model, isl_set_copy(statement->domain), parameters);
}

int64_t model_count_elements(struct model *model, const struct array *array,
    bool is_written, const int64_t *parameters)
{
    isl_space *space = model_array_space(model, array);
    isl_set *touched;

    model_begin_phase(model, "counting");
    touched = isl_set_empty(isl_space_copy(space));
    for (int i = 0; i < model->n_statements; i++) {
        const struct model_statement *statement = model->statements[i];
        isl_union_set *range;

        if (is_written)
            range = isl_union_set_from_set(
                isl_map_range(isl_map_copy(statement->write)));
        else
            range = isl_union_map_range(isl_union_map_copy(statement->reads));
        touched = isl_set_union(
            touched, isl_union_set_extract_set(range, isl_space_copy(space)));
        isl_union_set_free(range);
    }
    isl_space_free(space);
    return count_points(model, isl_set_coalesce(touched), parameters);
}

const char *model_domain_text(
    struct model *model, const struct model_statement *statement)
{
    char *isl_text = isl_set_to_str(statement->domain);
    const char *text = arena_string(model->c->arena, isl_text ? isl_text : "?");

    free(isl_text);
    return text;
}
