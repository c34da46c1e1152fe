/* Copies made one iteration ahead. A loop the schedule pipelines,
 *
 *     for t { copy(t) ; compute }
 *
 * whose body begins with loops that copy inputs into arrays on the stack of an
 * iteration's own, becomes
 *
 *     copy(first)
 *     for t { compute, and in between copy(next t) ; what is left of the copy }
 *
 * The arrays have room for two iterations, which take turns; the last one
 * copies again what it has. The copy is spread over a loop of the computation,
 * the host: a few of its steps run at each iteration, between parts of the
 * longest loop inside, so that a core that looks ahead has both to do at any
 * time: multiplications for some ports, loads, stores and shuffles for others.
 * What has no such form stays as it is; so do loops whose numbers of steps are
 * not known for every iteration of the loops around them. */
#include "loop/loop_delay.h"
#include "loop/loop_hint.h"

#include "base/vector.h"

/* Parts of the host's inner loop, and the statements one of them should have.
 */
enum { N_PARTS = 5, PART_STATEMENTS = 96 };

/* Iterations from which it pays to store results one later. */
enum { LEAST_DELAYS = 4 };

/* A number of steps: as a form of the variables around, and its extremes. */
struct count {
    const struct affine *n;
    int64_t least;
    int64_t most;
};

/* A nest of copying loops without anything else in it, outermost first, or,
 * with none, a straight piece of such code; "body" is around what is copied.
 * All of its "steps" are numbered, those of the outermost loop being next to
 * each other; "per_host" of them run in each iteration of the host. */
struct stream {
    const struct loop_node *body;
    struct loop_nodes loops;
    struct count steps;
    int64_t per_host;
};

/* An array on the stack, and how far apart its two halves are. */
struct panel {
    const struct array *array;
    int64_t half;
};

struct panels {
    struct panel *at;
    int n;
    int capacity;
};

/* The rewriting of one loop. The first "n_copies" children copy; "host" is the
 * place of the one with another loop inside, at place "inner". "doubled" are
 * the panels that have room for two iterations. */
struct pipeline {
    struct loop_program *program;
    struct value_context *v;
    struct loop_node *loop;
    struct loop_nodes *around;
    int n_copies;
    struct panels panels;
    struct panels *doubled;
    VECTOR(struct stream) streams;
    int host;
    int inner;
    int n_parts;
    struct count n_host;
    struct loop_hints *hints;
    struct loop_delay *delay;
};

/* ---- Numbers of steps ---------------------------------------------------- */

/* The number of steps of a loop, below 1 if there are none; false if it is not
 * known. */
static bool count_steps(const struct pipeline *pipeline,
    const struct loop_node *loop, struct count *count)
{
    struct value_context *v = pipeline->v;
    struct loop_extremes extremes;

    if (loop->n_lower != 1 || loop->n_upper != 1)
        return false;
    count->n = affine_floor(v,
        affine_shift(v, affine_subtract(v, loop->upper[0], loop->lower[0]),
            loop->step - 1),
        loop->step);
    if (!loop_survey_form(v, pipeline->around, count->n, NULL, 0, &extremes))
        return false;
    count->least = extremes.least;
    count->most = extremes.most;
    return true;
}

/* ---- What is copied ------------------------------------------------------ */

/* The panel of an array, NULL if it is none. */
static const struct panel *find_panel(
    const struct panels *panels, const struct array *array)
{
    for (int i = 0; i < panels->n; i++)
        if (panels->at[i].array == array)
            return &panels->at[i];
    return NULL;
}

/* Is it an array on the stack of one iteration's own? */
static bool is_own(const struct pipeline *pipeline, const struct array *array)
{
    return array->kind == ARRAY_STACK && array->n_axes > 0 &&
           !array->axes[0].block &&
           schedule_is_above(
               pipeline->loop->origin, pipeline->program->scopes[array->id]);
}

/* Note the array a statement copies into; false if it does anything else than
 * copying an input. */
