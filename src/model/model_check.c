/* What is proved before anything is scheduled: every access inside its array,
 * every element of an output written, by '=' only once, nothing read before
 * it is written.
 *
 * Takes     a model.
 * Ensures   false exactly when an error with a witness was reported.
 */
#include "model/model_internal.h"

/* One run of the check. "statement" and "loops" are those at hand. */
struct check {
    struct model *model;
    const struct model_statement *statement;
    struct model_node **loops;
    bool ok;
};

/* ---- Witnesses --------------------------------------------------------- */

/* The values of all variables at a point of a statement's domain (or of the
 * parameters alone). */
static int64_t *bind_point(struct model *model,
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
static int64_t *find_values(struct model *model,
    const struct model_statement *statement, __isl_take isl_set *set)
{
    int n = model->n_parameters + statement->n_iterators;
    int64_t *point = ARENA_ARRAY(model->c->arena, n + 1, int64_t);

    if (!model_find_point(model, set, point))
        return NULL;
    return bind_point(model, statement, point);
}

/* Append " at p = 0, k = 0": the statement's iterators and the parameters
 * that occur in "a" or "b" (NULL: all iterators, no parameters). */
static void print_values(struct check *check, struct text *text,
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
    text_printf(text, is_first ? "" : " at %s", list.at);
}

/* The source text of a range. */
static const char *source_text(struct check *check, struct source_range range)
{
    return arena_printf(check->model->c->arena, "%.*s",
        (int)(range.end - range.begin), range.source->text + range.begin);
}

/* "y[0,3]" */
static const char *element_text(
    struct check *check, const struct array *array, const int64_t *index)
{
    struct text text = text_new(check->model->c->arena);

    text_append(&text, array->name->text);
    for (int i = 0; i < array->n_dimensions; i++)
        text_printf(&text, "%s%lld", i ? "," : "[", (long long)index[i]);
    text_append(&text, array->n_dimensions ? "]" : "");
    return text.at;
}

/* ---- Bounds ------------------------------------------------------------ */

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
static __isl_give isl_set *find_outside(struct check *check,
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
    struct check *check, __isl_keep isl_set *outside, int *n_related)
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
static void hint_outside(struct check *check, const struct bounds *bounds,
    __isl_keep isl_set *outside)
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
            source_text(check, bounds->access->range));
}

/* Append an affine form without spaces. */
static void print_compact(struct text *text, const struct affine *a)
{
    struct text spaced = text_new(text->arena);

    affine_print(&spaced, a);
    for (const char *at = spaced.at; *at; at++)
        if (*at != ' ')
            text_append_bytes(text, at, 1);
}

/* Append ", allowed 0..L-1". */
static void print_allowed(
    struct check *check, struct text *text, const struct bounds *bounds)
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
    print_compact(text, bounds->low);
    text_append(text, "..");
    print_compact(text, last);
}

/* Append what goes wrong at the point: " reaches index 3 at l = 2, ...". */
static void print_reached(struct check *check, struct text *text,
    const struct bounds *bounds, const int64_t *values)
{
    if (bounds->function && affine_is_constant(bounds->of)) {
        text_printf(text, ": '%s' has nothing to clamp to", bounds->function);
        print_values(check, text, values, bounds->extent, bounds->extent);
        return;
    }
    if (bounds->function)
        text_printf(text, ": '%s' is given", bounds->function);
    else
        text_append(text, " reaches index");
    text_printf(text, " %lld", (long long)affine_evaluate(bounds->of, values));
    print_values(check, text, values, bounds->of, bounds->extent);
    print_allowed(check, text, bounds);
}

