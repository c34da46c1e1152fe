/* Nothing read before it is written; every element of an output written, by
 * '=' only once.
 */
#include "model/model_check.h"

/* ---- Reads before writes ----------------------------------------------- */

/* Remove from "left" what an instance of "writer" before it has written. */
static __isl_give isl_set *remove_written(struct model_checker *check,
    __isl_take isl_set *left, __isl_keep isl_map *read,
    const struct model_statement *writer)
{
    isl_map *pairs = model_ordered_pairs(check->model, writer, check->statement,
        writer->target, writer->write, read);

    return isl_set_subtract(left, isl_map_range(pairs));
}

/* Report a read of an element without a value. */
static void report_unwritten(struct model_checker *check,
    const struct model_access *access, __isl_take isl_set *unwritten)
{
    struct model *model = check->model;
    const struct array *array = access->array;
    const int64_t *values =
        model_find_values(model, check->statement, unwritten);
    int64_t *index =
        ARENA_ARRAY(model->c->arena, array->n_dimensions + 1, int64_t);
    struct text text = text_new(model->c->arena);

    check->ok = false;
    if (!values)
        return;
    for (int i = 0; i < array->n_dimensions; i++)
        index[i] = affine_evaluate(access->index[i], values);
    text_printf(&text, "%s is read before it is written",
        model_element_text(check, array, index));
    model_print_values(check, &text, values, NULL, NULL);
    diag_error(model->c->diag, access->range, DIAG_E0304, "%s", text.at);
    diag_note(model->c->diag, array->range, "'%s' is declared here",
        array->name->text);
    if (check->statement->update != MODEL_SET &&
        array == check->statement->target)
        diag_hint(model->c->diag,
            "Write it with '=' first, for example '%s = 0'.",
            model_source_text(check, access->range));
}

/* Prove that what one read reads was written. */
bool model_check_read(const struct model_access *access, void *user)
{
    struct model_checker *check = user;
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
static void report_missing(struct model_checker *check,
    const struct array *array, __isl_take isl_set *missing)
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
        model_element_text(check, array, point + model->n_parameters),
        is_first ? "" : " when ", text.at);
}

/* Prove that every element is written. */
void model_check_written(struct model_checker *check, const struct array *array)
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
static void report_twice(struct model_checker *check,
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
    values = model_bind_point(model, first, point);
    for (int i = 0; i < rank; i++)
        index[i] = affine_evaluate(first->index[i], values);
    text_printf(&text, "two iterations write %s: ",
        model_element_text(check, first->target, index));
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
void model_check_once(struct model_checker *check, const struct array *array)
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
