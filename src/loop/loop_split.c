/* Separate interior from border, and apply unroll-and-jam.
 *
 * A loop whose guards fail only near its ends becomes
 *
 *     border    lower .. F        all guards
 *     interior  F .. G            none; several iterations interleaved
 *     remainder the last ones     none
 *     border    rest .. upper     all guards, or, where only the last vector
 *                                 hangs over the end, one vector that ends
 *                                 there and overlaps the one before; where
 *                                 masks cost, with guards for what else the
 *                                 border needs
 *
 * with F and G on the grid of the loop's steps. Where a long loop is inside
 * jammed vectors, the taps of a window as long as the row, say, conditions on
 * it cut that loop, not the one around. Parallel loops are not cut:
 * an IF inside chooses between the two bodies. */
#include "loop/loop_interior.h"

/* Statements beyond which borders are left inside their loops. */
enum { SIZE_LIMIT = 6000 };

struct split {
    struct compilation *c;
    struct loop_program *program;
    struct value_context *v;
    int n_statements;
    bool is_plain; /* nothing is jammed here */
};

static void split_node(struct split *split, struct loop_node *into,
    struct loop_node *node, bool in_vector);

/* The children of "from", split, appended to "into". */
static void split_children(struct split *split, struct loop_node *into,
    struct loop_node *from, bool in_vector)
{
    for (int i = 0; i < from->n_children; i++)
        split_node(split, into, from->children[i], in_vector);
}

/* One bound out of several. */
static const struct affine *join_bounds(struct split *split, int n,
    const struct affine *const *bounds, bool largest)
{
    const struct affine *joined = bounds[0];

    for (int i = 1; i < n; i++)
        joined = largest ? loop_affine_max(split->v, joined, bounds[i])
                         : loop_affine_min(split->v, joined, bounds[i]);
    return joined;
}

/* A FOR like "like" over lower .. upper, without children. */
static struct loop_node *new_for(struct split *split,
    const struct loop_node *like, const struct affine *lower,
    const struct affine *upper, int64_t step)
{
    struct arena *arena = split->v->arena;
    struct loop_node *loop = ARENA_NEW(arena, struct loop_node);
    const struct affine **bounds = ARENA_ARRAY(arena, 2, const struct affine *);

    *loop = *like;
    loop->n_children = 0;
    loop->children = NULL;
    bounds[0] = lower;
    bounds[1] = upper;
    loop->n_lower = loop->n_upper = 1;
    loop->lower = bounds;
    loop->upper = bounds + 1;
    loop->step = step;
    loop->jam = 1;
    return loop;
}

/* from + step * ceil(max(0, to - from) / step): the first point of the grid
 * that starts at "from" at or behind "to". */
static const struct affine *align_up(struct split *split,
    const struct affine *from, const struct affine *to, int64_t step)
{
    struct value_context *v = split->v;
    const struct affine *distance =
        loop_affine_max(v, affine_subtract(v, to, from), affine_constant(v, 0));
    const struct affine *steps =
        affine_floor(v, affine_shift(v, distance, step - 1), step);

    return affine_add(v, from, affine_scale(v, steps, step));
}

/* Append a loop over lower .. upper with the children of "body", split in
 * their turn. */
static void add_loop(struct split *split, struct loop_node *into,
    struct loop_node *body, const struct affine *lower,
    const struct affine *upper, int64_t step, bool in_vector)
{
    struct loop_node *loop = new_for(split, body, lower, upper, step);

    if (affine_is_constant(lower) && affine_is_constant(upper) &&
        lower->constant >= upper->constant)
        return;
    split_children(split, loop, body, in_vector || body->n_lanes > 1);
    loop_add(split->v->arena, into, loop);
}

/* ---- The interior ---------------------------------------------------------
 */

/* "n" iterations of "body" at once, from "place" on, as the children of a loop
 * over lower .. end with that step. */