static bool add_copy(struct pipeline *pipeline, const struct loop_node *node)
{
    const struct array *array = node->array;
    const struct panel *old = find_panel(pipeline->doubled, array);
    struct panel panel = {array, 0};

    if (node->guard || node->reduce != MODEL_SET || !is_own(pipeline, array) ||
        node->value->kind != VALUE_LOAD ||
        array_base(node->value->array)->kind != ARRAY_IN)
        return false;
    panel.half =
        old ? old->half : array->extents[array->axes[0].dimension]->constant;
    if (!find_panel(&pipeline->panels, array))
        VECTOR_PUSH(pipeline->v->arena, &pipeline->panels, panel);
    return true;
}

/* Does a node only copy? Notes the arrays it copies into. */
static bool is_copy(struct pipeline *pipeline, const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN)
        return add_copy(pipeline, node);
    if (node->kind != LOOP_FOR && node->kind != LOOP_TRANSPOSE &&
        node->kind != LOOP_IF)
        return false;
    for (int i = 0; i < node->n_children; i++)
        if (!is_copy(pipeline, node->children[i]))
            return false;
    return node->n_children > 0;
}

/* A visit: does a node write a panel? */
struct check {
    const struct pipeline *pipeline;
    bool failed;
};

/* A write of a panel. */
static void check_write(struct loop_node *node, void *user)
{
    struct check *check = user;

    if (node->kind == LOOP_ASSIGN &&
        find_panel(&check->pipeline->panels, node->array))
        check->failed = true;
}

/* Find the copies, the first children, and what they copy into. */
static bool find_copies(struct pipeline *pipeline)
{
    const struct loop_node *loop = pipeline->loop;
    struct check check = {pipeline, false};
    int n = 0;

    while (n < loop->n_children && is_copy(pipeline, loop->children[n]))
        n++;
    pipeline->n_copies = n;
    for (int i = n; i < loop->n_children; i++)
        loop_foreach(loop->children[i], check_write, &check);
    return n > 0 && !check.failed;
}

/* ---- Streams ------------------------------------------------------------- */

/* Add a stream inside the loops of "outer", if the numbers of steps of all but
 * the innermost are the same always. */
static bool add_stream(struct pipeline *pipeline, const struct loop_node *body,
    const struct loop_nodes *outer)
{
    struct value_context *v = pipeline->v;
    struct stream stream = {body, {0}, {affine_constant(v, 1), 1, 1}, 0};

    for (int i = 0; i < outer->n; i++) {
        struct count steps;

        if (stream.steps.least != stream.steps.most || stream.steps.least < 1 ||
            !count_steps(pipeline, outer->at[i], &steps))
            return false;
        steps.n = affine_scale(v, steps.n, stream.steps.most);
        steps.least *= stream.steps.most;
        steps.most *= stream.steps.most;
        stream.steps = steps;
        VECTOR_PUSH(v->arena, &stream.loops, outer->at[i]);
    }
    VECTOR_PUSH(v->arena, &pipeline->streams, stream);
    return true;
}

/* Add the streams of a copy that is inside the loops of "outer"; false if some
 * number of steps is not known. */
static bool add_streams(struct pipeline *pipeline, const struct loop_node *node,
    struct loop_nodes *outer)
{
    bool holds = true;
    bool is_inner = true;

    for (int i = 0; i < node->n_children; i++)
        is_inner = is_inner && node->children[i]->kind != LOOP_FOR &&
                   node->children[i]->kind != LOOP_IF;
    if (node->kind == LOOP_IF && !loop_survey_decides(pipeline->v,
                                     pipeline->around, node->guard, &holds))
        return false;
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(pipeline->v->arena, outer, node);
    if (holds && is_inner && !add_stream(pipeline, node, outer))
        return false;
    for (int i = 0; holds && !is_inner && i < node->n_children; i++)
        if (!add_streams(pipeline, node->children[i], outer))
            return false;
    outer->n -= node->kind == LOOP_FOR;
    return true;
}

/* How many steps of a stream run in each iteration of the host. Few should be
 * left for behind it, where nothing else goes on, nor many run twice; best are
 * whole rounds of the outer loops, since addresses then are simple. */
