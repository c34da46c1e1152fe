/* Affine forms and guards as isl objects; failures of isl as diagnostics. */
#include "model/model_internal.h"

#include <isl/local_space.h>
#include <isl/options.h>
#include <isl/point.h>
#include <isl/val.h>

/* ---- Spaces ------------------------------------------------------------ */

const char *model_array_name(const struct array *array)
{
    return array->name->text;
}

/* A set space with the kernel's parameters and "n" dimensions. */
static __isl_give isl_space *make_space(struct model *model, int n)
{
    isl_space *space =
        isl_space_set_alloc(model->ctx, (unsigned)model->n_parameters, 0);

    for (int i = 0; i < model->n_parameters; i++)
        space = isl_space_set_dim_name(space, isl_dim_param, (unsigned)i,
            model->parameters[i]->name->text);
    return isl_space_add_dims(space, isl_dim_set, (unsigned)n);
}

__isl_give isl_space *model_statement_space(
    struct model *model, const struct model_statement *statement)
{
    isl_space *space;

    if (!statement)
        return isl_space_params(make_space(model, 0));
    space = make_space(model, statement->n_iterators);
    for (int i = 0; i < statement->n_iterators; i++)
        space = isl_space_set_dim_name(space, isl_dim_set, (unsigned)i,
            statement->iterators[i]->name->text);
    return isl_space_set_tuple_name(space, isl_dim_set, statement->name->text);
}

__isl_give isl_space *model_array_space(
    struct model *model, const struct array *array)
{
    return isl_space_set_tuple_name(make_space(model, array->n_dimensions),
        isl_dim_set, model_array_name(array));
}

/* ---- Affine forms ------------------------------------------------------ */

/* Where variables are found: an affine form over parameters and the
 * iterators of "statement" (may be NULL). "is_known" turns false if a
 * variable is neither. */
struct lowering {
    struct model *model;
    const struct model_statement *statement;
    bool is_known;
};

/* An integer as an isl value. */
static __isl_give isl_val *make_value(struct model *model, int64_t value)
{
    return isl_val_int_from_si(model->ctx, value);
}

/* The isl dimension of a variable that is no atom; -1 if it has none. */
static int find_dimension(
    struct lowering *at, const struct variable *variable, bool *is_parameter)
{
    *is_parameter = true;
    for (int i = 0; i < at->model->n_parameters; i++)
        if (at->model->parameters[i] == variable)
            return i;
    *is_parameter = false;
    for (int i = 0; at->statement && i < at->statement->n_iterators; i++)
        if (at->statement->iterators[i] == variable)
            return i;
    at->is_known = false;
    return -1;
}

/* Has the form an atom other than a floor, however deep? */
static bool has_border(const struct affine *affine)
{
    for (int i = 0; i < affine->n_terms; i++) {
        const struct variable *variable = affine->terms[i].variable;

        if (variable->extent || (variable->of && has_border(variable->of)))
            return true;
    }
    return false;
}

/* A form without borders as an isl_aff over the local space. */
static __isl_give isl_aff *make_aff(struct lowering *at,
    const struct affine *affine, __isl_keep isl_local_space *space)
{
    isl_aff *aff = isl_aff_zero_on_domain(isl_local_space_copy(space));

    aff =
        isl_aff_set_constant_val(aff, make_value(at->model, affine->constant));
    for (int i = 0; i < affine->n_terms; i++) {
        const struct affine_term *term = &affine->terms[i];
        isl_val *factor = make_value(at->model, term->coefficient);
        bool is_parameter;
        int dimension;

        if (term->variable->of) {
            isl_aff *of = make_aff(at, term->variable->of, space);

            of = isl_aff_scale_down_val(
                of, make_value(at->model, term->variable->divisor));
            of = isl_aff_scale_val(isl_aff_floor(of), factor);
            aff = isl_aff_add(aff, of);
            continue;
        }
        dimension = find_dimension(at, term->variable, &is_parameter);
        if (dimension < 0)
            isl_val_free(factor);
        else
            aff = isl_aff_add_coefficient_val(aff,
                is_parameter ? isl_dim_param : isl_dim_in, dimension, factor);
    }
    return aff;
}