static void add_jammed(struct split *split, struct loop_node *into,
    struct loop_node *body, const struct affine *lower,
    const struct affine *end, const struct affine *place, int n, bool in_vector)
{
    struct value_context *v = split->v;
    struct loop_node *jammed = new_for(split, body, lower, end, n * body->step);
    const struct affine **values =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    for (int i = 0; i < n; i++)
        values[i] = affine_shift(v, place, i * body->step);
    loop_repeat(split->program, jammed, body, n, values);
    split->n_statements += loop_count_statements(jammed);
    add_loop(split, into, jammed, lower, end, n * body->step, in_vector);
}

/* Is a loop to be jammed below? */
static bool has_jammed_loop(const struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];

        if ((child->kind == LOOP_FOR && child->jam > 1) ||
            has_jammed_loop(child))
            return true;
    }
    return false;
}

/* Iterations one by one, nothing below jammed: for rows and vectors too short
 * for the copies. */
static void add_plain(struct split *split, struct loop_node *into,
    struct loop_node *body, const struct affine *lower,
    const struct affine *upper, bool in_vector)
{
    bool was_plain = split->is_plain;

    split->is_plain = true;
    add_loop(split, into, body, lower, upper, body->step, in_vector);
    split->is_plain = was_plain;
}

/* lower .. upper by "n" steps where they fit at least once: the last ones
 * begin early enough to end at "upper", and some run a second time; "place" is
 * then where they begin. NULL where they never fit; the iterations are one by
 * one where they do not. */
static struct loop_node *add_fitting(struct split *split,
    struct loop_node *into, struct loop_node *loop, const struct affine *lower,
    const struct affine *upper, int64_t n, const struct affine **place,
    bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *last = affine_shift(v, upper, -n);
    const struct affine *terms[1] = {affine_subtract(v, last, lower)};
    struct loop_node *fits = loop_add_if(split->v, into, loop, 1, terms);

    terms[0] = affine_shift(v, affine_scale(v, terms[0], -1), -1);
    into = loop_add_if(split->v, into, loop, 1, terms);
    if (into)
        add_plain(split, into, loop, lower, upper, in_vector);
    *place = loop_affine_min(v, affine_variable(v, loop->variable), last);
    return fits;
}

/* The fewer than "n" iterations rest .. upper behind the jammed ones. */
static void add_remainder(struct split *split, struct loop_node *into,
    struct loop_node *body, const struct affine *rest,
    const struct affine *upper, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *distance = affine_subtract(v, upper, rest);
    int n;

    if (!in_vector || !loop_has_loop(body) || !affine_is_constant(distance)) {
        add_loop(split, into, body, rest, upper, body->step, in_vector);
        return;
    }
    n = (int)((distance->constant + body->step - 1) / body->step);
    if (n > 0)
        add_jammed(split, into, body, rest, upper,
            affine_variable(v, body->variable), n, in_vector);
}

/* Of how many columns blocks among the statements of a body consist, 0 if there
 * are none. */
static int get_block_width(
    const struct split *split, const struct loop_node *body)
{
    int width = 0;

    for (int i = 0; i < body->n_children && !width; i++)
        width = loop_get_block_width(split->program, body->children[i]);
    return width;
}

/* Are as many iterations as are jammed so much better than fewer that the last
 * ones had better run again? Columns want whole blocks. Where it is known how
 * many iterations are left, a body of loops has them all jammed. */
static bool wants_whole(const struct split *split, const struct loop_node *body,
    const struct affine *distance)
{
    int width = get_block_width(split, body);
    bool has_loops = loop_has_loop(body);

    if (!affine_is_constant(distance))
        return has_loops || (width && body->n_children == 1);
    if (!width)
        return false;
    return distance->constant % body->jam % (has_loops ? width : body->jam) !=
           0;
}

/* The interior lower .. upper of "body" (already without guards), "jam"
 * iterations at a time and then the rest. Loops in the body are worth running
 * for several of the rest at once: for all of them, where it is known how many
 * they are; else together with some that ran before. */
