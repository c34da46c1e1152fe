/* parallel n, c: across cores. */
#include "schedule/directive.h"

bool directive_parallel(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    int end = 0;
    struct directive_list list = directive_list_loops(directive, 0, &end);

    for (int i = 0; i < list.n; i++) {
        struct schedule_nodes loops =
            directive_find_loops(directive, list.at[i]);

        if (!loops.n)
            return false;
        for (int j = 0; j < loops.n; j++) {
            if (!directive_check_mode(directive, loops.at[j]) ||
                !schedule_is_legal(schedule, SCHEDULE_PARALLEL, loops.at[j],
                    true, directive->ast->range, directive->text))
                return false;
            loops.at[j]->is_parallel = true;
            loops.at[j]->mode_range = directive->ast->range;
        }
    }
    return list.n > 0;
}
