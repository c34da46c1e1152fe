/* The schedule of a nest nobody scheduled: lanes along the axis that is
 * contiguous for most accesses, short reductions unrolled, several vectors in
 * flight, the outermost independent loops across cores. Every choice asks for
 * legality first; what is not legal is left out. */
#include "schedule/schedule_default.h"
#include "schedule/schedule_residue.h"

#include "base/vector.h"

/* ---- Which axis are the lanes? ------------------------------------------ */

/* How an access moves with a loop: its index in memory, loop by loop. */
enum stride { UNIFORM, CONTIGUOUS, NEAR, STRIDED, SCATTERED };

/* How neighbours lie that are so many elements apart: loads can skip a few. */
static enum stride classify_step(int64_t step)
{
    if (step == 1)
        return CONTIGUOUS;
    return step > 1 && step <= COSTS_MOST_STEP ? STRIDED : SCATTERED;
}

/* How the last axis moves: "blocked" lanes v - B*floor(v/B) count as
 * contiguous, a border atom as nearly so. */
static enum stride classify_last(
    const struct affine *index, const struct variable *variable)
{
    int64_t coefficient = affine_coefficient(index, variable);
    enum stride stride;

    for (int i = 0; i < index->n_terms; i++) {
        const struct variable *atom = index->terms[i].variable;

        if (!atom->of || !affine_has(atom->of, variable))
            continue;
        if (atom->kind == VARIABLE_FLOOR && coefficient == 1 &&
            index->terms[i].coefficient == -atom->divisor)
            return CONTIGUOUS;
        if (atom->kind == VARIABLE_FLOOR || coefficient != 0)
            return SCATTERED;
        stride = classify_step(affine_coefficient(atom->of, variable));
        return stride == CONTIGUOUS ? NEAR : stride;
    }
    return classify_step(coefficient);
}

/* How an axis moves that has others inside it: by whole rows of those, which
 * is near if they are short. */
static enum stride classify_outer(struct value_context *v,
    const struct array *array, int axis, const struct affine *index,
    const struct variable *variable)
{
    int64_t step = affine_coefficient(index, variable);

    if (array->kind == ARRAY_PRIVATE || array->is_strided ||
        affine_has_in_atom(index, variable))
        return SCATTERED;
    for (int i = axis + 1; i < array->n_axes && step <= COSTS_MOST_STEP; i++) {
        const struct affine *extent = array_axis_extent(v, array, i);

        if (!affine_is_constant(extent))
            return SCATTERED;
        step *= extent->constant;
    }
    return classify_step(step);
}

/* How an access moves with a loop: as the one axis in memory that does. */
static enum stride classify(struct schedule *schedule,
    const struct model_statement *statement, const struct array *array,
    const struct affine *const *index, const struct variable *variable)
{
    struct value_context *v = schedule->model->values;
    int n = array->is_strided ? array->n_dimensions : array->n_axes;
    enum stride stride = UNIFORM;

    for (int i = 0; i < n; i++) {
        const struct affine *axis = schedule_in_loops(
            schedule, statement, array_axis_index(v, array, i, index));

        if (!affine_has(axis, variable))
            continue;
        if (i == n - 1 && stride != UNIFORM)
            return SCATTERED;
        if (i == n - 1)
            stride = classify_last(axis, variable);
        else if (affine_coefficient(axis, variable) != 0)
            stride = stride == UNIFORM
                         ? classify_outer(v, array, i, axis, variable)
                         : SCATTERED;
    }
    return stride;
}

/* The score of a loop for one statement. */
struct score {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *variable;
    int total;
};

/* A visit: points for a load. */
static void add_load(const struct value *value, void *user)
{
    static const int points[] = {[UNIFORM] = 1,
        [CONTIGUOUS] = 4,
        [NEAR] = 3,
        [STRIDED] = 1,
        [SCATTERED] = -4};
    struct score *score = user;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE ||
        value->array->n_dimensions == 0)
        return;
    score->total += points[classify(score->schedule, score->statement,
        value->array, value->index, score->variable)];
}