static void add_interior(struct split *split, struct loop_node *into,
    struct loop_node *body, const struct affine *lower,
    const struct affine *upper, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *place = affine_variable(v, body->variable);
    int64_t step = body->step;
    int n = body->jam;
    const struct affine *end = affine_shift(v, upper, -(n - 1) * step);

    if (n < 2 || split->is_plain) {
        add_loop(split, into, body, lower, upper, step, in_vector);
        return;
    }
    if (in_vector && step == 1 && loop_may_repeat(split->program, body) &&
        wants_whole(split, body, affine_subtract(v, upper, lower))) {
        into =
            add_fitting(split, into, body, lower, upper, n, &place, in_vector);
        if (into)
            add_jammed(split, into, body, lower, upper, place, n, in_vector);
        return;
    }
    add_jammed(split, into, body, lower, end, place, n, in_vector);
    add_remainder(split, into, body, align_up(split, lower, end, n * step),
        upper, in_vector);
}

/* Whole vectors first .. upper of an interior whose body is too long to have
 * twice: the last vector is one of them, moved to end at "upper". */
static void add_moved_vectors(struct split *split, struct loop_node *into,
    struct loop_node *loop, struct loop_node *interior,
    const struct affine *first, const struct affine *upper, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *place;
    struct substitution substitution = {1, &interior->variable, &place};
    struct loop_node *moved =
        new_for(split, interior, first, upper, loop->step);

    into = add_fitting(
        split, into, loop, first, upper, loop->n_lanes, &place, in_vector);
    if (!into)
        return;
    for (int i = 0; i < interior->n_children; i++)
        loop_add(v->arena, moved,
            loop_copy(
                split->program, interior->children[i], &substitution, NULL));
    add_loop(split, into, moved, first, upper, loop->step, in_vector);
}

/* The points rest .. upper at a border, where masks cost: whole vectors, the
 * last of them moved back so that it ends at "upper". False if it cannot be,
 * or if that is not known. */
static bool add_moved_border(struct split *split, struct loop_node *into,
    struct loop_node *loop, const struct affine *first,
    const struct affine *rest, const struct affine *upper, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *last = affine_shift(v, upper, -loop->step);
    const struct affine *room = affine_subtract(v, last, first);
    const struct affine *size = affine_subtract(v, upper, rest);
    int64_t whole;

    if (!affine_is_constant(room) || room->constant < 0 ||
        !affine_is_constant(size) || size->constant % loop->step == 0 ||
        !loop_moves_border(split->program, loop))
        return false;
    whole = size->constant - size->constant % loop->step;
    add_loop(split, into, loop, rest, affine_shift(v, rest, whole), loop->step,
        in_vector);
    add_loop(split, into, loop, last, affine_shift(v, last, 1), loop->step,
        in_vector);
    return true;
}

/* Behind the interior: the points rest .. upper. With "overlap" a full vector
 * at upper - lanes, if that is not before "first"; else guarded vectors. */
static void add_rest(struct split *split, struct loop_node *into,
    struct loop_node *loop, struct loop_node *interior,
    const struct affine *first, const struct affine *rest,
    const struct affine *upper, bool overlap, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *last = affine_shift(v, upper, -loop->step);
    const struct affine *terms[2] = {
        affine_shift(v, affine_subtract(v, upper, rest), -1),
        affine_subtract(v, last, first)};
    struct loop_node *branch;

    if (!overlap) {
        if (!add_moved_border(split, into, loop, first, rest, upper, in_vector))
            add_loop(split, into, loop, rest, upper, loop->step, in_vector);
        return;
    }
    branch = loop_add_if(split->v, into, loop, 2, terms);
    if (branch)
        add_loop(split, branch, interior, last, affine_shift(v, last, 1),
            loop->step, in_vector);
    terms[0] = affine_shift(v, affine_scale(v, terms[1], -1), -1);
    branch = loop_add_if(split->v, into, loop, 1, terms);
    if (branch)
        add_loop(split, branch, loop, rest, upper, loop->step, in_vector);
}

/* ---- Narrower vectors --------------------------------------------------- */

/* The lane variable of the statements below. */
static const struct variable *find_lane(const struct loop_node *node)
{
    const struct variable *lane = node->lane;

    for (int i = 0; i < node->n_children && !lane; i++)
        lane = find_lane(node->children[i]);
    return lane;
}

