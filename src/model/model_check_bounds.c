/* Every access inside its array, for all allowed parameters. */
#include "model/model_check.h"

/* A range that a form must lie in: low <= of < high. "function" is the
 * border the form is an argument of, NULL for an index itself. */
struct bounds {
    const struct model_access *access;
    const struct affine *of;
    const struct affine *low;
    const struct affine *high;
    const struct affine *extent;
    const char *function;
};

/* Where the access happens although "inside" >= 0 does not hold; NULL if the
 * loops alone show that it always does. */
static __isl_give isl_set *find_outside(struct model_checker *check,
    const struct model_access *access, const struct affine *inside)
{
    struct model *model = check->model;
    struct value_context *v = model->values;
    const struct affine *outside;
    isl_set *set;

    if (model_is_nonnegative(
            model, inside, check->statement->n_iterators, check->loops))
        return NULL;
    outside = affine_shift(v, affine_scale(v, inside, -1), -1);
    set = isl_set_copy(check->statement->domain);
    set = isl_set_intersect(
        set, model_guard_to_isl(model,
                 guard_and(v, access->guard, guard_all(v, 1, &outside)),
                 check->statement));
    return isl_set_intersect_params(set, isl_set_copy(model->context));
}

/* The condition on parameters under which an access that runs is inside;
 * NULL if there is none, or none that is simple. */
static const char *find_require(
    struct model_checker *check, __isl_keep isl_set *outside, int *n_related)
{
    struct model *model = check->model;
    isl_set *runs = isl_set_params(isl_set_copy(check->statement->domain));
    isl_set *allowed;
    const char *text;

    runs = isl_set_intersect(runs, isl_set_copy(model->context));
    allowed = isl_set_subtract(
        isl_set_copy(runs), isl_set_params(isl_set_copy(outside)));
    allowed = isl_set_gist(isl_set_coalesce(allowed), runs);
    text = model_require_text(model, allowed, n_related);
    isl_set_free(allowed);
    return text;
}

/* Say what to do about an access outside: a condition where it relates
 * parameters or nothing else helps, else the ways to say what is outside. */
static void hint_outside(struct model_checker *check,
    const struct bounds *bounds, __isl_keep isl_set *outside)
{
    struct diag *diag = check->model->c->diag;
    int n_related = 0;
    const char *text = find_require(check, outside, &n_related);
    bool can_say = !bounds->access->is_write && !bounds->function;

    if (text && (n_related > 1 || !can_say))
        diag_hint(diag, "Write 'require %s' after the parameters.", text);
    else if (can_say)
        diag_hint(diag,
            "Say what is outside: '(%s else 0)', or clamp, wrap or mirror "
            "around the index.",
            model_source_text(check, bounds->access->range));
}

/* Append ", allowed 0..L-1". */
static void print_allowed(
    struct model_checker *check, struct text *text, const struct bounds *bounds)
{
    const struct affine *last =
        affine_shift(check->model->values, bounds->high, -1);

    if (affine_is_constant(last) && affine_is_constant(bounds->low) &&
        last->constant < bounds->low->constant) {
        text_printf(text, ", but the extent is %lld",
            (long long)bounds->extent->constant);
        return;
    }
    text_append(text, ", allowed ");
    model_print_compact(text, bounds->low);
    text_append(text, "..");
    model_print_compact(text, last);
}

/* Append what goes wrong at the point: " reaches index 3 at l = 2, ...". */
static void print_reached(struct model_checker *check, struct text *text,
    const struct bounds *bounds, const int64_t *values)
{
    if (bounds->function && affine_is_constant(bounds->of)) {
        text_printf(text, ": '%s' has nothing to clamp to", bounds->function);
        model_print_values(check, text, values, bounds->extent, bounds->extent);
        return;
    }
    if (bounds->function)
        text_printf(text, ": '%s' is given", bounds->function);
    else
        text_append(text, " reaches index");
    text_printf(text, " %lld", (long long)affine_evaluate(bounds->of, values));
    model_print_values(check, text, values, bounds->of, bounds->extent);
    print_allowed(check, text, bounds);
}