static int64_t choose_share(
    const struct pipeline *pipeline, const struct stream *stream)
{
    int64_t n_host = pipeline->n_host.most;
    int64_t share = stream->steps.most / n_host;
    int64_t rest = stream->steps.most - share * n_host;
    int64_t round = 1;
    struct count steps;

    for (int i = 0; i < stream->loops.n - 1; i++)
        if (count_steps(pipeline, stream->loops.at[i], &steps))
            round *= steps.most;
    if (round > 1 && share >= round)
        return share - share % round;
    return share == 0 || n_host - rest < 2 * rest ? share + 1 : share;
}

/* All streams, and how many steps run in each iteration of the host. */
static bool find_streams(struct pipeline *pipeline)
{
    struct loop_nodes none = {0};
    bool is_known = true;

    for (int i = 0; is_known && i < pipeline->n_copies; i++)
        is_known = add_streams(pipeline, pipeline->loop->children[i], &none);
    for (int i = 0; i < pipeline->streams.n; i++) {
        struct stream *stream = &pipeline->streams.at[i];

        stream->per_host = choose_share(pipeline, stream);
    }
    return is_known;
}

/* ---- The host ------------------------------------------------------------ */

/* The child that is the largest loop, -1 if none is a loop. */
static int find_largest(const struct loop_node *node)
{
    int most = 0;
    int found = -1;

    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];
        int n = child->kind == LOOP_FOR ? loop_count_statements(child) : 0;

        if (n <= most)
            continue;
        most = n;
        found = i;
    }
    return found;
}

/* How many steps of a loop make one part. */
static int64_t get_part_steps(const struct loop_node *loop)
{
    int64_t n_steps = PART_STATEMENTS / loop_count_statements(loop);

    return n_steps ? n_steps : 1;
}

/* How many parts the inner loop of a host has: as few as its steps make. */
static int count_parts(
    struct pipeline *pipeline, const struct loop_node *host, int inner)
{
    struct arena *arena = pipeline->v->arena;
    const struct loop_node *loop = host->children[inner];
    int64_t part = get_part_steps(loop);
    struct count steps;
    bool is_known;

    VECTOR_PUSH(arena, pipeline->around, host);
    is_known = count_steps(pipeline, loop, &steps);
    pipeline->around->n--;
    if (!is_known || steps.most > N_PARTS * part)
        return N_PARTS;
    return (int)((steps.most + part - 1) / part);
}

/* Find the loop with the most iterations that has a loop inside. */
static bool find_host(struct pipeline *pipeline)
{
    const struct loop_node *loop = pipeline->loop;

    for (int i = pipeline->n_copies; i < loop->n_children; i++) {
        const struct loop_node *child = loop->children[i];
        struct count n = {NULL, 0, 0};
        int inner = child->kind == LOOP_FOR ? find_largest(child) : -1;

        if (inner < 0 || !count_steps(pipeline, child, &n) || n.least < 1 ||
            n.most <= pipeline->n_host.most)
            continue;
        pipeline->host = i;
        pipeline->inner = inner;
        pipeline->n_host = n;
        pipeline->n_parts = count_parts(pipeline, child, inner);
    }
    return pipeline->n_host.n;
}

/* ---- Rewriting ----------------------------------------------------------- */

/* What accesses of panels become: those of the half at "turn", 0 or 1. */
struct turn {
    const struct panels *panels;
    const struct affine *turn;
};

/* An index into a panel. */
static const struct affine *const *turn_index(struct value_context *v,
    const struct turn *turn, const struct array *array,
    const struct affine *const *index)
{
    const struct panel *panel = find_panel(turn->panels, array);
    const struct affine **copy;
    int first;

    if (!panel)
        return index;
    copy = ARENA_ARRAY(v->arena, array->n_dimensions, const struct affine *);
    for (int i = 0; i < array->n_dimensions; i++)
        copy[i] = index[i];
    first = array->axes[0].dimension;
    copy[first] =
        affine_add(v, copy[first], affine_scale(v, turn->turn, panel->half));
    return copy;
}

