/* Unroll-and-jam of an inner loop whose bounds move with the jammed variable:
 * the taps of a window near the ends of its row.
 *
 *     for k = max(0, 15 - p) .. min(31, 215 - p)     copies p, p + 1, p + 2
 *
 * becomes three parts that together run every copy's iterations, each copy's
 * in order:
 *
 *     k = 13 - p: copy p + 2    k = 14 - p: copies p + 1, p + 2     if k >= 0
 *     for k = max(0, 15 - p) .. min(31, 213 - p): all copies
 *     k = 213 - p: copies p, p + 1    k = 214 - p: copy p           if k < 31
 *
 * The first and the last are unrolled, so that which copies live is known; if
 * they are many, they are loops in which each copy has its condition. This
 * holds where all copies have iterations in common; where they have not (short
 * rows), each runs its own loop. */
#include "loop/loop_range.h"

#include "base/vector.h"

/* Statements beyond which a loop is left to run once per copy, and iterations
 * at an end from which that is a loop. */
enum { SIZE_LIMIT = 1200, MANY_ITERATIONS = 32 };

/* The bounds of one side. "fixed" are those all copies share; "moving", of
 * which there is at most one, is that of copy 0, and copy i has it shifted by
 * offsets[i], which are between "least" and "most". */
struct side {
    VECTOR(const struct affine *) fixed;
    const struct affine *moving;
    int64_t *offsets;
    int64_t least;
    int64_t most;
};

/* One bound: fixed or moving; false if it moves in a way not known, or is the
 * second that moves. */
static bool add_bound(const struct loop_range *range, struct side *side,
    const struct affine *bound)
{
    struct value_context *v = range->program->values;
    const struct affine *first =
        affine_substitute(v, bound, &range->substitutions[0]);

    if (!affine_has(bound, range->variable)) {
        VECTOR_PUSH(v->arena, &side->fixed, bound);
        return true;
    }
    if (side->moving)
        return false;
    side->moving = first;
    side->offsets = ARENA_ARRAY(v->arena, range->n, int64_t);
    for (int i = 1; i < range->n; i++) {
        const struct affine *offset = affine_subtract(
            v, affine_substitute(v, bound, &range->substitutions[i]), first);

        if (!affine_is_constant(offset))
            return false;
        side->offsets[i] = offset->constant;
        if (offset->constant < side->least)
            side->least = offset->constant;
        if (offset->constant > side->most)
            side->most = offset->constant;
    }
    return true;
}

/* All bounds of a side. */
static bool find_side(const struct loop_range *range, struct side *side, int n,
    const struct affine *const *bounds)
{
    for (int i = 0; i < n; i++)
        if (!add_bound(range, side, bounds[i]))
            return false;
    return true;
}

/* The bounds of what all copies share: the fixed ones, and the moving one
 * shifted by "offset". */
static const struct affine **get_shared(const struct loop_range *range,
    const struct side *side, int64_t offset, int *n)
{
    struct value_context *v = range->program->values;
    const struct affine **shared =
        ARENA_ARRAY(v->arena, side->fixed.n + 1, const struct affine *);

    *n = 0;
    if (side->moving)
        shared[(*n)++] = affine_shift(v, side->moving, offset);
    for (int i = 0; i < side->fixed.n; i++)
        shared[(*n)++] = side->fixed.at[i];
    return shared;
}

/* An IF below "into"; "into" itself where the guard is always true, NULL where
 * it never is. */
static struct loop_node *add_if(const struct loop_range *range,
    struct loop_node *into, const struct guard *guard)
{
    struct arena *arena = range->program->values->arena;
    struct loop_node *node;

    if (!guard)
        return into;
    if (guard_is_false(guard))
        return NULL;
    node = loop_node_new(arena, LOOP_IF, range->loop->range);
    node->guard = guard;
    loop_add(arena, into, node);
    return node;
}

/* ---- The ends ------------------------------------------------------------ */

/* The body of the loop for one copy at "place". */
static void add_copy(const struct loop_range *range, struct loop_node *into,
    int copy, const struct affine *place)
{
    struct loop_program *program = range->program;
    const struct variable *from[] = {range->variable, range->loop->variable};
    const struct affine *to[] = {range->substitutions[copy].to[0], place};
    struct substitution both = {2, from, to};

    for (int i = 0; i < range->loop->n_children; i++)
        loop_add(program->values->arena, into,
            loop_copy(program, range->loop->children[i], &both,
                &range->renamings[copy]));
}

/* "place" at or behind all lower bounds ("sign" 1), or before all upper ones
 * (-1). */
static const struct guard *get_guard(const struct loop_range *range,
    const struct side *side, const struct affine *place, int sign)
{
    struct value_context *v = range->program->values;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, side->fixed.n, const struct affine *);

    for (int i = 0; i < side->fixed.n; i++) {
        terms[i] =
            affine_scale(v, affine_subtract(v, place, side->fixed.at[i]), sign);
        if (sign < 0)
            terms[i] = affine_shift(v, terms[i], -1);
    }
    return guard_all(v, side->fixed.n, terms);
}

/* Is an end a loop? */
static bool is_long(const struct side *side)
{
    return side->most - side->least > MANY_ITERATIONS;
}

/* Append the copies that have iteration "place" by a side's bounds (NULL: all
 * have it), each under its own condition. */
static void add_conditional(const struct loop_range *range,
    struct loop_node *into, const struct side *low, const struct side *high,
    const struct affine *place)
{
    struct value_context *v = range->program->values;

    for (int i = 0; i < range->n; i++) {
        const struct affine *terms[2];
        struct loop_node *one;
        int n = 0;

        if (low && low->moving)
            terms[n++] = affine_subtract(
                v, place, affine_shift(v, low->moving, low->offsets[i]));
        if (high && high->moving)
            terms[n++] = affine_shift(v,
                affine_subtract(
                    v, affine_shift(v, high->moving, high->offsets[i]), place),
                -1);
        one = add_if(range, into, guard_all(v, n, terms));
        if (one)
            add_copy(range, one, i, place);
    }
}

