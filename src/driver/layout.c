/* One entry serves all variants of a kernel, so they must agree on where
 * every element lies. */
#include "driver/driver_internal.h"

#include <string.h>

/* Whether two arrays have the same order in memory. */
static bool is_same_layout(const struct array *a, const struct array *b)
{
    if (a->n_axes != b->n_axes)
        return false;
    for (int i = 0; i < a->n_axes; i++)
        if (a->axes[i].dimension != b->axes[i].dimension ||
            a->axes[i].block != b->axes[i].block ||
            a->axes[i].is_inner != b->axes[i].is_inner)
            return false;
    return true;
}

/* The place a schedule chose the layout of "array" in, or the schedule. */
static struct source_range find_layout(
    const struct ast_schedule *schedule, const struct array *array)
{
    struct source_range nowhere = {0};

    if (!schedule)
        return nowhere;
    for (int i = 0; i < schedule->n_directives; i++) {
        const struct ast_directive *directive = schedule->directives[i];

        if (directive->kind == AST_DIRECTIVE_LAYOUT && directive->n_words > 0 &&
            directive->words[0].name && directive->words[0].name == array->name)
            return directive->range;
    }
    return schedule->target_range;
}

/* Report arrays that do not agree. Always false. */
static bool refuse_layout(struct driver *driver,
    const struct driver_variant *first, const struct driver_variant *second,
    const struct array *array)
{
    struct diag *diag = driver->c->diag;
    struct source_range ranges[2] = {
        find_layout(first->schedule->source, array),
        find_layout(second->schedule->source, array)};

    diag_error(diag, ranges[1].source ? ranges[1] : ranges[0], DIAG_E0404,
        "'%s' has one layout for %s and another for %s", array->name->text,
        first->machine->level, second->machine->level);
    if (ranges[0].source && ranges[1].source)
        diag_note(diag, ranges[0], "the other one is set here");
    diag_hint(diag, "All schedules of a kernel in one object must agree on "
                    "layouts; --isa chooses which are in it.");
    return false;
}

bool layout_check(struct driver *driver, const struct driver_kernel *kernel)
{
    const struct driver_variant *first = kernel->variants.at;

    for (int i = 1; i < kernel->variants.n; i++) {
        const struct driver_variant *variant = &kernel->variants.at[i];

        if (!variant->schedule || variant->model == first->model)
            continue;
        for (int j = 0; j < kernel->kernel->n_tensors; j++)
            if (!is_same_layout(
                    variant->model->arrays[j], first->model->arrays[j]))
                return refuse_layout(
                    driver, first, variant, first->model->arrays[j]);
    }
    return true;
}