static __isl_give isl_pw_aff *make_pw_aff(struct lowering *at,
    const struct affine *affine, __isl_keep isl_local_space *space);

/* "value" where "where", joined with "rest" (NULL on the first call only). */
static __isl_give isl_pw_aff *add_piece(__isl_take isl_pw_aff *rest,
    __isl_take isl_pw_aff *value, __isl_take isl_set *where)
{
    value = isl_pw_aff_intersect_domain(value, where);
    return rest ? isl_pw_aff_union_add(rest, value) : value;
}

/* wrap or mirror: the piece below 0, the one inside, the one above. */
static __isl_give isl_pw_aff *make_pieces(struct lowering *at,
    enum variable_kind kind, __isl_take isl_pw_aff *of,
    __isl_take isl_pw_aff *extent)
{
    isl_pw_aff *zero = isl_pw_aff_sub(isl_pw_aff_copy(of), isl_pw_aff_copy(of));
    isl_set *below =
        isl_pw_aff_lt_set(isl_pw_aff_copy(of), isl_pw_aff_copy(zero));
    isl_set *above =
        isl_pw_aff_ge_set(isl_pw_aff_copy(of), isl_pw_aff_copy(extent));
    isl_set *inside =
        isl_set_intersect(isl_pw_aff_ge_set(isl_pw_aff_copy(of), zero),
            isl_pw_aff_lt_set(isl_pw_aff_copy(of), isl_pw_aff_copy(extent)));
    isl_pw_aff *result = add_piece(NULL, isl_pw_aff_copy(of), inside);
    isl_pw_aff *low;
    isl_pw_aff *high;

    above = isl_set_subtract(above, isl_set_copy(below));
    if (kind == VARIABLE_WRAP) {
        low = isl_pw_aff_add(isl_pw_aff_copy(of), isl_pw_aff_copy(extent));
        high = isl_pw_aff_sub(of, extent);
    } else {
        low = isl_pw_aff_neg(isl_pw_aff_copy(of));
        high = isl_pw_aff_scale_val(extent, make_value(at->model, 2));
        high = isl_pw_aff_sub(high, of);
        high = isl_pw_aff_add_constant_val(high, make_value(at->model, -2));
    }
    return add_piece(add_piece(result, low, below), high, above);
}

/* One atom, expanded. */
static __isl_give isl_pw_aff *make_atom(struct lowering *at,
    const struct variable *atom, __isl_keep isl_local_space *space)
{
    isl_pw_aff *of = make_pw_aff(at, atom->of, space);
    isl_pw_aff *extent;
    isl_pw_aff *zero;

    if (atom->kind == VARIABLE_FLOOR) {
        of =
            isl_pw_aff_scale_down_val(of, make_value(at->model, atom->divisor));
        return isl_pw_aff_floor(of);
    }
    extent = make_pw_aff(at, atom->extent, space);
    if (atom->kind != VARIABLE_CLAMP)
        return make_pieces(at, atom->kind, of, extent);
    zero = isl_pw_aff_sub(isl_pw_aff_copy(of), isl_pw_aff_copy(of));
    extent = isl_pw_aff_add_constant_val(extent, make_value(at->model, -1));
    return isl_pw_aff_min(isl_pw_aff_max(of, zero), extent);
}