/* A FOR like the one jammed, without bounds and body, appended to "into". */
static struct loop_node *add_loop(
    const struct loop_range *range, struct loop_node *into)
{
    struct arena *arena = range->program->values->arena;
    struct loop_node *loop = ARENA_NEW(arena, struct loop_node);

    *loop = *range->loop;
    loop->n_children = 0;
    loop->children = NULL;
    loop->jam = 1;
    loop_add(arena, into, loop);
    return loop;
}

/* An end (as add_end says) as a loop. */
static void add_long_end(const struct loop_range *range, struct loop_node *into,
    const struct side *side, int sign)
{
    struct value_context *v = range->program->values;
    struct loop_node *loop = add_loop(range, into);
    const struct affine **bound = ARENA_NEW(v->arena, const struct affine *);

    bound[0] =
        affine_shift(v, side->moving, sign > 0 ? side->most : side->least);
    loop->n_lower = loop->n_upper = 1;
    loop->lower = loop->upper = bound;
    if (sign > 0)
        loop->lower = get_shared(range, side, side->least, &loop->n_lower);
    else
        loop->upper = get_shared(range, side, side->most, &loop->n_upper);
    add_conditional(range, loop, sign > 0 ? side : NULL, sign > 0 ? NULL : side,
        affine_variable(v, loop->variable));
}

/* The iterations that some copies have and others have not, in order: those
 * from the first copy's lower bound to the last one's (sign 1), or behind the
 * first upper bound (-1). */
static void add_end(const struct loop_range *range, struct loop_node *into,
    const struct side *side, int sign)
{
    struct value_context *v = range->program->values;
    const struct affine *edge;

    if (!side->moving || side->most == side->least)
        return;
    if (is_long(side)) {
        add_long_end(range, into, side, sign);
        return;
    }
    edge = sign > 0 ? affine_shift(v, side->moving, side->most - 1)
                    : affine_shift(v, side->moving, side->least);
    into = add_if(range, into, get_guard(range, side, edge, sign));
    for (int64_t j = side->least; into && j < side->most; j++) {
        const struct affine *place = affine_shift(v, side->moving, j);
        struct loop_node *one =
            add_if(range, into, get_guard(range, side, place, sign));

        for (int i = 0; one && i < range->n; i++)
            if ((side->offsets[i] <= j) == (sign > 0))
                add_copy(range, one, i, place);
    }
}

/* ---- The whole ------------------------------------------------------------
 */

/* Every lower bound at or before every upper one. */
static const struct guard *get_overlap(
    struct value_context *v, const struct loop_node *shared)
{
    int n = 0;
    const struct affine **terms = ARENA_ARRAY(
        v->arena, shared->n_lower * shared->n_upper, const struct affine *);

    for (int i = 0; i < shared->n_lower; i++)
        for (int j = 0; j < shared->n_upper; j++)
            terms[n++] = affine_subtract(v, shared->upper[j], shared->lower[i]);
    return guard_all(v, n, terms);
}

/* How many statements the ends hold. */
static int64_t count_end(
    const struct loop_range *range, const struct side *side)
{
    int64_t n = loop_count_statements(range->loop) * range->n;

    return is_long(side) ? n : n * (side->most - side->least) / 2;
}

/* The FOR over what all copies share, without a body. */
static struct loop_node *new_shared(const struct loop_range *range,
    const struct side *low, const struct side *high)
{
    struct loop_node *shared =
        ARENA_NEW(range->program->values->arena, struct loop_node);

    *shared = *range->loop;
    shared->n_children = 0;
    shared->children = NULL;
    shared->lower = get_shared(range, low, low->most, &shared->n_lower);
    shared->upper = get_shared(range, high, high->least, &shared->n_upper);
    return shared;
}

/* All copies in one loop over whatever any of them runs. */
static void add_guarded(const struct loop_range *range, struct loop_node *into,
    const struct side *low, const struct side *high)
{
    struct loop_node *all = add_loop(range, into);

    all->lower = get_shared(range, low, low->least, &all->n_lower);
    all->upper = get_shared(range, high, high->most, &all->n_upper);
    add_conditional(range, all, low, high,
        affine_variable(range->program->values, all->variable));
}

struct loop_node *loop_jam_range(
    const struct loop_range *range, struct loop_node *into)
{
    struct value_context *v = range->program->values;
    const struct loop_node *loop = range->loop;
    struct side low = {.fixed = {0}};
    struct side high = {.fixed = {0}};
    struct loop_node *shared;
    struct loop_node *fast;
    const struct guard *overlap;

    if (loop->step != 1 || loop->n_lanes != 1 || loop->mode != LOOP_SERIAL ||
        !find_side(range, &low, loop->n_lower, loop->lower) ||
        !find_side(range, &high, loop->n_upper, loop->upper) ||
        count_end(range, &low) + count_end(range, &high) > SIZE_LIMIT)
        return NULL;
    shared = new_shared(range, &low, &high);
    overlap = get_overlap(v, shared);
    if (overlap && (guard_is_false(overlap) || !guard_can_negate(overlap)))
        return NULL;
    fast = add_if(range, into, overlap);
    add_end(range, fast, &low, 1);
    loop_add(v->arena, fast, shared);
    add_end(range, fast, &high, -1);
    into = overlap ? add_if(range, into, guard_not(v, overlap)) : NULL;
    if (into)
        add_guarded(range, into, &low, &high);
    return shared;
}