/* Another lane for everything below a node. */
static void set_lane(struct loop_node *node, const struct variable *lane)
{
    if (node->lane)
        node->lane = lane;
    for (int i = 0; i < node->n_children; i++)
        set_lane(node->children[i], lane);
}

/* One vector of "n_lanes" lanes of the interior at "place". */
static void add_narrow_vector(struct split *split, struct loop_node *into,
    struct loop_node *interior, const struct affine *place, int n_lanes)
{
    struct value_context *v = split->v;
    const struct variable *old = find_lane(interior);
    const struct variable *lane = variable_new_lane(v, n_lanes);
    const struct variable *from[] = {interior->variable, old};
    const struct affine *to[] = {place, affine_variable(v, lane)};
    struct substitution substitution = {2, from, to};
    struct loop_renaming renaming =
        loop_rename_private(split->program, interior);

    for (int i = 0; i < renaming.n; i++) {
        struct array *array = split->program->arrays[renaming.to[i]->id];
        if (array->n_lanes == old->n_lanes)
            array->n_lanes = n_lanes;
    }
    for (int i = 0; i < interior->n_children; i++) {
        struct loop_node *copy = loop_copy(
            split->program, interior->children[i], &substitution, &renaming);

        set_lane(copy, lane);
        loop_add(v->arena, into, copy);
    }
}

/* Cover "*rest" .. upper with ever narrower whole vectors of 16 bytes or
 * more; "*rest" is where they end. Only for a known number of points. */
static void add_narrow_vectors(struct split *split, struct loop_node *into,
    struct loop_node *interior, const struct affine **rest,
    const struct affine *upper)
{
    struct value_context *v = split->v;
    const struct affine *distance = affine_subtract(v, upper, *rest);
    int least = interior->n_lanes * 16 / split->program->machine->vector_bytes;

    if (!affine_is_constant(distance) || !find_lane(interior))
        return;
    for (int n = interior->n_lanes / 2; n >= 2 && n >= least; n /= 2) {
        if (affine_subtract(v, upper, *rest)->constant < n)
            continue;
        add_narrow_vector(split, into, interior, *rest, n);
        *rest = affine_shift(v, *rest, n);
    }
}

/* ---- Loops ----------------------------------------------------------------
 */

/* Where no whole vector begins any more. */
static const struct affine *get_vectors_end(const struct split *split,
    const struct loop_node *loop, const struct affine *upper)
{
    return affine_shift(split->v, upper, 1 - loop->n_lanes);
}

/* Behind the interior first .. end, which ends before "upper". */
static void add_end(struct split *split, struct loop_node *into,
    struct loop_node *loop, struct loop_node *interior,
    const struct affine *first, const struct affine *end,
    const struct affine *upper, bool in_vector)
{
    const struct affine *rest = align_up(split, first, end, loop->step);
    bool overlap = affine_is_equal(end, get_vectors_end(split, loop, upper)) &&
                   loop_may_overlap(split->program, loop);

    if (overlap && loop_is_streaming(split->program, loop)) {
        add_narrow_vectors(split, into, interior, &rest, upper);
        overlap = false;
    }
    add_rest(
        split, into, loop, interior, first, rest, upper, overlap, in_vector);
}

/* Looks for floors of a variable in indices. */
struct floor_search {
    const struct variable *variable;
    bool is_found;
};

/* A visit: one in the index of a load. */
static void find_floor(const struct value *value, void *user)
{
    struct floor_search *search = user;

    for (int i = 0; i < value->n_index; i++)
        if (affine_has_in_atom(value->index[i], search->variable))
            search->is_found = true;
}

/* A visit: one in the index of a target, or in the statement's loads. */
static void find_floor_below(struct loop_node *node, void *user)
{
    struct floor_search *search = user;

    for (int i = 0; i < node->n_index; i++)
        if (affine_has_in_atom(node->index[i], search->variable))
            search->is_found = true;
    if (node->kind == LOOP_ASSIGN)
        value_foreach(node->value, find_floor, search);
}

