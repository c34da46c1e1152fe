/* Inside tune/: spaces of schedules. A space is a schedule with holes; a point
 * of it is a choice for each hole, and prints as a schedule. */
#ifndef TAPC_TUNE_TUNE_SPACE_H
#define TAPC_TUNE_TUNE_SPACE_H

#include "driver/driver.h"

/* Choices of the holes, one for each. Those inside a choice that is not taken
 * are 0. */
struct tune_point {
    int *choices;
};

/* "holes" in the order they are written, those inside choices behind the hole
 * itself. "n_points" may be more than there are different schedules. */
struct tune_space {
    struct arena *arena;
    const struct ast_schedule *schedule;
    VECTOR(const struct ast_word *) holes;
    int64_t n_points;
};

/* The space of a schedule; its holes may be none: one point. */
struct tune_space tune_space_new(
    struct arena *arena, const struct ast_schedule *schedule);

/* The directive with all that the default can choose, as text: what a kernel
 * without a schedule is searched for. Left out is what is the same as the
 * default's own. */
void tune_space_print_derived(struct compilation *c, struct text *text,
    const struct driver_variant *variant);

/* Point number "i" of "n_points"; 0 is the first choice everywhere. */
struct tune_point tune_space_get(const struct tune_space *space, int64_t i);

/* Another choice for one hole; for each hole the choice of either point. */
struct tune_point tune_space_mutate(
    const struct tune_space *space, struct tune_point point, uint64_t *random);
struct tune_point tune_space_cross(const struct tune_space *space,
    struct tune_point one, struct tune_point two, uint64_t *random);

/* The schedule of a point; on one line, without its head: "tile p by 64;
 * unroll k;", which tells points apart. */
const struct ast_schedule *tune_space_fill(
    const struct tune_space *space, struct tune_point point);
const char *tune_space_line(
    const struct tune_space *space, struct tune_point point);

/* How many ways there are to fill the holes in the layouts of a schedule; the
 * schedule with these filled in one of the ways, and no others. */
int64_t tune_space_count_layouts(
    struct arena *arena, const struct ast_schedule *schedule);
const struct ast_schedule *tune_space_fix_layouts(
    struct arena *arena, const struct ast_schedule *schedule, int64_t i);

#endif