/* Report an access outside with a witness; takes the points. */
static void report_outside(struct check *check, const struct bounds *bounds,
    __isl_take isl_set *outside)
{
    struct model *model = check->model;
    struct diag *diag = model->c->diag;
    const struct array *array = bounds->access->array;
    const char *name = source_text(check, bounds->access->range);
    struct text text = text_new(model->c->arena);
    const int64_t *values =
        find_values(model, check->statement, isl_set_copy(outside));

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
static bool check_bounds(struct check *check, const struct bounds *bounds)
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
static bool check_borders(struct check *check,
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
static bool check_access(const struct model_access *access, void *user)
{
    struct check *check = user;
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

/* ---- Reads before writes ----------------------------------------------- */

/* Remove from "left" what an instance of "writer" before it has written. */
static __isl_give isl_set *remove_written(struct check *check,
    __isl_take isl_set *left, __isl_keep isl_map *read,
    const struct model_statement *writer)
{
    isl_map *pairs = model_ordered_pairs(check->model, writer, check->statement,
        writer->target, writer->write, read);

    return isl_set_subtract(left, isl_map_range(pairs));
}

/* Report a read of an element without a value. */
static void report_unwritten(struct check *check,
    const struct model_access *access, __isl_take isl_set *unwritten)
{
    struct model *model = check->model;
    const struct array *array = access->array;
    const int64_t *values = find_values(model, check->statement, unwritten);
    int64_t *index =
        ARENA_ARRAY(model->c->arena, array->n_dimensions + 1, int64_t);
    struct text text = text_new(model->c->arena);

    check->ok = false;
    if (!values)
        return;
    for (int i = 0; i < array->n_dimensions; i++)
        index[i] = affine_evaluate(access->index[i], values);
    text_printf(&text, "%s is read before it is written",
        element_text(check, array, index));
    print_values(check, &text, values, NULL, NULL);
    diag_error(model->c->diag, access->range, DIAG_E0304, "%s", text.at);
    diag_note(model->c->diag, array->range, "'%s' is declared here",
        array->name->text);
    if (check->statement->update != MODEL_SET &&
        array == check->statement->target)
        diag_hint(model->c->diag,
            "Write it with '=' first, for example '%s = 0'.",
            source_text(check, access->range));
}

/* Prove that what one read reads was written. */
static bool check_read(const struct model_access *access, void *user)
{
    struct check *check = user;
    struct model *model = check->model;
    enum array_kind kind = access->array->kind;
    const struct model_users *users = &model->users[access->array->id];
    isl_bool is_empty = isl_bool_false;
    isl_map *read;
    isl_set *left;

    if (access->is_write || (kind != ARRAY_OUT && kind != ARRAY_LOCAL))
        return true;
    read = model_access_to_isl(model, check->statement, access);
    left = isl_set_intersect_params(
        isl_map_domain(isl_map_copy(read)), isl_set_copy(model->context));
    for (int i = 0; i < users->n_writers; i++) {
        is_empty = isl_set_is_empty(left);
        if (is_empty != isl_bool_false)
            break;
        left = remove_written(check, left, read, users->writers[i]);
    }
    isl_map_free(read);
    is_empty = isl_set_is_empty(left);
    if (is_empty == isl_bool_false)
        report_unwritten(check, access, left);
    else
        isl_set_free(left);
    check->ok = check->ok && is_empty == isl_bool_true;
    return true;
}

/* ---- Outputs ----------------------------------------------------------- */

/* The elements of an array: as if a statement of its name ran for each. */
static __isl_give isl_set *array_elements(
    struct model *model, const struct array *array)
{
    struct value_context *v = model->values;
    int n = array->n_dimensions;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, 2 * n, const struct affine *);
    struct model_statement all = {.name = array->name, .n_iterators = n};

    all.iterators = ARENA_ARRAY(v->arena, n, const struct variable *);
    for (int i = 0; i < n; i++) {
        all.iterators[i] = variable_new(v, VARIABLE_ITERATOR, array->name);
        terms[2 * i] = affine_variable(v, all.iterators[i]);
        terms[2 * i + 1] = affine_shift(
            v, affine_subtract(v, array->extents[i], terms[2 * i]), -1);
    }
    return isl_set_intersect_params(
        model_guard_to_isl(model, guard_all(v, 2 * n, terms), &all),
        isl_set_copy(model->context));
}

/* Report an element that nothing writes. */
static void report_missing(
    struct check *check, const struct array *array, __isl_take isl_set *missing)
{
    struct model *model = check->model;
    int n = model->n_parameters + array->n_dimensions;
    int64_t *point = ARENA_ARRAY(model->c->arena, n + 1, int64_t);
    struct text text = text_new(model->c->arena);
    bool is_first = true;

    check->ok = false;
    if (!model_find_point(model, missing, point))
        return;
    for (int i = 0; i < model->n_parameters; i++)
        for (int j = 0; j < array->n_dimensions; j++)
            if (affine_has(array->extents[j], model->parameters[i])) {
                model_print_binding(&text, &is_first,
                    model->parameters[i]->name->text, point[i]);
                break;
            }
    diag_error(model->c->diag, array->range, DIAG_E0302,
        "%s is never written%s%s",
        element_text(check, array, point + model->n_parameters),
        is_first ? "" : " when ", text.at);
}

/* Prove that every element is written. */
static void check_written(struct check *check, const struct array *array)
{
    struct model *model = check->model;
    isl_set *left = array_elements(model, array);
    const struct model_users *users = &model->users[array->id];
    isl_bool is_empty = isl_bool_false;

    for (int i = 0; i < users->n_writers; i++) {
        const struct model_statement *writer = users->writers[i];

        left =
            isl_set_subtract(left, isl_map_range(isl_map_copy(writer->write)));
        is_empty = isl_set_is_empty(left);
        if (is_empty != isl_bool_false)
            break;
    }
    is_empty = isl_set_is_empty(left);
    if (is_empty == isl_bool_false)
        report_missing(check, array, left);
    else
        isl_set_free(left);
    check->ok = check->ok && is_empty == isl_bool_true;
}

/* Append "(l = 0, k = 1)". */
static void print_instance(struct text *text,
    const struct model_statement *statement, const int64_t *point)
{
    bool is_first = true;

    text_append(text, "(");
    for (int i = 0; i < statement->n_iterators; i++)
        model_print_binding(
            text, &is_first, statement->iterators[i]->name->text, point[i]);
    text_append(text, ")");
}

/* Report two instances that set one element; takes the pairs. */
static void report_twice(struct check *check,
    const struct model_statement *first, const struct model_statement *second,
    __isl_take isl_map *pairs)
{
    struct model *model = check->model;
    int n = model->n_parameters + first->n_iterators + second->n_iterators;
    int rank = second->target->n_dimensions;
    int64_t *point = ARENA_ARRAY(model->c->arena, n + 1, int64_t);
    int64_t *index = ARENA_ARRAY(model->c->arena, rank + 1, int64_t);
    const int64_t *values;
    struct text text = text_new(model->c->arena);

    check->ok = false;
    if (!model_find_point(model, isl_set_flatten(isl_map_wrap(pairs)), point))
        return;
    values = bind_point(model, first, point);
    for (int i = 0; i < rank; i++)
        index[i] = affine_evaluate(first->index[i], values);
    text_printf(&text,
        "two iterations write %s: ", element_text(check, first->target, index));
    print_instance(&text, first, point + model->n_parameters);
    text_append(&text, " and ");
    print_instance(
        &text, second, point + model->n_parameters + first->n_iterators);
    diag_error(model->c->diag, second->target_range, DIAG_E0303, "%s", text.at);
    if (first != second)
        diag_note(
            model->c->diag, first->target_range, "it is written here before");
    else
        diag_hint(model->c->diag,
            "Use '+=' to accumulate, or make the target a 'local' if it "
            "is overwritten on purpose.");
}

/* Prove that no element is set twice. */
static void check_once(struct check *check, const struct array *array)
{
    struct model *model = check->model;
    const struct model_users *users = &model->users[array->id];

    for (int i = 0; i < users->n_writers; i++)
        for (int j = 0; j < users->n_writers; j++) {
            const struct model_statement *first = users->writers[i];
            const struct model_statement *second = users->writers[j];
            isl_map *pairs;

            if (first->update != MODEL_SET || second->update != MODEL_SET)
                continue;
            pairs = isl_union_map_extract_map(
                model->output, isl_space_map_from_domain_and_range(
                                   model_statement_space(model, first),
                                   model_statement_space(model, second)));
            if (isl_map_is_empty(pairs) == isl_bool_false) {
                report_twice(check, first, second, pairs);
                return;
            }
            isl_map_free(pairs);
        }
}

/* ---- Loops that never run ---------------------------------------------- */

/* Is there no iteration of the first "n" loops by their bounds? */
static bool is_empty_nest(struct check *check, int n)
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
static void warn_dead(struct check *check, const struct model_node **last)
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
    print_compact(&bounds, loop->lower);
    text_append(&bounds, "..");
    print_compact(&bounds, loop->upper);
    diag_warning(diag, loop->range, "empty-loop",
        "the loop over '%s' never runs: its range %s is empty",
        loop->name->text, bounds.at);
}

/* Warn about statements that never run; not in a special body, where an empty
 * loop is what the value means. */
static void check_dead(struct check *check)
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
static void check_statements(
    struct check *check, bool (*visit)(const struct model_access *, void *))
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
    struct check check = {.model = model, .ok = true};

    model_begin_phase(model, "the check of accesses");
    if (!model->is_special)
        check_dead(&check);
    check_statements(&check, check_access);
    if (check.ok)
        check_statements(&check, check_read);
    for (int i = 0; i < model->n_arrays; i++)
        if (model->arrays[i]->kind == ARRAY_OUT && check.ok) {
            check_once(&check, model->arrays[i]);
            check_written(&check, model->arrays[i]);
        }
    return model_end_phase(model, model->kernel->name_range) && check.ok;
}
