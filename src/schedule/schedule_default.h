/* Inside schedule/: what schedule_default.c and the parts of it in files of
 * their own share. */
#ifndef TAPC_SCHEDULE_SCHEDULE_DEFAULT_H
#define TAPC_SCHEDULE_SCHEDULE_DEFAULT_H

#include "schedule/schedule.h"

/* Ask without reporting. */
bool schedule_is_legal_quietly(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop);

/* Swap a loop with its only child, another loop. */
void schedule_interchange(
    struct schedule *schedule, struct schedule_node *outer);

/* default_panel.c: tiles of rows by taps for a long window that slides inside
 * the vector loop "lanes" (or directly around it); false, with nothing
 * changed, if there is none. */
bool schedule_default_panel(
    struct schedule *schedule, struct schedule_node *lanes);

#endif