/* Does the statement add to places in memory that overlap from one iteration
 * of another loop to the next, as y[p*s + k] += ...? Then a vector store is
 * read back in parts before it has left the store buffer. */
static bool adds_overlapping(
    struct schedule *schedule, const struct model_statement *statement)
{
    const struct array *array = statement->target;

    if (statement->update == MODEL_SET || array->kind == ARRAY_PRIVATE)
        return false;
    for (int i = 0; i < array->n_dimensions; i++)
        if (schedule_in_loops(schedule, statement, statement->index[i])
                ->n_terms > 1)
            return true;
    return false;
}

/* Does the statement add to a few places in memory only, fewer than one vector,
 * again and again? Then each masked vector waits for the one before to reach
 * memory. */
static bool adds_few(struct schedule *schedule,
    const struct model_statement *statement, const struct variable *variable)
{
    struct schedule_nodes loops =
        schedule_loops_around(schedule, schedule_leaf_of(schedule, statement));

    if (statement->update == MODEL_SET ||
        statement->target->kind == ARRAY_PRIVATE)
        return false;
    for (int i = 0; i < loops.n; i++) {
        int64_t n;

        if (loops.at[i]->variable != variable)
            continue;
        n = schedule_count_values(schedule, loops.at[i]);
        return n > 0 && n < schedule_natural_lanes(schedule, loops.at[i]);
    }
    return false;
}

/* Points for the accesses of one statement; stores count most. A sum over the
 * lanes that may be reordered is stored once, behind the loop. */
static int score_statement(struct schedule *schedule,
    const struct model_statement *statement, const struct variable *variable)
{
    static const int points[] = {[UNIFORM] = -16,
        [CONTIGUOUS] = 6,
        [NEAR] = -16,
        [STRIDED] = -16,
        [SCATTERED] = -16};
    struct score score = {schedule, statement, variable, 0};

    enum stride stride = classify(
        schedule, statement, statement->target, statement->index, variable);

    value_foreach(statement->value, add_load, &score);
    if (stride == UNIFORM && schedule_is_reorderable(schedule, statement) &&
        statement->target->kind != ARRAY_PRIVATE)
        return score.total + 8;
    if (statement->target->kind != ARRAY_PRIVATE)
        score.total +=
            points[stride] - ((adds_overlapping(schedule, statement) ||
                                  adds_few(schedule, statement, variable))
                                     ? 32
                                     : 0);
    else if (statement->update != MODEL_SET)
        score.total *= 4;
    return score.total;
}

/* The score of a loop as the lanes of everything below; a known extent below
 * one vector counts in proportion. */
int schedule_score_lanes(struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    int n_lanes = schedule_natural_lanes(schedule, loop);
    int64_t n = schedule_count_values(schedule, loop);
    int total = 0;

    for (int i = 0; i < leaves.n; i++)
        total += 64 * score_statement(
                          schedule, leaves.at[i]->statement, loop->variable);
    if (n > 0 && n < n_lanes)
        total = (int)(total * n / n_lanes);
    return total;
}

/* Loops that may become lanes, best first. */
struct candidates {
    struct schedule *schedule;
    struct schedule_nodes loops;
    VECTOR(int) scores;
};

/* A visit: a loop with its score, in its place in the list. */
static void add_candidate(struct schedule_node *node, void *user)
{
    struct candidates *candidates = user;
    struct arena *arena = candidates->schedule->c->arena;
    int score;
    int i;

    if (node->kind != SCHEDULE_LOOP)
        return;
    score = schedule_score_lanes(candidates->schedule, node);
    if (score <= 0)
        return;
    VECTOR_PUSH(arena, &candidates->loops, node);
    VECTOR_PUSH(arena, &candidates->scores, score);
    for (i = candidates->loops.n - 1;
         i > 0 && candidates->scores.at[i - 1] <= score; i--) {
        candidates->scores.at[i] = candidates->scores.at[i - 1];
        candidates->loops.at[i] = candidates->loops.at[i - 1];
    }
    candidates->scores.at[i] = score;
    candidates->loops.at[i] = node;
}