/* A load of a panel. */
static const struct value *turn_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct turn *turn = user;

    if (value->kind != VALUE_LOAD || !find_panel(turn->panels, value->array))
        return value;
    return value_load(v, value->array, value->n_index,
        turn_index(v, turn, value->array, value->index), value->range);
}

/* All accesses at and below a node, which is changed. */
static void turn_node(
    struct value_context *v, struct loop_node *node, const struct turn *turn)
{
    if (node->kind == LOOP_ASSIGN) {
        node->index = turn_index(v, turn, node->array, node->index);
        node->value = value_map(v, node->value, turn_load, (void *)turn);
    }
    for (int i = 0; i < node->n_children; i++)
        turn_node(v, node->children[i], turn);
}

/* A copy of "node" with the loop's variable at "at", appended to "into". */
static void add_turned(const struct pipeline *pipeline, struct loop_node *into,
    const struct loop_node *node, const struct substitution *substitution,
    const struct affine *turn)
{
    struct value_context *v = pipeline->v;
    struct turn turned = {&pipeline->panels, turn};
    struct loop_node *copy =
        loop_copy(pipeline->program, node, substitution, NULL);

    turn_node(v, copy, &turned);
    loop_add(v->arena, into, copy);
}

/* Which half an iteration uses, and the one after it. */
static const struct affine *get_turn(
    const struct pipeline *pipeline, const struct affine *at, bool next)
{
    struct value_context *v = pipeline->v;
    const struct affine *turn = affine_modulo(v, at, 2);

    return next ? affine_shift(v, affine_scale(v, turn, -1), 1) : turn;
}

/* What the loop's variable is in the iteration after this one, or in this one
 * if it is the last. */
static const struct affine *get_next(const struct pipeline *pipeline)
{
    struct value_context *v = pipeline->v;
    const struct loop_node *loop = pipeline->loop;

    return loop_affine_min(v,
        affine_shift(v, affine_variable(v, loop->variable), loop->step),
        affine_shift(v, loop->upper[0], -loop->step));
}

/* The number of the host's iteration. */
static const struct affine *get_place(const struct pipeline *pipeline)
{
    struct value_context *v = pipeline->v;
    const struct loop_node *host = pipeline->loop->children[pipeline->host];

    return affine_floor(v,
        affine_subtract(v, affine_variable(v, host->variable), host->lower[0]),
        host->step);
}

/* The number of steps of a stream in the next iteration. */
static const struct affine *get_next_steps(
    const struct pipeline *pipeline, const struct stream *stream)
{
    const struct affine *at = get_next(pipeline);
    struct substitution next = {1, &pipeline->loop->variable, &at};

    return affine_substitute(pipeline->v, stream->steps.n, &next);
}

/* The number of step "i" of those that run in the host's iteration: at most
 * that of the last step, if there is any for sure. */
static const struct affine *get_step(
    const struct pipeline *pipeline, const struct stream *stream, int64_t i)
{
    struct value_context *v = pipeline->v;
    const struct affine *place = affine_shift(
        v, affine_scale(v, get_place(pipeline), stream->per_host), i);

    if (stream->per_host * (pipeline->n_host.most - 1) + i <
            stream->steps.least ||
        stream->steps.least < 1)
        return place;
    return loop_affine_min(
        v, place, affine_shift(v, get_next_steps(pipeline, stream), -1));
}

/* Where a step goes that may not be one of the stream's: into a condition. */
static struct loop_node *add_condition(const struct pipeline *pipeline,
    struct loop_node *into, const struct stream *stream,
    const struct affine *step)
{
    struct value_context *v = pipeline->v;
    const struct affine *term = affine_shift(
        v, affine_subtract(v, get_next_steps(pipeline, stream), step), -1);
    struct loop_node *node;

    if (stream->steps.least >= 1)
        return into;
    node = loop_node_new(v->arena, LOOP_IF, pipeline->loop->range);
    node->guard = guard_all(v, 1, &term);
    if (!node->guard)
        return into;
    loop_add(v->arena, into, node);
    return node;
}

