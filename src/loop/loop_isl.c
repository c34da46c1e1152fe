/* isl constraints to affine forms over parameters and loop variables. */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <string.h>

/* An isl integer as int64; false if it is not one, or is so large that sums
 * of it might not fit (then "overflow" is set). */
static bool take_integer(
    struct model *model, __isl_take isl_val *value, int64_t *integer)
{
    bool is_integer = value && isl_val_is_int(value) == isl_bool_true;
    bool ok = is_integer && isl_val_cmp_si(value, INT64_MAX / 4) <= 0 &&
              isl_val_cmp_si(value, INT64_MIN / 4) >= 0;

    if (ok)
        *integer = isl_val_get_num_si(value);
    else if (is_integer)
        model->values->overflow = true;
    isl_val_free(value);
    return ok;
}

/* The model's parameter of an isl parameter name. */
static const struct variable *find_parameter(
    struct model *model, const char *name)
{
    for (int i = 0; i < model->n_parameters; i++)
        if (name && !strcmp(model->parameters[i]->name->text, name))
            return model->parameters[i];
    return NULL;
}

/* floor(aff): the numerator over the denominator of a division. */
static const struct affine *get_division(struct model *model, isl_aff *aff,
    int place, const struct affine *const *dimensions)
{
    isl_aff *division = isl_aff_get_div(aff, place);
    isl_val *denominator = isl_aff_get_denominator_val(division);
    const struct affine *inside;
    int64_t divisor = 0;

    division = isl_aff_scale_val(division, isl_val_copy(denominator));
    inside =
        division ? loop_affine_from_isl(model, division, dimensions) : NULL;
    isl_aff_free(division);
    if (!take_integer(model, denominator, &divisor) || !inside)
        return NULL;
    return affine_floor(model->values, inside, divisor);
}

/* The form of one dimension of a kind. */
static const struct affine *get_dimension(struct model *model, isl_aff *aff,
    enum isl_dim_type type, int place, const struct affine *const *dimensions)
{
    const struct variable *parameter;

    if (type == isl_dim_in)
        return dimensions[place];
    if (type == isl_dim_div)
        return get_division(model, aff, place, dimensions);
    parameter = find_parameter(
        model, isl_aff_get_dim_name(aff, isl_dim_param, (unsigned)place));
    return parameter ? affine_variable(model->values, parameter) : NULL;
}

const struct affine *loop_affine_from_isl(
    struct model *model, isl_aff *aff, const struct affine *const *dimensions)
{
    static const enum isl_dim_type types[] = {
        isl_dim_param, isl_dim_in, isl_dim_div};
    struct value_context *v = model->values;
    int64_t integer = 0;
    const struct affine *sum;

    if (!take_integer(model, isl_aff_get_constant_val(aff), &integer))
        return NULL;
    sum = affine_constant(v, integer);
    for (int t = 0; t < 3; t++) {
        int n = (int)isl_aff_dim(aff, types[t]);

        for (int i = 0; i < n; i++) {
            const struct affine *term;

            if (!take_integer(model,
                    isl_aff_get_coefficient_val(aff, types[t], i), &integer))
                return NULL;
            if (integer == 0)
                continue;
            term = get_dimension(model, aff, types[t], i, dimensions);
            if (!term)
                return NULL;
            sum = affine_add(v, sum, affine_scale(v, term, integer));
        }
    }
    return sum;
}

/* Collects the constraints of a basic set that involve one dimension. */
struct bound_reader {
    struct model *model;
    int d;
    const struct affine *const *dimensions;
    VECTOR(const struct affine *) lower;
    VECTOR(const struct affine *) upper;
};

/* From coefficient * t + rest >= 0: a bound of t. */
static void add_bound(
    struct bound_reader *reader, int64_t coefficient, const struct affine *rest)
{
    struct value_context *v = reader->model->values;
    struct arena *arena = v->arena;

    if (coefficient > 0)
        VECTOR_PUSH(arena, &reader->lower,
            affine_scale(v, affine_floor(v, rest, coefficient), -1));
    else
        VECTOR_PUSH(arena, &reader->upper,
            affine_shift(v, affine_floor(v, rest, -coefficient), 1));
}

