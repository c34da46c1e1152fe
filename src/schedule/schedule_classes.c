/* What the default would like to know of sizes that are not fixed. Where only
 * some sizes have it, they can be a class with a body of its own. */
#include "schedule/schedule.h"

/* Is the question one of those noted? */
static bool is_noted(
    const struct schedule *schedule, const struct model_condition *question)
{
    for (int i = 0; i < schedule->n_questions; i++) {
        const struct model_condition *other = &schedule->questions[i];

        if (other->large == question->large &&
            (other->large ? other->bytes == question->bytes
                          : affine_is_equal(other->form, question->form)))
            return true;
    }
    return false;
}

/* Note a question; there is room for a few. */
static void note(struct schedule *schedule, struct model_condition question)
{
    if (schedule->n_questions < SCHEDULE_MAX_QUESTIONS &&
        !is_noted(schedule, &question))
        schedule->questions[schedule->n_questions++] = question;
}

bool schedule_knows(struct schedule *schedule, const struct affine *e)
{
    struct model *model = schedule->model;
    const struct guard *guard = guard_all(model->values, 1, &e);
    enum model_answer answer = model_ask(model, guard);

    if (answer == MODEL_SOMETIMES)
        note(schedule, (struct model_condition){.form = e});
    return answer == MODEL_ALWAYS;
}

bool schedule_knows_large(
    struct schedule *schedule, const struct array *array, int64_t bytes)
{
    const struct model *model = schedule->model;
    int64_t size = array_constant_bytes(model->values, array);

    if (model->large == array && model->large_bytes >= bytes)
        return true;
    if (size < 0)
        note(
            schedule, (struct model_condition){.large = array, .bytes = bytes});
    return size >= bytes;
}