/* What a stream copies in step number "step" of the next iteration. */
static void add_step(const struct pipeline *pipeline, struct loop_node *into,
    const struct stream *stream, const struct affine *step)
{
    struct value_context *v = pipeline->v;
    const struct affine *turn =
        get_turn(pipeline, affine_variable(v, pipeline->loop->variable), true);
    int n = stream->loops.n;
    const struct variable **from =
        ARENA_ARRAY(v->arena, n + 1, const struct variable *);
    const struct affine **to =
        ARENA_ARRAY(v->arena, n + 1, const struct affine *);
    struct substitution next = {1, from, to};

    from[0] = pipeline->loop->variable;
    to[0] = get_next(pipeline);
    for (int i = 0; i < n; i++) {
        const struct loop_node *loop = stream->loops.at[i];
        struct count count = {NULL, 1, 1};
        const struct affine *own = step;

        if (i < n - 1) {
            count_steps(pipeline, loop, &count);
            own = affine_modulo(v, step, count.most);
            step = affine_floor(v, step, count.most);
        }
        from[1 + i] = loop->variable;
        to[1 + i] = affine_add(v, affine_substitute(v, loop->lower[0], &next),
            affine_scale(v, own, loop->step));
        next.n++;
    }
    if (stream->body->kind == LOOP_ASSIGN ||
        stream->body->kind == LOOP_TRANSPOSE) {
        add_turned(pipeline, into, stream->body, &next, turn);
        return;
    }
    for (int k = 0; k < stream->body->n_children; k++)
        add_turned(pipeline, into, stream->body->children[k], &next, turn);
}

/* The steps that run in part "part" of the host's inner loop: all of them in
 * turn, as evenly as can be. */
static void add_part(
    const struct pipeline *pipeline, struct loop_node *into, int part)
{
    int64_t total = 0;
    int64_t place = 0;

    for (int i = 0; i < pipeline->streams.n; i++)
        total += pipeline->streams.at[i].per_host;
    for (int64_t k = 0; place < total; k++)
        for (int i = 0; i < pipeline->streams.n; i++) {
            const struct stream *stream = &pipeline->streams.at[i];
            const struct affine *step;

            if (k >= stream->per_host)
                continue;
            if (place++ * pipeline->n_parts / total != part)
                continue;
            step = get_step(pipeline, stream, k);
            add_step(pipeline, add_condition(pipeline, into, stream, step),
                stream, step);
        }
    loop_add_delayed(pipeline->delay, into, part, pipeline->n_parts);
    if (pipeline->hints)
        loop_add_hints(pipeline->hints, into, get_place(pipeline), part);
}

/* The steps no iteration of the host runs. */
static void add_rest(const struct pipeline *pipeline, struct loop_node *into)
{
    struct value_context *v = pipeline->v;

    for (int i = 0; i < pipeline->streams.n; i++) {
        const struct stream *stream = &pipeline->streams.at[i];
        struct loop_node *rest;
        const struct affine **bounds;

        if (stream->per_host * pipeline->n_host.least >= stream->steps.most)
            continue;
        bounds = ARENA_ARRAY(v->arena, 2, const struct affine *);
        bounds[0] = affine_scale(v, pipeline->n_host.n, stream->per_host);
        bounds[1] = get_next_steps(pipeline, stream);
        rest = loop_node_new(v->arena, LOOP_FOR, pipeline->loop->range);
        rest->variable = variable_new_loop(
            v, stream->loops.at[stream->loops.n - 1]->variable->name, 1);
        rest->n_lower = rest->n_upper = 1;
        rest->lower = bounds;
        rest->upper = bounds + 1;
        add_step(pipeline, rest, stream, affine_variable(v, rest->variable));
        loop_add(v->arena, into, rest);
    }
}