/* A constraint becomes a bound, or two. */
static isl_stat read_bound(__isl_take isl_constraint *constraint, void *user)
{
    struct bound_reader *reader = user;
    struct value_context *v = reader->model->values;
    isl_aff *aff = isl_constraint_get_aff(constraint);
    bool is_equality = isl_constraint_is_equality(constraint) == isl_bool_true;
    int64_t coefficient = 0;
    const struct affine *rest = NULL;

    if (take_integer(reader->model,
            isl_aff_get_coefficient_val(aff, isl_dim_in, reader->d),
            &coefficient)) {
        aff = isl_aff_set_coefficient_si(aff, isl_dim_in, reader->d, 0);
        rest =
            aff ? loop_affine_from_isl(reader->model, aff, reader->dimensions)
                : NULL;
    }
    isl_aff_free(aff);
    isl_constraint_free(constraint);
    if (!rest)
        return isl_stat_error;
    if (coefficient == 0)
        return isl_stat_ok;
    add_bound(reader, coefficient, rest);
    if (is_equality)
        add_bound(reader, -coefficient, affine_scale(v, rest, -1));
    return isl_stat_ok;
}

bool loop_bounds_from_isl(struct model *model, isl_basic_set *set, int d,
    const struct affine *const *dimensions, struct loop_bounds *bounds)
{
    struct bound_reader reader = {
        .model = model, .d = d, .dimensions = dimensions};

    if (isl_basic_set_foreach_constraint(set, read_bound, &reader) !=
        isl_stat_ok)
        return false;
    bounds->n_lower = reader.lower.n;
    bounds->lower = reader.lower.at;
    bounds->n_upper = reader.upper.n;
    bounds->upper = reader.upper.at;
    return reader.lower.n > 0 && reader.upper.n > 0;
}

/* Collects the clauses of a guard. */
struct guard_reader {
    struct model *model;
    const struct affine *const *dimensions;
    VECTOR(const struct affine *) terms;
    const struct guard *guard;
    bool is_true;
};

/* A constraint becomes a term of the clause, or two. */
static isl_stat read_term(__isl_take isl_constraint *constraint, void *user)
{
    struct guard_reader *reader = user;
    struct value_context *v = reader->model->values;
    isl_aff *aff = isl_constraint_get_aff(constraint);
    bool is_equality = isl_constraint_is_equality(constraint) == isl_bool_true;
    const struct affine *term =
        aff ? loop_affine_from_isl(reader->model, aff, reader->dimensions)
            : NULL;

    isl_aff_free(aff);
    isl_constraint_free(constraint);
    if (!term)
        return isl_stat_error;
    VECTOR_PUSH(v->arena, &reader->terms, term);
    if (is_equality)
        VECTOR_PUSH(v->arena, &reader->terms, affine_scale(v, term, -1));
    return isl_stat_ok;
}

/* A basic set becomes a clause of the guard. */
static isl_stat read_clause(__isl_take isl_basic_set *set, void *user)
{
    struct guard_reader *reader = user;
    struct value_context *v = reader->model->values;
    const struct guard *clause;
    isl_stat status;

    reader->terms.n = 0;
    reader->terms.capacity = 0;
    status = isl_basic_set_foreach_constraint(set, read_term, reader);
    isl_basic_set_free(set);
    clause = guard_all(v, reader->terms.n, reader->terms.at);
    if (!clause)
        reader->is_true = true;
    else if (!reader->is_true)
        reader->guard = guard_or(v, reader->guard, clause);
    return status;
}

bool loop_guard_from_isl(struct model *model, isl_set *set,
    const struct affine *const *dimensions, const struct guard **guard)
{
    struct guard_reader reader = {.model = model, .dimensions = dimensions};

    reader.guard = guard_false(model->values);
    if (isl_set_foreach_basic_set(set, read_clause, &reader) != isl_stat_ok)
        return false;
    *guard = reader.is_true ? NULL : reader.guard;
    return true;
}
