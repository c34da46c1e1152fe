/* What is proved before anything is scheduled: every access inside its array,
 * every element of an output written, by '=' only once, nothing read before
 * it is written.
 *
 * Takes     a model.
 * Ensures   false exactly when an error with a witness was reported.
 */
#include "model/model_check.h"

/* ---- Witnesses --------------------------------------------------------- */

/* The values of all variables at a point of a statement's domain (or of the
 * parameters alone). */
int64_t *model_bind_point(struct model *model,
    const struct model_statement *statement, const int64_t *point)
{
    int64_t *values =
        ARENA_ARRAY(model->c->arena, model->values->n_variables + 1, int64_t);

    for (int i = 0; i < model->n_parameters; i++)
        values[model->parameters[i]->id] = *point++;
    for (int i = 0; statement && i < statement->n_iterators; i++)
        values[statement->iterators[i]->id] = *point++;
    return values;
}

/* A point of a non-empty set of a statement's instances, as values of
 * variables; NULL when isl failed. */
int64_t *model_find_values(struct model *model,
    const struct model_statement *statement, __isl_take isl_set *set)
{
    int n = model->n_parameters + statement->n_iterators;
    int64_t *point = ARENA_ARRAY(model->c->arena, n + 1, int64_t);

    if (!model_find_point(model, set, point))
        return NULL;
    return model_bind_point(model, statement, point);
}

/* Append " at p = 0, k = 0": the statement's iterators and the parameters
 * that occur in "a" or "b" (NULL: all iterators, no parameters). */
void model_print_values(struct model_checker *check, struct text *text,
    const int64_t *values, const struct affine *a, const struct affine *b)
{
    const struct model_statement *statement = check->statement;
    struct text list = text_new(check->model->c->arena);
    bool is_first = true;

    for (int i = 0; i < statement->n_iterators; i++) {
        const struct variable *variable = statement->iterators[i];

        if (!a || affine_has(a, variable))
            model_print_binding(
                &list, &is_first, variable->name->text, values[variable->id]);
    }
    for (int i = 0; a && i < check->model->n_parameters; i++) {
        const struct variable *variable = check->model->parameters[i];

        if (affine_has(a, variable) || affine_has(b, variable))
            model_print_binding(
                &list, &is_first, variable->name->text, values[variable->id]);
    }
    if (!is_first)
        text_printf(text, " at %s", list.at);
}

/* The source text of a range. */
const char *model_source_text(
    struct model_checker *check, struct source_range range)
{
    return arena_printf(check->model->c->arena, "%.*s",
        (int)(range.end - range.begin), range.source->text + range.begin);
}

/* "y[0,3]" */
const char *model_element_text(struct model_checker *check,
    const struct array *array, const int64_t *index)
{
    struct text text = text_new(check->model->c->arena);

    text_append(&text, array->name->text);
    for (int i = 0; i < array->n_dimensions; i++)
        text_printf(&text, "%s%lld", i ? "," : "[", (long long)index[i]);
    text_append(&text, array->n_dimensions ? "]" : "");
    return text.at;
}
/* Append an affine form without spaces. */
void model_print_compact(struct text *text, const struct affine *a)
{
    struct text spaced = text_new(text->arena);

    affine_print(&spaced, a);
    for (const char *at = spaced.at; *at; at++)
        if (*at != ' ')
            text_append_bytes(text, at, 1);
}

/* ---- Loops that never run ---------------------------------------------- */

/* Is there no iteration of the first "n" loops by their bounds? */
static bool is_empty_nest(struct model_checker *check, int n)
{
    struct model *model = check->model;
    struct value_context *v = model->values;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, 2 * n, const struct affine *);
    isl_bool is_empty;
    isl_set *set;

    for (int i = 0; i < n; i++) {
        const struct model_node *loop = check->loops[i];
        const struct affine *at = affine_variable(v, loop->variable);

        terms[2 * i] = affine_subtract(v, at, loop->lower);
        terms[2 * i + 1] =
            affine_shift(v, affine_subtract(v, loop->upper, at), -1);
    }
    set =
        model_guard_to_isl(model, guard_all(v, 2 * n, terms), check->statement);
    set = isl_set_intersect_params(set, isl_set_copy(model->context));
    is_empty = isl_set_is_empty(set);
    isl_set_free(set);
    return is_empty == isl_bool_true;
}

/* Warn about the loop whose bounds leave nothing to run, or else about the
 * conditions of the statement. "last" is the loop warned about before. */
static void warn_dead(
    struct model_checker *check, const struct model_node **last)
{
    struct diag *diag = check->model->c->diag;
    struct text bounds = text_new(check->model->c->arena);
    const struct model_node *loop;
    int n = 1;

    while (n < check->statement->n_iterators && !is_empty_nest(check, n))
        n++;
    if (n > check->statement->n_iterators || !is_empty_nest(check, n)) {
        diag_warning(diag, check->statement->range, "empty-loop",
            "this never runs: its conditions never hold");
        return;
    }
    loop = check->loops[n - 1];
    if (loop == *last)
        return;
    *last = loop;
    model_print_compact(&bounds, loop->lower);
    text_append(&bounds, "..");
    model_print_compact(&bounds, loop->upper);
    diag_warning(diag, loop->range, "empty-loop",
        "the loop over '%s' never runs: its range %s is empty",
        loop->name->text, bounds.at);
}

/* Warn about statements that never run; not in a special body, where an empty
 * loop is what the value means. */
static void check_dead(struct model_checker *check)
{
    struct model *model = check->model;
    const struct model_node *last = NULL;

    for (int i = 0; i < model->n_statements; i++) {
        isl_set *domain =
            isl_set_intersect_params(isl_set_copy(model->statements[i]->domain),
                isl_set_copy(model->context));
        isl_bool is_empty = isl_set_is_empty(domain);

        isl_set_free(domain);
        if (is_empty != isl_bool_true)
            continue;
        check->statement = model->statements[i];
        check->loops = model_statement_loops(model, check->statement);
        warn_dead(check, &last);
    }
}

/* ---- The whole --------------------------------------------------------- */

/* All accesses of all statements. */
static void check_statements(struct model_checker *check,
    bool (*visit)(const struct model_access *, void *))
{
    struct model *model = check->model;

    for (int i = 0; i < model->n_statements && !diag_is_full(model->c->diag);
         i++) {
        check->statement = model->statements[i];
        check->loops = model_statement_loops(model, check->statement);
        model_foreach_access(model, check->statement, visit, check);
    }
}

bool model_check(struct model *model)
{
    struct model_checker check = {.model = model, .ok = true};

    model_begin_phase(model, "the check of accesses");
    if (!model->is_special)
        check_dead(&check);
    check_statements(&check, model_check_access);
    if (check.ok)
        check_statements(&check, model_check_read);
    for (int i = 0; i < model->n_arrays; i++)
        if (model->arrays[i]->kind == ARRAY_OUT && check.ok) {
            model_check_once(&check, model->arrays[i]);
            model_check_written(&check, model->arrays[i]);
        }
    return model_end_phase(model, model->kernel->name_range) && check.ok;
}