/* Report an access outside with a witness; takes the points. */
static void report_outside(struct model_checker *check,
    const struct bounds *bounds, __isl_take isl_set *outside)
{
    struct model *model = check->model;
    struct diag *diag = model->c->diag;
    const struct array *array = bounds->access->array;
    const char *name = model_source_text(check, bounds->access->range);
    struct text text = text_new(model->c->arena);
    const int64_t *values =
        model_find_values(model, check->statement, isl_set_copy(outside));

    check->ok = false;
    if (values) {
        text_append(&text, name);
        print_reached(check, &text, bounds, values);
        diag_error(diag, bounds->access->range, DIAG_E0301, "%s", text.at);
        diag_note(
            diag, array->range, "'%s' is declared here", array->name->text);
        hint_outside(check, bounds, outside);
    }
    isl_set_free(outside);
}

/* Prove that a form lies in its bounds, or report; false if not proved. */
static bool check_bounds(
    struct model_checker *check, const struct bounds *bounds)
{
    struct value_context *v = check->model->values;
    const struct affine *inside[] = {
        affine_subtract(v, bounds->of, bounds->low),
        affine_shift(v, affine_subtract(v, bounds->high, bounds->of), -1),
    };

    for (int i = 0; i < 2; i++) {
        isl_set *outside = find_outside(check, bounds->access, inside[i]);
        isl_bool is_empty;

        if (!outside)
            continue;
        is_empty = isl_set_is_empty(outside);
        if (is_empty == isl_bool_false) {
            report_outside(check, bounds, outside);
            return false;
        }
        isl_set_free(outside);
        check->ok = check->ok && is_empty == isl_bool_true;
    }
    return true;
}

/* The conditions of clamp, wrap and mirror inside a form; false if one is not
 * proved. */
static bool check_borders(struct model_checker *check,
    const struct model_access *access, const struct affine *form)
{
    struct value_context *v = check->model->values;
    bool ok = true;

    for (int i = 0; i < form->n_terms && ok; i++) {
        const struct variable *atom = form->terms[i].variable;
        struct bounds bounds = {access, atom->of, NULL, NULL, NULL, NULL};

        if (atom->of)
            ok = check_borders(check, access, atom->of);
        if (!atom->extent || !ok)
            continue;
        bounds.extent = atom->extent;
        bounds.low = affine_scale(v, atom->extent, -1);
        bounds.high = affine_scale(v, atom->extent, 2);
        bounds.function = "wrap";
        if (atom->kind == VARIABLE_MIRROR) {
            bounds.low = affine_shift(v, bounds.low, 1);
            bounds.high = affine_shift(v, bounds.high, -1);
            bounds.function = "mirror";
        }
        if (atom->kind == VARIABLE_CLAMP) {
            bounds.of = bounds.low = affine_constant(v, 0);
            bounds.high = atom->extent;
            bounds.function = "clamp";
        }
        ok = check_bounds(check, &bounds);
    }
    return ok;
}

/* Is the form one border of the extent, so that it is inside by itself? */
static bool is_border_of(
    const struct affine *index, const struct affine *extent)
{
    return index->n_terms == 1 && index->constant == 0 &&
           index->terms[0].coefficient == 1 &&
           index->terms[0].variable->extent &&
           affine_is_equal(index->terms[0].variable->extent, extent);
}

/* Prove one access inside. */
bool model_check_access(const struct model_access *access, void *user)
{
    struct model_checker *check = user;
    const struct array *array = access->array;

    if (array->kind == ARRAY_PRIVATE)
        return true;
    for (int i = 0; i < array->n_dimensions; i++) {
        struct bounds bounds = {
            .access = access,
            .of = access->index[i],
            .low = affine_constant(check->model->values, 0),
            .high = array->extents[i],
            .extent = array->extents[i],
        };

        if (!check_borders(check, access, access->index[i]))
            return true;
        if (!is_border_of(access->index[i], array->extents[i]) &&
            !check_bounds(check, &bounds))
            return true;
    }
    return true;
}