/* Part "part" of a loop: "n_steps" steps, the last part all that are left. */
static struct loop_node *make_part(const struct pipeline *pipeline,
    const struct loop_node *loop, int part, int64_t n_steps)
{
    struct value_context *v = pipeline->v;
    struct loop_node *copy = arena_copy(v->arena, loop, sizeof *loop);
    const struct affine **bounds =
        ARENA_ARRAY(v->arena, 2, const struct affine *);

    bounds[0] = affine_shift(v, loop->lower[0], part * n_steps * loop->step);
    bounds[1] = loop->upper[0];
    if (part < pipeline->n_parts - 1)
        bounds[1] = loop_affine_min(v, bounds[1],
            affine_shift(v, loop->lower[0], (part + 1) * n_steps * loop->step));
    copy->lower = bounds;
    copy->upper = bounds + 1;
    return copy;
}

/* The host, with the copy between the parts of its inner loop. */
static struct loop_node *make_host(const struct pipeline *pipeline)
{
    struct arena *arena = pipeline->v->arena;
    const struct loop_node *host = pipeline->loop->children[pipeline->host];
    const struct loop_node *inner = host->children[pipeline->inner];
    int64_t n_steps = get_part_steps(inner);
    const struct affine *turn =
        pipeline->panels.n
            ? get_turn(pipeline,
                  affine_variable(pipeline->v, pipeline->loop->variable), false)
            : NULL;
    const struct substitution none = {0};
    struct loop_node *copy = arena_copy(arena, host, sizeof *host);

    copy->n_children = 0;
    copy->children = NULL;
    for (int i = 0; i < host->n_children; i++) {
        for (int part = 0; i == pipeline->inner && part < pipeline->n_parts;
             part++) {
            add_part(pipeline, copy, part);
            add_turned(pipeline, copy,
                make_part(pipeline, inner, part, n_steps), &none, turn);
        }
        if (i != pipeline->inner &&
            !loop_add_kept(pipeline->delay, copy, host->children[i]))
            add_turned(pipeline, copy, host->children[i], &none, turn);
    }
    return copy;
}

/* The copies of the first iteration, if there is one. */
static void add_first(const struct pipeline *pipeline, struct loop_node *into)
{
    struct value_context *v = pipeline->v;
    const struct loop_node *loop = pipeline->loop;
    const struct affine *at[1] = {loop->lower[0]};
    struct substitution first = {1, &loop->variable, at};
    const struct affine *terms[1] = {affine_shift(
        v, affine_subtract(v, loop->upper[0], loop->lower[0]), -1)};
    const struct guard *guard = guard_all(v, 1, terms);

    if (guard) {
        struct loop_node *node = loop_node_new(v->arena, LOOP_IF, loop->range);

        node->guard = guard;
        loop_add(v->arena, into, node);
        into = node;
    }
    for (int i = 0; i < pipeline->n_copies; i++)
        add_turned(pipeline, into, loop->children[i], &first,
            get_turn(pipeline, loop->lower[0], false));
}

/* The loop with copies one iteration ahead. */
static struct loop_node *make_loop(const struct pipeline *pipeline)
{
    struct arena *arena = pipeline->v->arena;
    const struct loop_node *loop = pipeline->loop;
    const struct affine *turn =
        get_turn(pipeline, affine_variable(pipeline->v, loop->variable), false);
    const struct substitution none = {0};
    struct loop_node *copy = arena_copy(arena, loop, sizeof *loop);

    copy->n_children = 0;
    copy->children = NULL;
    for (int i = pipeline->n_copies; i < loop->n_children; i++) {
        if (i == pipeline->host) {
            loop_add(arena, copy, make_host(pipeline));
            loop_add_last(pipeline->delay, copy, pipeline->n_host.n);
            add_rest(pipeline, copy);
            continue;
        }
        add_turned(pipeline, copy, loop->children[i], &none, turn);
    }
    return copy;
}