/* Any form as an isl_pw_aff: the linear part at once, borders added. */
static __isl_give isl_pw_aff *make_pw_aff(struct lowering *at,
    const struct affine *affine, __isl_keep isl_local_space *space)
{
    struct value_context *v = at->model->values;
    struct affine linear = {affine->constant, 0, NULL};
    struct affine_term *terms =
        ARENA_ARRAY(v->arena, affine->n_terms, struct affine_term);
    isl_pw_aff *sum;

    linear.terms = terms;
    for (int i = 0; i < affine->n_terms; i++)
        if (!affine->terms[i].variable->of ||
            !has_border(&(struct affine){0, 1, &affine->terms[i]}))
            terms[linear.n_terms++] = affine->terms[i];
    sum = isl_pw_aff_from_aff(make_aff(at, &linear, space));
    for (int i = 0; i < affine->n_terms; i++) {
        const struct affine_term *term = &affine->terms[i];
        isl_pw_aff *atom;

        if (!term->variable->of || !has_border(&(struct affine){0, 1, term}))
            continue;
        atom = make_atom(at, term->variable, space);
        atom = isl_pw_aff_scale_val(
            atom, make_value(at->model, term->coefficient));
        sum = isl_pw_aff_add(sum, atom);
    }
    return sum;
}

__isl_give isl_pw_aff *model_affine_to_isl(struct model *model,
    const struct affine *affine, const struct model_statement *statement)
{
    struct lowering at = {model, statement, true};
    isl_local_space *space =
        isl_local_space_from_space(model_statement_space(model, statement));
    isl_pw_aff *result = make_pw_aff(&at, affine, space);

    isl_local_space_free(space);
    return at.is_known ? result : isl_pw_aff_free(result);
}

/* The points of "space" where one clause holds. */
static __isl_give isl_set *clause_to_set(struct lowering *at,
    const struct clause *clause, __isl_keep isl_local_space *space)
{
    isl_basic_set *plain =
        isl_basic_set_universe(isl_local_space_get_space(space));
    isl_set *set;

    for (int i = 0; i < clause->n; i++)
        if (!has_border(clause->terms[i]))
            plain = isl_basic_set_add_constraint(plain,
                isl_inequality_from_aff(make_aff(at, clause->terms[i], space)));
    set = isl_set_from_basic_set(plain);
    for (int i = 0; i < clause->n; i++)
        if (has_border(clause->terms[i]))
            set = isl_set_intersect(set, isl_pw_aff_nonneg_set(make_pw_aff(
                                             at, clause->terms[i], space)));
    return set;
}

__isl_give isl_set *model_guard_to_isl(struct model *model,
    const struct guard *guard, const struct model_statement *statement)
{
    struct lowering at = {model, statement, true};
    isl_space *plain = model_statement_space(model, statement);
    isl_local_space *space;
    isl_set *set;

    if (!guard)
        return isl_set_universe(plain);
    set = isl_set_empty(isl_space_copy(plain));
    space = isl_local_space_from_space(plain);
    for (int i = 0; i < guard->n_clauses; i++)
        set = isl_set_union(set, clause_to_set(&at, &guard->clauses[i], space));
    isl_local_space_free(space);
    return at.is_known ? set : isl_set_free(set);
}

/* ---- Phases ------------------------------------------------------------ */

void model_begin_phase(struct model *model, const char *phase)
{
    model->phase = phase;
    isl_ctx_reset_error(model->ctx);
    isl_ctx_reset_operations(model->ctx);
    isl_ctx_set_max_operations(
        model->ctx, model->c->options.max_isl_operations);
}

bool model_end_phase(struct model *model, struct source_range range)
{
    enum isl_error error = isl_ctx_last_error(model->ctx);
    const char *message = isl_ctx_last_error_msg(model->ctx);
    const char *phase = model->phase ? model->phase : "?";

    isl_ctx_set_max_operations(model->ctx, 0);
    model->phase = NULL;
    if (error == isl_error_none)
        return true;
    if (error == isl_error_quota)
        diag_error(model->c->diag, range, DIAG_E0002,
            "%s exceeded %lu isl operations", phase,
            model->c->options.max_isl_operations);
    else
        diag_internal(model->c->diag, range, "isl failed in %s: %s (%s:%d)",
            phase, message ? message : "no message",
            isl_ctx_last_error_file(model->ctx),
            isl_ctx_last_error_line(model->ctx));
    isl_ctx_reset_error(model->ctx);
    return false;
}
