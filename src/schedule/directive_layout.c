/* layout x as [N][C/16][L][C%16]: the order in memory of an argument or a
 * local. */
#include "schedule/directive.h"

#include <string.h>

/* The argument or local a word names, NULL after reporting. */
static struct array *find_array(
    struct directive *directive, const struct ast_word *word)
{
    struct model *model = directive->schedule->model;

    for (int i = 0; i < model->n_arrays; i++)
        if (model->arrays[i]->kind != ARRAY_PRIVATE &&
            model->arrays[i]->name == word->name)
            return model->arrays[i];
    diag_error(directive->schedule->c->diag, word->range, DIAG_E0401,
        "no tensor '%s' in kernel '%s'", word->name->text,
        model->kernel->name->text);
    return NULL;
}

/* The declared text of an extent. */
static const char *get_extent_text(
    struct directive *directive, const struct array *array, int dimension)
{
    const struct ast_kernel *kernel = directive->schedule->model->kernel;
    struct text text = text_new(directive->schedule->c->arena);

    ast_print_expression(
        &text, kernel->tensors[array->position]->extents[dimension]);
    return text.at;
}

/* The dimension an axis of the layout names, -1 after reporting. */
static int find_dimension(struct directive *directive,
    const struct array *array, const struct ast_layout_axis *axis)
{
    struct diag *diag = directive->schedule->c->diag;
    int found = -1;

    if (!axis->name && axis->position >= 0 &&
        axis->position < array->n_dimensions)
        return axis->position;
    for (int i = 0; axis->name && i < array->n_dimensions; i++) {
        if (strcmp(get_extent_text(directive, array, i), axis->name->text))
            continue;
        if (found >= 0) {
            diag_error(diag, axis->range, DIAG_E0403,
                "dimensions %d and %d of %s both have the extent %s", found, i,
                array->name->text, axis->name->text);
            diag_hint(diag, "Name dimensions by position: #%d, #%d.", found, i);
            return -1;
        }
        found = i;
    }
    if (found < 0)
        diag_error(diag, axis->range, DIAG_E0403,
            "%s has no dimension with this extent", array->name->text);
    return found;
}

/* Every dimension exactly once, or once as C/16 and then as C%16. */
static bool check_cover(struct directive *directive, const struct array *array,
    int n, const struct array_axis *axes)
{
    for (int d = 0; d < array->n_dimensions; d++) {
        int plain = 0;
        int64_t outer = 0;
        int64_t inner = 0;

        for (int i = 0; i < n; i++) {
            if (axes[i].dimension != d)
                continue;
            if (axes[i].block == 0)
                plain++;
            else if (axes[i].is_inner)
                inner = inner ? -1 : axes[i].block;
            else
                outer = outer ? -1 : axes[i].block;
        }
        if ((plain == 1 && !outer && !inner) ||
            (plain == 0 && outer > 0 && outer == inner))
            continue;
        diag_error(directive->schedule->c->diag, directive->ast->range,
            DIAG_E0403,
            "dimension %d of %s must stand once in the layout, or once as "
            "E/N and once as E%%N",
            d, array->name->text);
        return false;
    }
    return true;
}

bool directive_layout(struct directive *directive)
{
    struct compilation *c = directive->schedule->c;
    struct array *array = find_array(directive, &directive->words[0]);
    const struct ast_word *layout = &directive->words[directive->n_words - 1];
    struct array_axis *axes;

    if (!array)
        return false;
    if (array->is_strided) {
        diag_error(c->diag, directive->ast->range, DIAG_E0403,
            "%s is strided: its caller gives the order in memory",
            array->name->text);
        return false;
    }
    axes = ARENA_ARRAY(c->arena, layout->n_axes, struct array_axis);
    for (int i = 0; i < layout->n_axes; i++) {
        axes[i].dimension = find_dimension(directive, array, &layout->axes[i]);
        axes[i].block = layout->axes[i].block;
        axes[i].is_inner = layout->axes[i].is_inner;
        if (axes[i].dimension < 0)
            return false;
    }
    if (!check_cover(directive, array, layout->n_axes, axes))
        return false;
    array->axes = axes;
    array->n_axes = layout->n_axes;
    return true;
}