/* Ask without reporting. */
bool schedule_is_legal_quietly(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop)
{
    return schedule_is_legal(schedule, question, loop, false,
        loop ? loop->range : (struct source_range){0}, "the default");
}

/* ---- Around a vector loop ----------------------------------------------- */

/* Swap a loop with its only child, another loop. */
void schedule_interchange(
    struct schedule *schedule, struct schedule_node *outer)
{
    struct schedule_node *inner = outer->children[0];

    schedule_node_replace(schedule, outer, inner);
    outer->children[0] = inner->children[0];
    outer->children[0]->parent = outer;
    inner->children[0] = outer;
    outer->parent = inner;
}

/* Move the vector loop inside the independent loops directly below it:
 * strips along another axis would walk memory across its rows. */
static void sink_vector_loop(
    struct schedule *schedule, struct schedule_node *loop)
{
    while (loop->children[0]->kind == SCHEDULE_LOOP &&
           schedule_is_legal_quietly(
               schedule, SCHEDULE_PARALLEL, loop->children[0]))
        schedule_interchange(schedule, loop);
}

/* Unroll the loops below "node" completely while at most "budget" copies of
 * the innermost statement arise; returns what is left of the budget. */
int schedule_unroll_below(
    struct schedule *schedule, struct schedule_node *node, int budget)
{
    int left = budget;

    for (int i = 0; i < node->n_children; i++) {
        struct schedule_node *child = node->children[i];
        int own = budget;

        own = schedule_unroll_below(schedule, child, own);
        if (child->kind == SCHEDULE_LOOP && child->n_lanes == 1) {
            int64_t extent = schedule_count_values(schedule, child);
            bool has_inner = schedule_has_inner_loop(child);

            if (extent > 0 && extent <= own &&
                (!has_inner ||
                    schedule_is_legal_quietly(schedule, SCHEDULE_JAM, child))) {
                child->is_unrolled = true;
                own = extent > 1 ? own / (int)extent : own;
            } else {
                own = 0;
            }
        }
        left = own < left ? own : left;
    }
    return left;
}

/* Loads that several iterations of the outer loop share. "bytes" is the size of
 * the largest tensor they are from, if that is known. */
struct sharing {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *lanes;
    const struct variable *outer;
    bool found;
    int64_t bytes;
};

/* A visit: a vector that iterations of the outer loop share. */
static void find_shared(const struct value *value, void *user)
{
    struct sharing *sharing = user;
    int64_t bytes;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE ||
        value->array->n_dimensions == 0)
        return;
    if (classify(sharing->schedule, sharing->statement, value->array,
            value->index, sharing->lanes) == UNIFORM ||
        classify(sharing->schedule, sharing->statement, value->array,
            value->index, sharing->outer) != UNIFORM)
        return;
    sharing->found = true;
    bytes =
        array_constant_bytes(sharing->schedule->model->values, value->array);
    if (bytes > sharing->bytes)
        sharing->bytes = bytes;
}

/* What the iterations of the outer loop share would not stay in the first-level
 * cache from one to the next: put the lanes around it, if a loop over taps in
 * them is worth more than walking along rows. It may be jammed, so it may run
 * inside of anything. */
static void keep_shared(struct schedule *schedule, struct schedule_node *lanes,
    struct schedule_node *outer, int64_t bytes)
{
    if (bytes > schedule->machine->costs->levels[COSTS_L1].bytes / 2 &&
        schedule_has_inner_loop(lanes))
        schedule_interchange(schedule, outer);
}

/* A visit: a vector that iterations of the outer loop do not share. */
static void find_own(const struct value *value, void *user)
{
    struct sharing *sharing = user;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE ||
        value->array->n_dimensions == 0)
        return;
    if (classify(sharing->schedule, sharing->statement, value->array,
            value->index, sharing->lanes) != UNIFORM &&
        classify(sharing->schedule, sharing->statement, value->array,
            value->index, sharing->outer) != UNIFORM)
        sharing->found = true;
}

/* Is interleaving the outer loop for the vectors it shares not worth its
 * many streams? Where all vectors are shared and what goes with them stays in
 * registers along the lanes, as do a few taps, one load for each
 * operation is what the ports can do. */