/* Is the loop, as a whole, one tile of jammed vectors over several rows? Then
 * any guard that fails in a tile does so in the same lanes of each. */
static bool is_tile(struct split *split, struct loop_node *loop)
{
    struct floor_search search = {loop->variable, false};
    bool is_tile = false;

    if (loop->n_lanes < 2 || loop->n_lower != 1)
        return false;
    for (int i = 0; i < loop->n_upper; i++) {
        const struct affine *size =
            affine_subtract(split->v, loop->upper[i], loop->lower[0]);

        is_tile = is_tile || (affine_is_constant(size) &&
                                 size->constant <= loop->jam * loop->step);
    }
    if (is_tile)
        loop_foreach(loop, find_floor_below, &search);
    return search.is_found;
}

/* The vectors of such a tile one by one, each if it has a lane before the end,
 * with all guards: their places in the tile are constant as in the others. */
static void add_tile(
    struct split *split, struct loop_node *into, struct loop_node *loop)
{
    struct value_context *v = split->v;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, loop->n_upper, const struct affine *);

    for (int i = 0; i < loop->jam; i++) {
        const struct affine *place =
            affine_shift(v, loop->lower[0], i * loop->step);
        struct loop_node *branch;

        for (int j = 0; j < loop->n_upper; j++)
            terms[j] =
                affine_shift(v, affine_subtract(v, loop->upper[j], place), -1);
        branch = loop_add_if(split->v, into, loop, loop->n_upper, terms);
        if (branch)
            loop_repeat(split->program, branch, loop, 1, &place);
    }
    split->n_statements += loop->jam * loop_count_statements(loop);
}

/* Are first .. upper known to be whole vectors? */
static bool is_whole(struct split *split, const struct loop_node *loop,
    const struct affine *first, const struct affine *upper)
{
    const struct affine *size = affine_subtract(split->v, upper, first);

    return affine_is_constant(size) && size->constant % loop->step == 0;
}

/* May the last of the vectors left over behind jammed ones end at "upper",
 * where the interior first .. end is? */
static bool may_move_last(struct split *split, struct loop_node *loop,
    const struct affine *end, const struct affine *upper)
{
    return affine_is_equal(end, upper) ||
           (affine_is_equal(end, get_vectors_end(split, loop, upper)) &&
               loop_may_overlap(split->program, loop) &&
               !loop_is_streaming(split->program, loop));
}

/* Vectors first .. upper of an interior with loops in it that "jam" of which
 * run at once: those left over run at once too, the last of them ending at
 * "upper", or masked where all together are less. False, with nothing done,
 * where it is not known how many they are, or where they are too few. */
static bool add_vector_tiles(struct split *split, struct loop_node *into,
    struct loop_node *loop, struct loop_node *body, const struct affine *first,
    const struct affine *end, const struct affine *upper, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *place = affine_variable(v, body->variable);
    const struct affine *size = affine_subtract(v, upper, first);
    int64_t step = loop->step;
    int64_t rest = size->constant % (loop->jam * step);
    int n_left = (int)((rest + step - 1) / step);
    bool is_masked = size->constant < n_left * step;

    if (!affine_is_constant(size) || split->is_plain || n_left < 2 ||
        !loop_has_loop(body) ||
        (is_masked ? !loop_masks_cheaply(split->program, loop)
                   : !may_move_last(split, loop, end, upper)))
        return false;
    add_jammed(split, into, body, first, affine_shift(v, upper, -rest), place,
        loop->jam, in_vector);
    if (!is_masked)
        first = affine_shift(v, upper, -n_left * step);
    add_jammed(split, into, is_masked ? loop : body, first,
        affine_shift(v, first, 1), place, n_left, in_vector);
    return true;
}

/* A loop cut in three. */
static void split_serial(struct split *split, struct loop_node *into,
    struct loop_node *loop, const struct interior *interior, bool in_vector)
{
    struct value_context *v = split->v;
    const struct affine *lower =
        join_bounds(split, loop->n_lower, loop->lower, true);
    const struct affine *upper =
        join_bounds(split, loop->n_upper, loop->upper, false);
    struct loop_node *body = new_for(split, loop, lower, upper, loop->step);
    const struct affine *size = affine_subtract(v, upper, lower);
    const struct affine *first = lower;
    const struct affine *end = upper;

