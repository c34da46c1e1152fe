/* The user's directives, then the default for what they leave open. */
#include "schedule/schedule.h"

#include <string.h>

struct schedule *schedule_build(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source)
{
    return schedule_build_at(c, model, machine, source, schedule_get_point(0));
}

struct schedule *schedule_build_at(struct compilation *c, struct model *model,
    const struct machine *machine, const struct ast_schedule *source,
    const struct schedule_point *point)
{
    struct schedule *schedule = schedule_build_source_order(c, model, machine);

    schedule->source = source;
    schedule->point = *point;
    if (c->options.optimize_level > 0)
        schedule_narrow(schedule);
    if (source && !schedule_apply(schedule, source))
        return NULL;
    if (!schedule_apply_default(schedule))
        return NULL;
    schedule_choose_streams(schedule);
    return !c->options.verify || schedule_recheck(schedule) ? schedule : NULL;
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

const struct ast_schedule *schedule_select(const struct ast_program *program,
    const struct ast_kernel *kernel, const struct machine *machine)
{
    const struct ast_schedule *best = NULL;
    int most = -1;

    for (int i = 0; i < program->n_schedules; i++) {
        const struct ast_schedule *schedule = program->schedules[i];
        int specificity = get_specificity(machine, schedule->target);

        if (schedule->kernel_name != kernel->name || specificity < most ||
            specificity < 0)
            continue;
        best = schedule;
        most = specificity;
    }
    return best;
}