static bool is_cheap_alone(struct schedule *schedule,
    struct schedule_node *loop, struct sharing *sharing)
{
    enum { FEW_TAPS = 4 };
    int64_t taps = 1;

    if (schedule_has_inner_loop(loop))
        return false;
    for (struct schedule_node *node =
             schedule_leaf_of(schedule, sharing->statement)->parent;
         node != loop; node = node->parent)
        if (node->kind == SCHEDULE_LOOP)
            taps *= schedule_count_values(schedule, node);
    sharing->found = false;
    value_foreach(sharing->statement->value, find_own, sharing);
    return !sharing->found && taps <= FEW_TAPS;
}

/* The loop to interleave: the one directly around the lanes when vectors
 * loaded in it are shared, else the lanes' own. */
static struct schedule_node *choose_jam_loop(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_node *outer = loop->parent;
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    if (!outer || outer->kind != SCHEDULE_LOOP ||
        schedule_count_values(schedule, outer) == 1)
        return loop;
    for (int i = 0; i < leaves.n; i++) {
        struct sharing sharing = {schedule, leaves.at[i]->statement,
            loop->variable, outer->variable, false, 0};

        if (leaves.at[i]->statement->update == MODEL_SET)
            continue;
        value_foreach(leaves.at[i]->statement->value, find_shared, &sharing);
        if (sharing.found && !is_cheap_alone(schedule, loop, &sharing) &&
            schedule_is_legal_quietly(schedule, SCHEDULE_JAM, outer)) {
            keep_shared(schedule, loop, outer, sharing.bytes);
            return outer;
        }
    }
    return loop;
}

/* Iterations at a time where they share hardly an input, only weights; how far
 * apart those are that do. */
enum { APART_JAM = 2, APART = 4 };

/* How many vectors to keep in flight: three eighths of the registers, or the
 * number near it that leaves the least over. */
static int choose_jam(struct schedule *schedule,
    const struct schedule_node *loop, const struct schedule_node *lanes)
{
    int most = schedule->machine->n_vector_registers * 3 / 8;
    int64_t extent = schedule_count_values(schedule, loop);
    int best;

    most = most < 2 ? 2 : most > 8 ? 8 : most;
    most = schedule->point.jam ? schedule->point.jam : most;
    if (!extent)
        return most;
    if (loop == lanes)
        extent /= lanes->n_lanes;
    if (extent <= most)
        return extent > 1 ? (int)extent : 1;
    best = most;
    for (int i = most; i > most / 2; i--)
        if (extent % i < extent % best)
            best = i;
    return best;
}

/* Lanes for a loop. Where rows start at multiples of half a 64-byte vector
 * only, whole ones would straddle cache lines in every other row: half as
 * many lanes then, unless the machine does not mind (cpu.md 4.2). */
static int choose_lanes(struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    int n_lanes = schedule_natural_lanes(schedule, loop);
    int whole = schedule->machine->vector_bytes;
    int half = whole / 2;
    int wanted = schedule->point.lane_bytes;

    if (wanted && wanted <= whole)
        return n_lanes * wanted / whole > 1 ? n_lanes * wanted / whole
                                            : n_lanes;
    if (whole < 64 || costs_has_cheap_crossing(schedule->machine->costs, whole))
        return n_lanes;
    for (int i = 0; i < leaves.n; i++) {
        const struct array *target = leaves.at[i]->statement->target;
        int64_t pitch = array_pitch_bytes(schedule->model->values, target);

        if (pitch % (2 * half) && pitch % half == 0 &&
            n_lanes * (dtype_bits(target->type) / 8) == 2 * half)
            return n_lanes / 2;
    }
    return n_lanes;
}

void schedule_narrow_lanes(
    struct schedule *schedule, struct schedule_node *lanes)
{
    int64_t n = schedule_count_values(schedule, lanes);

    while (n > 0 && lanes->n_lanes > 2 && lanes->n_lanes / 2 >= n)
        lanes->n_lanes /= 2;
}

