/* Which of the schedules the default can make: each candidate becomes a loop
 * program, the model of costs scores it, the best is taken. The rules' own
 * stays unless another one is clearly better. A candidate that is impossible
 * is passed over without a word. How many are tried depends on the program
 * alone, never on the time it takes. */
#include "driver/driver_internal.h"

#include <math.h>
#include <string.h>

enum {
    MAX_CANDIDATES = 8,
    OUTPUT_BYTES = 4,
    MOVING = 4, /* loads for each operation */
    MANY = 8    /* vectors in flight */
};

/* Stores for each full vector of outputs. */
#define WASTED 1.2

/* Of the rules' own cycles: what another schedule must stay below, and what
 * those that are near what no schedule can change stay above. */
#define CLEARLY_BETTER 0.88
#define NEARLY_BEST 1.05

/* A schedule and its program, "text" the schedule's. */
struct candidate {
    struct schedule *schedule;
    struct loop_program *program;
    const char *text;
    struct cost cost;
};

/* Note what was looked at, for --emit=roof. */
static void note_candidate(struct driver *driver,
    struct driver_variant *variant, const char *name, double cycles)
{
    struct driver_candidate candidate = {name, cycles};

    VECTOR_PUSH(driver->c->arena, &variant->candidates, candidate);
}

/* The schedule as text. */
static const char *print_schedule(
    struct compilation *c, const struct schedule *schedule)
{
    struct text text = text_new(c->arena);

    schedule_print(&text, schedule);
    return text.at;
}

/* The program and score of a schedule; false if there is none. */
static bool score(struct compilation *c, struct candidate *candidate)
{
    candidate->program = loop_build(c, candidate->schedule);
    if (!candidate->program)
        return false;
    candidate->cost = cost_evaluate(c, candidate->program, NULL);
    return candidate->cost.cycles > 0;
}

/* Has one of the schedules this text? */
static bool is_known(int n, const struct candidate *seen, const char *text)
{
    for (int i = 0; i < n; i++)
        if (strcmp(seen[i].text, text) == 0)
            return true;
    return false;
}

/* A visit: a loop with lanes in which others remain. */
static void find_inner_loop(struct schedule_node *node, void *user)
{
    bool *is_found = user;

    if (node->kind == SCHEDULE_LOOP && node->n_lanes > 1 &&
        schedule_has_inner_loop(node))
        *is_found = true;
}

/* Can the point be better than the rules, whose program costs this? Another
 * strategy for the nest, or none where the rules took one; more in
 * flight, or fewer loops, where loops remain inside the vectors; less in
 * flight where registers do not suffice; other widths where rows leave lanes
 * over or cross lines, unless the rules thought of just that; other lanes where
 * most of it is moving elements. Not where the rules look after lines, about
 * which they know what the model does not: hardware fetches along rows, and a
 * line whose stores follow each other is written once. */
static bool is_worth_trying(const struct schedule_point *point,
    const struct schedule *rules, const struct cost *cost)
{
    double work = cost->needs.fmas + cost->needs.adds + cost->needs.others;
    double n_vectors =
        cost->outputs * OUTPUT_BYTES / rules->machine->vector_bytes;
    bool has_loop = false;

    if (rules->applied == SCHEDULE_STRIP)
        return false;
    if (point->strategy != SCHEDULE_RULES)
        return point->strategy != rules->applied;
    schedule_foreach(rules->root, find_inner_loop, &has_loop);
    if (point->other_lanes)
        return cost->needs.loads > MOVING * (work + cost->needs.stores);
    if (point->unroll || point->jam >= MANY)
        return has_loop && rules->applied == SCHEDULE_PLAIN;
    if (point->jam)
        return cost->needs.spilled > 0 && rules->applied == SCHEDULE_PLAIN;
    if (point->lane_bytes)
        return cost->needs.stores > WASTED * n_vectors &&
               rules->applied != SCHEDULE_FLAT;
    return true;
}

/* Build candidates at the points in turn; the place of the best in "seen",
 * whose entry 0 is the rules' own. */
static int try_points(struct driver *driver, struct driver_variant *variant,
    struct candidate *seen)
{
    struct compilation *c = driver->c;
    const struct schedule_point *point;
    double limit = CLEARLY_BETTER * seen[0].cost.cycles;
    int best = 0;
    int n = 1;

    for (int i = 1; n < MAX_CANDIDATES && (point = schedule_get_point(i));
         i++) {
        struct candidate *next = &seen[n];

        if (!is_worth_trying(point, variant->schedule, &seen[0].cost))
            continue;
        *next = (struct candidate){
            .schedule = schedule_build_at(c, variant->model, variant->machine,
                variant->schedule->source, point)};
        if (!next->schedule)
            continue;
        next->text = print_schedule(c, next->schedule);
        if (is_known(n, seen, next->text) || !score(c, next))
            continue;
        note_candidate(driver, variant, point->name, next->cost.cycles);
        if (next->cost.cycles < limit) {
            limit = next->cost.cycles;
            best = n;
        }
        n++;
    }
    return best;
}

/* The place of the best schedule in "seen", -1 if none makes a program. Where
 * the rules' own makes none, for want of stack, say, any other is better. */
static int find_best(struct driver *driver, struct driver_variant *variant,
    struct candidate *seen)
{
    struct compilation *c = driver->c;
    bool is_scored = score(c, &seen[0]);

    seen[0].text = print_schedule(c, variant->schedule);
    if (!is_scored) {
        int best = 0;

        seen[0].cost = (struct cost){.cycles = INFINITY};
        if (!seen[0].program)
            best = try_points(driver, variant, seen);
        return best ? best : -1;
    }
    note_candidate(driver, variant, "rules", seen[0].cost.cycles);
    if (seen[0].cost.cycles <= NEARLY_BEST * cost_floor(&seen[0].cost))
        return 0;
    return try_points(driver, variant, seen);
}

bool choose_schedule(struct driver *driver, struct driver_variant *variant)
{
    struct compilation *c = driver->c;
    struct compilation saved = *c;
    struct candidate seen[MAX_CANDIDATES + 1] = {
        {.schedule = variant->schedule}};
    int best;

    if (!variant->schedule->is_default || variant->schedule->preferred.source ||
        variant->model->n_parameters > 0 || variant->machine->gpu ||
        c->options.optimize_level < 2)
        return true;
    c->diag = diag_new(c->arena);
    c->options.verify = false;
    best = find_best(driver, variant, seen);
    c->diag = saved.diag;
    c->options = saved.options;
    if (best < 0)
        return true;
    variant->schedule = seen[best].schedule;
    variant->program = seen[best].program;
    return best == 0 || !c->options.verify ||
           schedule_recheck(variant->schedule);
}
