/* Registers: how many values must be fetched again because there was no room
 * for them, if those needed soonest are kept. What is there at the start is in
 * registers. */
#include "cost/cost_internal.h"

#include <limits.h>

enum { NEVER = INT_MAX };

/* A walk over the events. "next[i]" is the place of the next use of event
 * i's value, NEVER if it is set anew before or not used again. */
struct walk {
    const struct cost_events *events;
    int *next;
    int n_registers;
    int n_held;
    int *held;  /* ids */
    int *until; /* place of next use */
};

/* Fill "next" for "n_rounds" repetitions of the events. */
static void find_next_uses(
    struct arena *arena, struct walk *walk, int n_ids, int n_rounds)
{
    int n = walk->events->n;
    int *seen = ARENA_ARRAY(arena, n_ids, int);

    for (int i = 0; i < n_ids; i++)
        seen[i] = NEVER;
    walk->next = ARENA_ARRAY(arena, n * n_rounds + 1, int);
    for (int i = n * n_rounds - 1; i >= 0; i--) {
        const struct cost_event *event = &walk->events->at[i % n];

        walk->next[i] = seen[event->id];
        seen[event->id] = event->is_definition ? NEVER : i;
    }
}

/* Give the value a register until its next use; the one used last leaves. */
static void hold(struct walk *walk, int id, int next)
{
    int at = -1;

    for (int i = 0; i < walk->n_held && at < 0; i++)
        if (walk->held[i] == id)
            at = i;
    if (next == NEVER) {
        if (at >= 0) {
            walk->n_held--;
            walk->held[at] = walk->held[walk->n_held];
            walk->until[at] = walk->until[walk->n_held];
        }
        return;
    }
    if (at < 0 && walk->n_held < walk->n_registers)
        at = walk->n_held++;
    if (at < 0) {
        at = 0;
        for (int i = 1; i < walk->n_held; i++)
            if (walk->until[i] > walk->until[at])
                at = i;
        if (walk->until[at] <= next)
            return;
    }
    walk->held[at] = id;
    walk->until[at] = next;
}

/* Is the value in a register? */
static bool is_held(const struct walk *walk, int id)
{
    for (int i = 0; i < walk->n_held; i++)
        if (walk->held[i] == id)
            return true;
    return false;
}

int cost_count_misses(struct arena *arena, const struct cost_events *events,
    int n_ids, int n_registers, bool is_loop)
{
    struct walk walk = {.events = events, .n_registers = n_registers};
    int n_rounds = is_loop ? 3 : 1;
    int n_misses = 0;
    bool *is_known = ARENA_ARRAY(arena, n_ids, bool);

    walk.held = ARENA_ARRAY(arena, n_registers, int);
    walk.until = ARENA_ARRAY(arena, n_registers, int);
    find_next_uses(arena, &walk, n_ids, n_rounds);
    for (int i = 0; i < events->n * n_rounds; i++) {
        const struct cost_event *event = &events->at[i % events->n];
        bool is_counted = !is_loop || i / events->n == 1;

        if (is_counted && !event->is_definition && is_known[event->id] &&
            !is_held(&walk, event->id))
            n_misses++;
        is_known[event->id] = true;
        hold(&walk, event->id, walk.next[i]);
    }
    return n_misses;
}