/* Room for both halves. */
static void double_panels(struct pipeline *pipeline)
{
    struct value_context *v = pipeline->v;

    for (int i = 0; i < pipeline->panels.n; i++) {
        const struct panel *panel = &pipeline->panels.at[i];
        struct array *array = pipeline->program->arrays[panel->array->id];
        const struct affine **extents =
            ARENA_ARRAY(v->arena, array->n_dimensions, const struct affine *);

        if (find_panel(pipeline->doubled, array))
            continue;
        VECTOR_PUSH(v->arena, pipeline->doubled, *panel);
        for (int d = 0; d < array->n_dimensions; d++)
            extents[d] = array->extents[d];
        extents[array->axes[0].dimension] = affine_constant(v, 2 * panel->half);
        array->extents = extents;
    }
}

/* What a loop to be pipelined becomes; itself if it has another form. */
static struct loop_node *pipeline_loop(struct loop_program *program,
    struct loop_node *loop, struct loop_nodes *around, struct panels *doubled)
{
    struct pipeline pipeline = {.program = program,
        .v = program->values,
        .loop = loop,
        .around = around,
        .doubled = doubled};
    struct loop_node *both;
    bool fits;

    if (loop->mode == LOOP_PARALLEL || loop->n_lower != 1 ||
        loop->n_upper != 1 || loop->step != 1)
        return loop;
    pipeline.loop = loop_settle(pipeline.v, around, loop);
    VECTOR_PUSH(program->values->arena, around, pipeline.loop);
    fits = find_copies(&pipeline) && find_host(&pipeline) &&
           find_streams(&pipeline);
    around->n--;
    if (!fits)
        return loop;
    pipeline.hints = loop_find_hints(
        program, around, pipeline.loop, pipeline.n_host.most, pipeline.n_parts);
    double_panels(&pipeline);
    if (pipeline.n_host.most >= LEAST_DELAYS)
        pipeline.delay = loop_find_delay(
            program, pipeline.loop->children[pipeline.host], pipeline.inner);
    both = loop_node_new(program->values->arena, LOOP_SEQUENCE, loop->range);
    add_first(&pipeline, both);
    loop_add(program->values->arena, both, make_loop(&pipeline));
    return both;
}

/* A loop in which nothing is copied ahead, whose results are stored one
 * iteration later: with what stores those of the last one behind it. Itself if
 * it is of another form. */
static struct loop_node *delay_loop(struct loop_program *program,
    struct loop_node *loop, struct loop_nodes *around)
{
    struct arena *arena = program->values->arena;
    struct pipeline pipeline = {.program = program,
        .v = program->values,
        .loop = loop,
        .around = around};
    struct loop_node *both = loop_node_new(arena, LOOP_SEQUENCE, loop->range);

    if (loop->mode == LOOP_PARALLEL || find_largest(loop) < 0)
        return loop;
    loop_add(arena, both, loop_settle(pipeline.v, around, loop));
    pipeline.loop = both;
    if (!find_host(&pipeline) || pipeline.n_parts < 2 ||
        pipeline.n_host.most < LEAST_DELAYS)
        return loop;
    pipeline.delay =
        loop_find_delay(program, both->children[0], pipeline.inner);
    if (!pipeline.delay)
        return loop;
    both->children[0] = make_host(&pipeline);
    loop_add_last(pipeline.delay, both, pipeline.n_host.n);
    return both;
}

/* All loops to be pipelined below a node, and those with results to delay. */
static void rewrite(struct loop_program *program, struct loop_node *node,
    struct loop_nodes *around, struct panels *doubled)
{
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(program->values->arena, around, node);
    for (int i = 0; i < node->n_children; i++) {
        struct loop_node *child = node->children[i];

        if (child->kind == LOOP_FOR && child->origin &&
            child->origin->n_buffers > 1)
            node->children[i] = pipeline_loop(program, child, around, doubled);
        else if (child->kind == LOOP_FOR)
            node->children[i] = delay_loop(program, child, around);
        if (node->children[i] == child)
            rewrite(program, child, around, doubled);
    }
    if (node->kind == LOOP_FOR)
        around->n--;
}

bool loop_pipeline(struct compilation *c, struct loop_program *program)
{
    struct loop_nodes around = {0};
    struct panels doubled = {0};

    rewrite(program, program->body, &around, &doubled);
    return loop_check_stack(c, program);
}