    if (interior->n_upper && !split->is_plain)
        into = loop_add_short_rows(split->program, into, loop, lower, size);
    if (!into)
        return;
    body->jam = loop->jam;
    if (interior->n_lower + interior->n_upper) {
        loop_copy_interior(split->program, body, loop);
    } else {
        body->n_children = loop->n_children;
        body->children = loop->children;
    }
    if (interior->n_lower) {
        first = align_up(split, lower,
            join_bounds(split, interior->n_lower, interior->lower, true),
            loop->step);
        add_loop(split, into, loop, lower, loop_affine_min(v, upper, first),
            loop->step, in_vector);
    }
    if (interior->n_upper)
        end = loop_affine_min(v, upper,
            join_bounds(split, interior->n_upper, interior->upper, false));
    if (interior->n_upper && loop->jam < 2 && has_jammed_loop(body) &&
        !is_whole(split, loop, first, upper) &&
        affine_is_equal(end, get_vectors_end(split, loop, upper)) &&
        loop_may_overlap(split->program, loop) &&
        !loop_is_streaming(split->program, loop)) {
        add_moved_vectors(split, into, loop, body, first, upper, in_vector);
        return;
    }
    if (loop->jam > 1 && loop->n_lanes > 1 &&
        add_vector_tiles(split, into, loop, body, first, end, upper, in_vector))
        return;
    add_interior(split, into, body, first, end, in_vector);
    if (interior->n_upper)
        add_end(split, into, loop, body, first, end, upper, in_vector);
}

/* A parallel loop with both bodies inside, behind a condition. */
static void split_parallel(struct split *split, struct loop_node *into,
    struct loop_node *loop, const struct interior *interior)
{
    struct value_context *v = split->v;
    struct loop_node *copy = ARENA_NEW(v->arena, struct loop_node);
    struct loop_node *body =
        new_for(split, loop, loop->lower[0], loop->upper[0], loop->step);
    struct loop_node *inside = loop_node_new(v->arena, LOOP_IF, loop->range);
    struct loop_node *outside = loop_node_new(v->arena, LOOP_IF, loop->range);
    const struct affine *t = affine_variable(v, loop->variable);
    int n = interior->n_lower + interior->n_upper;
    const struct affine **terms =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    for (int i = 0; i < interior->n_lower; i++)
        terms[i] = affine_subtract(v, t, interior->lower[i]);
    for (int i = 0; i < interior->n_upper; i++)
        terms[interior->n_lower + i] =
            affine_shift(v, affine_subtract(v, interior->upper[i], t), -1);
    *copy = *loop;
    copy->n_children = 0;
    copy->children = NULL;
    loop_copy_interior(split->program, body, loop);
    inside->guard = guard_all(v, n, terms);
    outside->guard =
        inside->guard ? guard_not(v, inside->guard) : guard_false(v);
    split_children(split, inside, body, false);
    split_children(split, outside, loop, false);
    loop_add(v->arena, copy, inside);
    loop_add(v->arena, copy, outside);
    loop_add(v->arena, into, copy);
}

/* A loop left whole, its inner loops split. */
static void keep_loop(struct split *split, struct loop_node *into,
    struct loop_node *loop, bool in_vector)
{
    struct loop_node *copy = ARENA_NEW(split->v->arena, struct loop_node);

    *copy = *loop;
    copy->n_children = 0;
    copy->children = NULL;
    split_children(split, copy, loop, in_vector || loop->n_lanes > 1);
    loop_add(split->v->arena, into, copy);
}

/* Looks for what keeps the iterations of a loop from being jammed whatever
 * they are: vector loops inside, and conditions on its variable other than in
 * the bounds of loops. */
struct obstacle {
    const struct variable *variable;
    bool has_lanes;
    bool found;
};

