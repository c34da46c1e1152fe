/* The user's directives, then the default for what they leave open. */
#include "schedule/schedule.h"

#include <limits.h>
#include <string.h>

struct schedule *schedule_build(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source)
{
    return schedule_build_at(c, model, machine, source, schedule_get_point(0));
}

/* Does what is preferred decide anything? E0404 if not. */
static bool check_preferred(const struct schedule *schedule)
{
    struct compilation *c = schedule->c;

    if (!schedule->preferred.source || schedule->is_default ||
        c->options.optimize_level == 0)
        return true;
    diag_error(c->diag, schedule->preferred, DIAG_E0404,
        "'prefer' decides nothing: directives name loops of every nest");
    return false;
}

/* Is a strategy wanted that has no use here? */
static bool is_disappointed(const struct schedule *schedule)
{
    return schedule->preferred.source && schedule->is_default &&
           schedule->point.strategy > SCHEDULE_PLAIN &&
           schedule->applied != schedule->point.strategy;
}

/* Directives, then the default, with the rules' strategy whatever is preferred
 * if "by_rules". */
static struct schedule *build(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source,
    const struct schedule_point *point, bool by_rules)
{
    struct schedule *schedule = schedule_build_source_order(c, model, machine);

    schedule->source = source;
    schedule->point = *point;
    if (c->options.optimize_level > 0 && !machine->gpu)
        schedule_narrow(schedule);
    if (source && !schedule_apply(schedule, source))
        return NULL;
    if (by_rules)
        schedule->point.strategy = SCHEDULE_RULES;
    if (!schedule_apply_default(schedule) || !check_preferred(schedule))
        return NULL;
    if (is_disappointed(schedule))
        return build(c, model, machine, source, point, true);
    if (machine->gpu) {
        if (!schedule_launch(schedule))
            return NULL;
    } else {
        schedule_choose_streams(schedule);
        for (int i = 0; i < schedule->model->n_arrays; i++)
            if (schedule->point.windows == SCHEDULE_WINDOWS_SHIFTS)
                schedule->in_registers[i] = true;
    }
    return !c->options.verify || schedule_recheck(schedule) ? schedule : NULL;
}

struct schedule *schedule_build_at(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source,
    const struct schedule_point *point)
{
    return build(c, model, machine, source, point, false);
}

/* How specific a target word is for a machine: its place in the machine's
 * list, -1 if it does not apply. */
static int get_specificity(
    const struct machine *machine, const struct name *target)
{
    for (int i = 0; machine->schedule_targets[i]; i++)
        if (!strcmp(machine->schedule_targets[i], target->text))
            return i;
    return -1;
}

/* How much a schedule comes before others of its kernel: -1 if it does not
 * apply. */
static int get_rank(const struct ast_kernel *kernel,
    const struct machine *machine, const struct ast_schedule *schedule)
{
    int specificity = get_specificity(machine, schedule->target);

    if (schedule->kernel_name != kernel->name || specificity < 0)
        return -1;
    return 2 * specificity + (schedule->condition != NULL);
}

const struct ast_schedule *schedule_select(const struct ast_program *program,
    const struct ast_kernel *kernel, const struct machine *machine,
    const struct ast_schedule *after)
{
    int limit = after ? get_rank(kernel, machine, after) : INT_MAX;
    const struct ast_schedule *best = NULL;
    bool is_behind = false;
    int most = -1;

    for (int i = 0; i < program->n_schedules; i++) {
        const struct ast_schedule *schedule = program->schedules[i];
        int rank = get_rank(kernel, machine, schedule);

        if (rank > most && (rank < limit || (rank == limit && is_behind))) {
            best = schedule;
            most = rank;
        }
        is_behind = is_behind || schedule == after;
    }
    return best;
}