/* How many copies of the innermost statement unrolling may make. */
static int get_unroll_limit(const struct schedule *schedule)
{
    int limit = schedule->c->options.max_unroll;
    int wanted = schedule->point.unroll ? schedule->point.unroll : 16;

    return limit > 0 && limit < wanted ? limit : wanted;
}

/* When a strategy is asked. */
enum when { BARE, ARRANGED, ALONE };

/* A row of default_strategies.def. */
struct strategy {
    bool (*apply)(struct schedule *schedule, struct schedule_node *lanes);
    enum when when;
};

/* Strategies for what is around one vector loop, as the point says. */
static bool apply_strategy(
    struct schedule *schedule, struct schedule_node *lanes, enum when when)
{
    static const struct strategy strategies[] = {
        [SCHEDULE_PLAIN] = {NULL, BARE},
#define STRATEGY(identifier, name, function, when)                             \
    [SCHEDULE_##identifier] = {function, when},
#include "schedule/default_strategies.def"
#undef STRATEGY
    };
    int wanted = schedule->point.strategy;

    if (schedule->applied == SCHEDULE_RULES)
        schedule->applied = SCHEDULE_PLAIN;
    for (int i = SCHEDULE_PLAIN + 1; i < SCHEDULE_N_STRATEGIES; i++)
        if ((wanted == SCHEDULE_RULES || wanted == i) &&
            strategies[i].when == when &&
            strategies[i].apply(schedule, lanes)) {
            schedule->applied = (enum schedule_strategy)i;
            return true;
        }
    return false;
}

/* Everything around one vector loop. */
static void arrange_vector_loop(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_node *jammed;
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    loop->n_lanes = choose_lanes(schedule, loop);
    if (apply_strategy(schedule, loop, BARE))
        return;
    sink_vector_loop(schedule, loop);
    schedule_unroll_below(schedule, loop, get_unroll_limit(schedule));
    if (apply_strategy(schedule, loop, ARRANGED))
        return;
    jammed = choose_jam_loop(schedule, loop);
    if (jammed == loop && apply_strategy(schedule, loop, ALONE))
        return;
    schedule_narrow_lanes(schedule, loop);
    if (leaves.n <= 8)
        jammed->jam = choose_jam(schedule, jammed, loop);
    if (jammed != loop && jammed->jam > APART_JAM &&
        schedule_is_spread(schedule, jammed, loop, APART))
        jammed->jam = APART_JAM;
}

/* ---- Nests --------------------------------------------------------------- */

/* Cut the loops of a nest whose residues do different work. */
static struct schedule_nodes split_residues(
    struct schedule *schedule, struct schedule_node *nest)
{
    struct schedule_nodes loops = {0};
    struct schedule_nodes cut = {0};

    schedule_collect_loops(schedule, nest, &loops);
    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *outer =
            schedule_split_residues(schedule, loops.at[i]);
        if (outer)
            VECTOR_PUSH(schedule->c->arena, &cut, outer);
        if (outer)
            break;
    }
    return cut;
}

/* A visit: a loop with lanes. */
static void find_lanes(struct schedule_node *node, void *user)
{
    bool *found = user;

    *found = *found || (node->kind == SCHEDULE_LOOP && node->n_lanes > 1);
}

/* Unroll short loops in the parts of the nest that have no lanes. */
static void unroll_rest(struct schedule *schedule, struct schedule_node *node,
    const struct schedule_nodes *chosen)
{
    bool has_lanes = false;

    if (node->kind == SCHEDULE_LOOP && node->n_lanes > 1)
        return;
    schedule_foreach(node, find_lanes, &has_lanes);
    for (int i = 0; i < chosen->n; i++) {
        if (schedule_is_above(chosen->at[i], node))
            return;
        has_lanes = has_lanes || schedule_is_above(node, chosen->at[i]);
    }
    if (!has_lanes) {
        schedule_unroll_below(schedule, node, 16);
        return;
    }
    for (int i = 0; i < node->n_children; i++)
        unroll_rest(schedule, node->children[i], chosen);
}

/* A visit: copies of what an innermost loop does, as many as the point wants.
 * Only where nothing runs in lanes. */