/* A visit: a condition in a value. */
static void find_condition(const struct value *value, void *user)
{
    struct obstacle *obstacle = user;

    if (value->kind == VALUE_PREDICATE &&
        guard_has(value->guard, obstacle->variable))
        obstacle->found = true;
    for (int i = 0; value->kind == VALUE_LOAD && i < value->n_index; i++)
        if (affine_has_in_atom(value->index[i], obstacle->variable))
            obstacle->found = true;
}

/* A visit: a vector loop or a condition. */
static void find_obstacle(struct loop_node *node, void *user)
{
    struct obstacle *obstacle = user;

    if (node->kind == LOOP_FOR && node->n_lanes > 1)
        obstacle->found = true;
    if (node->lane)
        obstacle->has_lanes = true;
    if (node->guard && guard_has(node->guard, obstacle->variable))
        obstacle->found = true;
    if (node->kind == LOOP_ASSIGN)
        value_foreach(node->value, find_condition, obstacle);
}

/* Is a loop to be jammed whole, borders and all? One inside a vector loop, or
 * inside one that was, before it turned out to run once. */
static bool is_jammed_whole(const struct loop_node *loop)
{
    struct obstacle obstacle = {loop->variable, false, false};

    if (loop->jam < 2 || loop->n_lanes > 1)
        return false;
    for (int i = 0; i < loop->n_children; i++)
        loop_foreach(loop->children[i], find_obstacle, &obstacle);
    return obstacle.has_lanes && !obstacle.found;
}

/* Is it a loop of tiles whose number is known at run time only, of rows that
 * are jammed whatever their ranges? Cut in three it would be three times as
 * much code. */
static bool is_open_tiles(struct split *split, const struct loop_node *loop)
{
    return loop->mode == LOOP_SERIAL && loop->jam < 2 && loop->n_lanes < 2 &&
           has_jammed_loop(loop) &&
           !(loop->n_lower == 1 && loop->n_upper == 1 &&
               affine_is_constant(
                   affine_subtract(split->v, loop->upper[0], loop->lower[0])));
}

/* Cut a loop, or leave it whole. */
static void split_for(struct split *split, struct loop_node *into,
    struct loop_node *loop, bool in_vector)
{
    struct interior interior = {0};
    bool is_guarded;

    is_guarded = loop->jam > 1 && !is_jammed_whole(loop);
    in_vector = in_vector || (loop->jam > 1 && !is_guarded);
    if ((!in_vector || is_guarded || (loop->jam <= 1 && loop_is_long(loop))) &&
        split->n_statements < SIZE_LIMIT && !is_open_tiles(split, loop))
        interior = loop_find_interior(split->program, loop);
    split->n_statements += 2 * loop_count_statements(loop);
    if (loop->mode == LOOP_PARALLEL ||
        (loop->origin && loop->origin->n_buffers > 1)) {
        if (interior.n_lower + interior.n_upper)
            split_parallel(split, into, loop, &interior);
        else
            keep_loop(split, into, loop, in_vector);
        return;
    }
    if (is_tile(split, loop))
        add_tile(split, into, loop);
    else if (interior.n_lower + interior.n_upper || loop->jam > 1)
        split_serial(split, into, loop, &interior, in_vector);
    else
        keep_loop(split, into, loop, in_vector);
}

/* One node and what is below, appended to "into". */
static void split_node(struct split *split, struct loop_node *into,
    struct loop_node *node, bool in_vector)
{
    struct loop_node *copy;

    if (node->kind == LOOP_FOR) {
        split_for(split, into, node, in_vector);
        return;
    }
    copy = ARENA_NEW(split->v->arena, struct loop_node);
    *copy = *node;
    copy->n_children = 0;
    copy->children = NULL;
    split_children(split, copy, node, in_vector);
    loop_add(split->v->arena, into, copy);
}

bool loop_split(struct compilation *c, struct loop_program *program)
{
    struct split split = {c, program, program->values, 0, false};
    struct loop_node *body = loop_node_new(
        program->values->arena, LOOP_SEQUENCE, program->body->range);

    split_children(&split, body, program->body, false);
    program->body = body;
    return true;
}
