/* What the default would like to know of sizes that are not fixed. Where only
 * some sizes have it, they can be a class with a body of its own. */
#include "schedule/schedule.h"

/* Is the question one of those noted? */
static bool is_noted(
    const struct schedule *schedule, const struct model_condition *question)
{
    for (int i = 0; i < schedule->n_questions; i++)
        if (model_condition_is_equal(&schedule->questions[i], question))
            return true;
    return false;
}

/* Note a question; there is room for a few. */
static void note(struct schedule *schedule, struct model_condition question)
{
    if (schedule->n_questions < SCHEDULE_MAX_QUESTIONS &&
        !is_noted(schedule, &question))
        schedule->questions[schedule->n_questions++] = question;
}

/* Has the condition's array, if it has one, so many bytes? */
static enum model_answer ask_large(
    const struct model *model, const struct model_condition *condition)
{
    int64_t bytes;

    if (!condition->large || (model->large == condition->large &&
                                 model->large_bytes >= condition->bytes))
        return MODEL_ALWAYS;
    bytes = array_constant_bytes(model->values, condition->large);
    if (bytes < 0)
        return MODEL_SOMETIMES;
    return bytes >= condition->bytes ? MODEL_ALWAYS : MODEL_NEVER;
}

bool schedule_is_sure(
    struct schedule *schedule, struct model_condition condition)
{
    enum model_answer size = ask_large(schedule->model, &condition);
    enum model_answer answer =
        size == MODEL_NEVER ? size
                            : model_ask(schedule->model, condition.guard);

    if (size == MODEL_ALWAYS && answer == MODEL_ALWAYS)
        return true;
    if (size != MODEL_NEVER && answer != MODEL_NEVER)
        note(schedule, condition);
    return false;
}

bool schedule_knows(struct schedule *schedule, const struct affine *e)
{
    return schedule_is_sure(
        schedule, (struct model_condition){
                      .guard = guard_all(schedule->model->values, 1, &e)});
}