static void unroll_innermost(struct schedule_node *node, void *user)
{
    struct schedule *schedule = user;

    if (node->kind == SCHEDULE_LOOP && !schedule_has_inner_loop(node) &&
        !node->is_unrolled && node->jam == 1 &&
        schedule_is_legal_quietly(schedule, SCHEDULE_JAM, node))
        node->jam = schedule->point.jam;
}

/* Lanes for every statement below "nest", best loop first. */
static void choose_vector_loops(
    struct schedule *schedule, struct schedule_node *nest)
{
    struct candidates candidates = {.schedule = schedule};
    struct schedule_nodes chosen;
    int n_passed = schedule->point.other_lanes;
    int n_split;

    chosen = split_residues(schedule, nest);
    n_split = chosen.n;
    schedule_foreach(nest, add_candidate, &candidates);
    for (int i = 0; i < candidates.loops.n; i++) {
        struct schedule_node *loop = candidates.loops.at[i];
        bool free = true;

        for (int j = 0; free && j < chosen.n; j++)
            free = !schedule_is_above(loop, chosen.at[j]) &&
                   !schedule_is_above(chosen.at[j], loop);
        if (!free ||
            !schedule_is_legal_quietly(schedule, SCHEDULE_VECTOR, loop) ||
            n_passed-- > 0)
            continue;
        VECTOR_PUSH(schedule->c->arena, &chosen, loop);
    }
    for (int i = 0; i < n_split; i++)
        schedule_unroll_below(schedule, chosen.at[i], 16);
    for (int i = n_split; i < chosen.n; i++)
        arrange_vector_loop(schedule, chosen.at[i]);
    unroll_rest(schedule, nest, &chosen);
    if (chosen.n)
        return;
    if (schedule->point.jam > 1)
        schedule_foreach(nest, unroll_innermost, schedule);
    else if (!schedule_default_chains(schedule, nest))
        schedule_default_wave(schedule, nest);
}

/* The outermost loops, as long as they are independent and nothing else; an
 * innermost loop only when it is the outermost too: its iterations are too
 * short to be shared out. */
static void choose_parallel_loops(
    struct schedule *schedule, struct schedule_node *nest)
{
    struct schedule_node *node = nest;

    while (node->kind == SCHEDULE_LOOP && node->n_lanes == 1 &&
           node->jam == 1 && !node->is_unrolled && node->n_buffers == 1 &&
           (node == nest || schedule_has_inner_loop(node)) &&
           schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, node)) {
        node->is_parallel = true;
        node = node->children[0];
    }
}

/* Lanes for one nest, and the loop or sequence that stands in its place then:
 * strategies may have brought others outside, or cut it. */
static struct schedule_node *vectorize_nest(
    struct schedule *schedule, struct schedule_node *nest)
{
    struct schedule_node *parent = nest->parent;
    int place = 0;

    while (parent && parent->children[place] != nest)
        place++;
    choose_vector_loops(schedule, nest);
    return parent ? parent->children[place] : schedule->root;
}

/* A nest, or each one of a sequence, unless the user named it. */
static void schedule_nest(struct schedule *schedule, struct schedule_node *nest)
{
    if (nest->is_fixed)
        return;
    if (nest->kind == SCHEDULE_SEQUENCE) {
        for (int i = 0; i < nest->n_children; i++)
            schedule_nest(schedule, nest->children[i]);
        return;
    }
    if (nest->kind != SCHEDULE_LOOP)
        return;
    schedule->is_default = true;
    choose_parallel_loops(schedule, vectorize_nest(schedule, nest));
}

bool schedule_apply_default(struct schedule *schedule)
{
    int n_errors = diag_n_errors(schedule->c->diag);

    if (schedule->machine->gpu) {
        schedule_default_gather(schedule);
        schedule_default_gpu(schedule);
    } else if (schedule->c->options.optimize_level > 0) {
        schedule_default_gather(schedule);
        schedule_nest(schedule, schedule->root);
    }
    return diag_n_errors(schedule->c->diag) == n_errors;
}
