/* Points of sets and conditions on parameters, as text for messages. */
#include "model/model_internal.h"

#include <isl/point.h>
#include <isl/val.h>

/* The least value of dimension "at" that is not negative, else the greatest;
 * where there is no bound, that of any point. NULL when isl failed. */
static __isl_give isl_val *choose_value(__isl_keep isl_set *set, int at)
{
    isl_set *positive =
        isl_set_lower_bound_si(isl_set_copy(set), isl_dim_set, at, 0);
    isl_val *value;
    isl_point *point;

    if (isl_set_is_empty(positive) == isl_bool_false)
        value = isl_set_dim_min_val(isl_set_copy(positive), at);
    else
        value = isl_set_dim_max_val(isl_set_copy(set), at);
    isl_set_free(positive);
    if (isl_val_is_int(value) == isl_bool_true)
        return value;
    isl_val_free(value);
    point = isl_set_sample_point(isl_set_copy(set));
    value = isl_point_get_coordinate_val(point, isl_dim_set, at);
    isl_point_free(point);
    return value;
}

bool model_find_point(
    struct model *model, __isl_take isl_set *set, int64_t *point)
{
    int n_parameters = model->n_parameters;
    int n;

    if (isl_set_is_params(set) == isl_bool_true)
        set = isl_set_from_params(set);
    n = n_parameters + (int)isl_set_dim(set, isl_dim_set);
    set = isl_set_reset_tuple_id(set);
    set = isl_set_move_dims(
        set, isl_dim_set, 0, isl_dim_param, 0, (unsigned)n_parameters);
    for (int i = 0; i < n; i++) {
        isl_val *value = choose_value(set, i);

        if (!value)
            break;
        point[i] = isl_val_get_num_si(value);
        set = isl_set_fix_val(set, isl_dim_set, (unsigned)i, value);
    }
    isl_set_free(set);
    return isl_ctx_last_error(model->ctx) == isl_error_none;
}

void model_print_binding(
    struct text *text, bool *is_first, const char *name, int64_t value)
{
    text_printf(
        text, "%s%s = %lld", *is_first ? "" : ", ", name, (long long)value);
    *is_first = false;
}

const char *model_witness(
    struct model *model, __isl_take isl_set *set, bool with_parameters)
{
    int n = (int)isl_set_dim(set, isl_dim_set);
    int n_parameters = model->n_parameters;
    int64_t *point =
        ARENA_ARRAY(model->c->arena, n + n_parameters + 1, int64_t);
    struct text text = text_new(model->c->arena);
    isl_set *kept = isl_set_copy(set);
    bool is_first = true;

    if (!model_find_point(model, set, point)) {
        isl_set_free(kept);
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        const char *name = isl_set_get_dim_name(kept, isl_dim_set, (unsigned)i);

        model_print_binding(
            &text, &is_first, name ? name : "?", point[n_parameters + i]);
    }
    for (int i = 0; with_parameters && i < n_parameters; i++)
        if (isl_set_involves_dims(kept, isl_dim_param, (unsigned)i, 1) ==
            isl_bool_true)
            model_print_binding(
                &text, &is_first, model->parameters[i]->name->text, point[i]);
    isl_set_free(kept);
    return text.at;
}

/* ---- Conditions -------------------------------------------------------- */

/* A condition being printed. */
struct condition {
    struct model *model;
    struct text text;
    int n;
    int n_related;
};

/* The coefficient of a parameter in a constraint. */
static long coefficient(__isl_keep isl_constraint *constraint, int i)
{
    isl_val *value =
        isl_constraint_get_coefficient_val(constraint, isl_dim_param, i);
    long result = isl_val_get_num_si(value);

    isl_val_free(value);
    return result;
}

/* How many parameters have coefficients of a sign. */
static int count_terms(struct condition *condition,
    __isl_keep isl_constraint *constraint, int sign)
{
    int n = 0;

    for (int i = 0; i < condition->model->n_parameters; i++)
        n += sign * coefficient(constraint, i) > 0;
    return n;
}

/* Append one side of a condition: the terms of one sign. */
static void print_side(struct condition *condition,
    __isl_keep isl_constraint *constraint, int sign)
{
    struct text *text = &condition->text;
    bool is_first = true;
    isl_val *value = isl_constraint_get_constant_val(constraint);
    long number = sign * isl_val_get_num_si(value);

    isl_val_free(value);
    for (int i = 0; i < condition->model->n_parameters; i++) {
        long factor = sign * coefficient(constraint, i);

        if (factor <= 0)
            continue;
        text_append(text, is_first ? "" : " + ");
        if (factor != 1)
            text_printf(text, "%ld*", factor);
        text_append(text, condition->model->parameters[i]->name->text);
        is_first = false;
    }
    if (is_first || number > 0)
        text_printf(
            text, "%s%ld", is_first ? "" : " + ", number > 0 ? number : 0);
}

/* Append one constraint as "L >= K + 1", or "K <= 3" if nothing but a number
 * would be on the left. */
static isl_stat print_constraint(
    __isl_take isl_constraint *constraint, void *user)
{
    struct condition *condition = user;
    bool is_equal = isl_constraint_is_equality(constraint) == isl_bool_true;
    int n_left = count_terms(condition, constraint, 1);
    int n_related = n_left + count_terms(condition, constraint, -1);

    text_append(&condition->text, condition->n++ ? ", " : "");
    print_side(condition, constraint, n_left ? 1 : -1);
    text_append(&condition->text, is_equal ? " == " : n_left ? " >= " : " <= ");
    print_side(condition, constraint, n_left ? -1 : 1);
    if (n_related > condition->n_related)
        condition->n_related = n_related;
    isl_constraint_free(constraint);
    return isl_stat_ok;
}

const char *model_require_text(
    struct model *model, __isl_keep isl_set *set, int *n_related)
{
    struct condition condition = {model, text_new(model->c->arena), 0, 0};
    isl_basic_set_list *list;
    isl_basic_set *one;
    bool ok;

    if (isl_set_n_basic_set(set) != 1)
        return NULL;
    list = isl_set_get_basic_set_list(set);
    one = isl_basic_set_list_get_basic_set(list, 0);
    isl_basic_set_list_free(list);
    ok = isl_basic_set_dim(one, isl_dim_div) == 0 &&
         isl_basic_set_foreach_constraint(one, print_constraint, &condition) ==
             isl_stat_ok;
    isl_basic_set_free(one);
    *n_related = condition.n_related;
    return ok && condition.n > 0 ? condition.text.at : NULL;
}
