/* Run loop IR exactly and sequentially, checking every access.
 *
 * Takes     a verified program, parameters, and the arguments' memory.
 * Requires  each argument holds the elements its extents say.
 * Ensures   the arguments hold what the compiled kernel must leave there; any
 *           access outside an array or of an element without a value is
 *           reported.
 */
#include "loop/loop_memory.h"
#include "loop/loop_sample.h"

#include <string.h>

enum { MAX_DEPTH = 256 };

/* One node, prepared. "tape" and "target" of an ASSIGN. "can_skip" of a FOR
 * that may be run in part; then "privates" are the registers that do not
 * survive an iteration. "starts" is what each iteration of a FOR is: a loop
 * that is not the last of its region is nothing. "n_owned", "owned": the
 * registers and arrays on the stack that a thread which starts has for its own,
 * or the shared arrays of a block. */
enum run_start { STARTS_NOTHING, STARTS_BLOCK, STARTS_THREAD, STARTS_BOTH };

struct run_node {
    const struct loop_node *node;
    struct run_node *children;
    struct value_tape *tape;
    struct memory *target;
    bool can_skip;
    int n_privates;
    int *privates;
    enum run_start starts;
    int n_owned;
    int *owned;
};

/* A run. "values" are the variables by id; "around" the loops entered.
 * "lane" is the lane being evaluated, 0 in scalar statements. "results" and
 * "places" hold the lanes of a statement until all are computed; a place of
 * -1 is a lane that is masked off. "error" ends the run.
 * "n_samples" > 0: run about so many iterations of a loop that can be skipped;
 * "random" chooses. "runner" is who runs; "n_runners", how many there were so
 * far; "copies", those ahead. */
struct interpreter {
    struct compilation *c;
    const struct loop_program *program;
    struct arena *arena;
    int64_t *values;
    struct memory *memories;
    struct evaluation evaluation;
    const struct loop_node *around[MAX_DEPTH];
    int depth;
    const struct loop_node *statement;
    int n_result_lanes;
    struct scalar *results;
    int64_t *places;
    int64_t n_steps;
    int64_t max_statements;
    struct loop_counts *counts;
    int n_samples;
    uint64_t random;
    struct race_runner runner;
    struct race_runner n_runners;
    struct race_copies copies;
    const struct loop_node *region_end; /* while preparing: its last loop, */
    enum run_start region_start;        /* and what that starts */
    const char *error;
};

/* ---- Errors ------------------------------------------------------------ */

/* Append "x[0][3]". */
static void print_element(
    struct text *text, const struct array *array, const int64_t *index)
{
    text_append(text, array->name->text);
    for (int i = 0; i < array->n_dimensions; i++)
        text_printf(text, "[%lld]", (long long)index[i]);
}

/* Append " at n = 0, p = 16, lane = 3". */
static void print_place(struct text *text, const struct interpreter *run)
{
    for (int i = 0; i < run->depth; i++) {
        const struct variable *variable = run->around[i]->variable;
        text_printf(text, "%s%s = %lld", i ? ", " : " at ",
            variable->name->text, (long long)run->values[variable->id]);
    }
    if (run->statement && run->statement->lane)
        text_printf(text, "%slane = %d", run->depth ? ", " : " at ",
            run->evaluation.lane);
}

/* End the run: "what" happened to an element. */
static void stop_at_element(struct interpreter *run, const char *verb,
    const struct array *array, const int64_t *index, const char *what)
{
    struct text text = text_new(run->c->arena);
    if (run->error)
        return;
    text_append(&text, verb);
    print_element(&text, array, index);
    text_append(&text, what);
    print_place(&text, run);
    run->error = text.at;
}

/* ---- Elements ---------------------------------------------------------- */

/* The element of an access, or -1 after ending the run. */
static int64_t find_element(struct interpreter *run,
    const struct memory *memory, const int64_t *index, const char *verb)
{
    int outside = -1;
    const struct array *array = memory->array;
    if (array->kind == ARRAY_REGISTER)
        return array->n_lanes > 1 ? run->evaluation.lane : 0;
    int64_t element = memory_find(memory, index, &outside);
    if (element < 0)
        stop_at_element(run, verb, array, index,
            outside < 0 ? ", which is outside of its memory"
                        : ", which is outside of the array");
    return element;
}

/* End the run if an access races with an earlier one. */
static void check_race(struct interpreter *run, const struct memory *memory,
    int64_t element, const int64_t *index, bool is_write)
{
    const char *problem;

    if (!memory->marks || element < 0)
        return;
    problem =
        loop_race_land(&memory->marks[element], &run->runner, &run->copies);
    if (!problem)
        problem = loop_race_note(&memory->marks[element], &run->runner,
            memory->array->kind == ARRAY_SHARED, is_write);
    if (problem)
        stop_at_element(run, is_write ? "writes " : "reads ", memory->array,
            index, problem);
}

/* The value of an element that must have one. */
static struct scalar read_element(struct interpreter *run,
    const struct memory *memory, int64_t element, const int64_t *index)
{
    struct scalar nothing = {0, 0};
    if (element < 0)
        return nothing;
    check_race(run, memory, element, index, false);
    if (memory->written && !memory->written[element]) {
        stop_at_element(
            run, "reads ", memory->array, index, " before it is written");
        return nothing;
    }
    return scalar_read(
        memory->data + element * memory->element_bytes, memory->array->type);
}

/* evaluation.load */
static struct scalar load_value(
    void *user, const struct value *load, const int64_t *index)
{
    struct interpreter *run = user;
    struct memory *memory = &run->memories[load->array->id];
    int64_t element = find_element(run, memory, index, "reads ");
    return read_element(run, memory, element, index);
}

/* evaluation.load_lane */
static struct scalar load_lane(void *user, const struct array *array, int lane)
{
    struct interpreter *run = user;
    return read_element(run, &run->memories[array->id], lane, NULL);
}

/* Store into an element found before. */
static void write_element(
    struct memory *memory, int64_t element, struct scalar value)
{
    scalar_write(memory->data + element * memory->element_bytes,
        memory->array->type, value);
    if (memory->written)
        memory->written[element] = 1;
}

/* ---- Statements -------------------------------------------------------- */

/* Is the array in memory, not in a register? */
static bool is_memory(const struct array *array)
{
    return array->kind != ARRAY_REGISTER;
}

/* Count what the last evaluation of a tape did. */
static void count_steps(
    const struct value_tape *tape, struct loop_counts *counts)
{
    for (int i = 0; i < tape->n; i++) {
        const struct value *node = tape->steps[i].node;
        if (tape->steps[i].round != tape->round)
            continue;
        if (node->kind == VALUE_LOAD)
            counts->n_loads += is_memory(node->array);
        else if (node->kind == VALUE_OPERATION && node->operation == VALUE_FMA)
            counts->n_fmas++;
        else if (node->kind == VALUE_OPERATION)
            counts->n_operations++;
    }
}

/* Operations of a vector statement, each once for all lanes. */
static int64_t count_vector_operations(const struct run_node *statement)
{
    const struct value_tape *tape = statement->tape;
    int64_t n = is_memory(statement->target->array);
    for (int i = 0; i < tape->n; i++) {
        const struct value *node = tape->steps[i].node;
        n += node->kind == VALUE_OPERATION ||
             (node->kind == VALUE_LOAD && is_memory(node->array));
    }
    return n;
}

/* Evaluate one lane; its result and its place, -1 if the guard is false. */
static void run_lane(
    struct interpreter *run, const struct run_node *statement, int lane)
{
    const struct loop_node *node = statement->node;
    int64_t index[64];
    run->evaluation.lane = lane;
    run->places[lane] = -1;
    if (node->lane)
        run->values[node->lane->id] = lane;
    if (!guard_evaluate(node->guard, run->values))
        return;
    for (int i = 0; i < node->n_index && i < 64; i++)
        index[i] = affine_evaluate(node->index[i], run->values);
    run->places[lane] = find_element(run, statement->target, index, "writes ");
    check_race(run, statement->target, run->places[lane], index, true);
    run->results[lane] = value_tape_evaluate(statement->tape, &run->evaluation);
    run->counts->n_statements++;
    run->counts->n_stores += is_memory(node->array);
    count_steps(statement->tape, run->counts);
}

/* The operation that combines lanes. */
static enum value_operation get_update_operation(enum model_update update)
{
    switch (update) {
    case MODEL_SET:
    case MODEL_ACCUMULATE:
        return VALUE_ADD;
    case MODEL_SCALE:
        return VALUE_MULTIPLY;
    case MODEL_MINIMIZE:
        return VALUE_MIN;
    case MODEL_MAXIMIZE:
        return VALUE_MAX;
    }
    return VALUE_ADD;
}

/* a op b in the arithmetic type of the array's. */
static struct scalar combine(struct interpreter *run,
    const struct loop_node *node, struct scalar a, struct scalar b)
{
    struct value operand = {.kind = VALUE_LOAD, .type = node->value->type};
    struct value operation = {.kind = VALUE_OPERATION,
        .type = node->value->type,
        .operation = get_update_operation(node->reduce),
        .n_operands = 2,
        .operands = {&operand, &operand}};
    struct scalar operands[3] = {a, b, {0, 0}};
    return value_compute(&operation, operands, run->program->fused);
}

/* What an inactive lane counts as: it changes nothing. */
static struct scalar get_identity(enum model_update update)
{
    struct scalar identity = {0, 0};
    if (update == MODEL_SCALE)
        identity = (struct scalar){1, 1};
    if (update == MODEL_MINIMIZE)
        identity.integer = INT32_MAX;
    if (update == MODEL_MAXIMIZE)
        identity.integer = INT32_MIN;
    return identity;
}

/* sum op all active lanes: least and greatest floats in order, everything else
 * in halves. */
static struct scalar combine_lanes(struct interpreter *run,
    const struct loop_node *node, struct scalar sum, int n)
{
    bool in_order =
        dtype_is_float(node->value->type) &&
        (node->reduce == MODEL_MINIMIZE || node->reduce == MODEL_MAXIMIZE);
    for (int lane = 0; lane < n; lane++) {
        run->counts->n_operations += run->places[lane] >= 0;
        if (run->places[lane] < 0)
            run->results[lane] = get_identity(node->reduce);
        else if (in_order)
            sum = combine(run, node, sum, run->results[lane]);
    }
    for (int half = n / 2; half > 0 && !in_order; half /= 2)
        for (int i = 0; i < half; i++)
            run->results[i] =
                combine(run, node, run->results[i], run->results[i + half]);
    return in_order ? sum : combine(run, node, sum, run->results[0]);
}

/* Combine the lanes that are active into the element they share. */
static void reduce_lanes(
    struct interpreter *run, const struct run_node *statement, int n)
{
    const struct loop_node *node = statement->node;
    enum dtype type = node->array->type;
    enum dtype wide = node->value->type;
    struct scalar sum;
    int lane = 0;
    int64_t index[64];
    while (lane < n && run->places[lane] < 0)
        lane++;
    if (lane == n || run->error)
        return;
    for (int i = 0; i < node->n_index && i < 64; i++)
        index[i] = affine_evaluate(node->index[i], run->values);
    sum = scalar_convert(
        read_element(run, statement->target, run->places[lane], index), type,
        wide);
    sum = combine_lanes(run, node, sum, n);
    if (!run->error)
        write_element(statement->target, run->places[lane],
            scalar_convert(sum, wide, type));
}

/* Run a statement: all lanes are computed before any is stored. */
static void run_assign(
    struct interpreter *run, const struct run_node *statement)
{
    const struct loop_node *node = statement->node;
    int n = node->lane ? node->lane->n_lanes : 1;
    bool is_active = false;
    run->statement = node;
    for (int lane = 0; lane < n && !run->error; lane++) {
        run_lane(run, statement, lane);
        is_active = is_active || run->places[lane] >= 0;
    }
    if (node->reduce != MODEL_SET)
        reduce_lanes(run, statement, n);
    for (int lane = 0; node->reduce == MODEL_SET && lane < n && !run->error;
         lane++)
        if (run->places[lane] >= 0) {
            write_element(
                statement->target, run->places[lane], run->results[lane]);
            if (node->is_ahead && statement->target->marks)
                statement->target->marks[run->places[lane]].group =
                    run->copies.group;
        }
    if (node->lane && is_active)
        run->counts->n_vector_operations += count_vector_operations(statement);
    run->statement = NULL;
}

/* ---- Control ----------------------------------------------------------- */

/* The largest lower bound, or the smallest upper bound. */
static int64_t evaluate_bound(const struct interpreter *run, int n,
    const struct affine **bounds, bool is_lower)
{
    int64_t best = affine_evaluate(bounds[0], run->values);
    for (int i = 1; i < n; i++) {
        int64_t other = affine_evaluate(bounds[i], run->values);
        if (is_lower ? other > best : other < best)
            best = other;
    }
    return best;
}

/* Count a step towards the limit; false when the run must end. */
static bool may_go_on(struct interpreter *run)
{
    run->n_steps++;
    if (run->max_statements > 0 && !run->error &&
        (run->counts->n_statements > run->max_statements ||
            run->n_steps > 4 * run->max_statements + 64))
        run->error = "too long";
    return !run->error;
}

static void run_children(struct interpreter *run, const struct run_node *node);

/* Of a loop run in part: registers lose their values, so that it is noticed
 * when one is needed in another iteration or behind the loop. */
static void forget_privates(
    struct interpreter *run, const struct run_node *prepared)
{
    for (int i = 0; prepared->can_skip && i < prepared->n_privates; i++) {
        struct memory *memory = &run->memories[prepared->privates[i]];
        memset(memory->written, 0, (size_t)memory->n_elements);
    }
}

/* How far to the next iteration to run: the first two, the last two, and some
 * between. */
static int64_t get_advance(struct interpreter *run,
    const struct run_node *prepared, int64_t begin, int64_t at, int64_t end)
{
    int64_t step = prepared->node->step;
    int64_t n = (end - begin + step - 1) / step;
    int64_t left = (end - at + step - 1) / step - 1;
    forget_privates(run, prepared);
    if (!prepared->can_skip || n <= run->n_samples || at == begin || left <= 2)
        return step;
    int64_t most = 2 * (n / run->n_samples) + 1;
    run->random = run->random * UINT64_C(6364136223846793005) + 1;
    int64_t skip = 1 + (int64_t)((run->random >> 33) % (uint64_t)most);
    return step * (skip < left - 1 ? skip : left - 1);
}

/* An iteration that is a block or a thread: what it has for its own has no
 * value yet. */
static void start_runner(struct interpreter *run, const struct run_node *node)
{
    if (node->starts == STARTS_NOTHING)
        return;
    if (node->starts != STARTS_THREAD) {
        run->runner.block = ++run->n_runners.block;
        run->runner.phase = ++run->n_runners.phase;
    }
    if (node->starts != STARTS_BLOCK)
        run->runner.thread = ++run->n_runners.thread;
    for (int i = 0; i < node->n_owned; i++) {
        struct memory *memory = &run->memories[node->owned[i]];
        memset(memory->written, 0, (size_t)memory->n_elements);
    }
}

/* Run a loop. */
static void run_for(struct interpreter *run, const struct run_node *prepared)
{
    const struct loop_node *node = prepared->node;
    int64_t begin = evaluate_bound(run, node->n_lower, node->lower, true);
    int64_t end = evaluate_bound(run, node->n_upper, node->upper, false);
    run->around[run->depth++] = node;
    forget_privates(run, prepared);
    for (int64_t at = begin; at < end && may_go_on(run);
         at += get_advance(run, prepared, begin, at, end)) {
        run->values[node->variable->id] = at;
        start_runner(run, prepared);
        run_children(run, prepared);
    }
    run->depth--;
}

/* Run a node and all below it. */
static void run_node(struct interpreter *run, const struct run_node *prepared)
{
    switch (prepared->node->kind) {
    case LOOP_FOR:
        run_for(run, prepared);
        break;
    case LOOP_IF:
        if (guard_evaluate(prepared->node->guard, run->values))
            run_children(run, prepared);
        break;
    case LOOP_SEQUENCE:
    case LOOP_TRANSPOSE:
        run_children(run, prepared);
        break;
    case LOOP_PREFETCH:
        break;
    case LOOP_BARRIER:
        run->runner.phase = ++run->n_runners.phase;
        break;
    case LOOP_COMMIT:
        loop_race_commit(&run->copies, run->arena);
        break;
    case LOOP_WAIT:
        loop_race_wait(&run->copies, prepared->node->step, run->runner.phase);
        break;
    case LOOP_ASSIGN:
        run_assign(run, prepared);
        break;
    }
}

/* Run the children in order. */
static void run_children(struct interpreter *run, const struct run_node *node)
{
    for (int i = 0; i < node->node->n_children && may_go_on(run); i++)
        run_node(run, &node->children[i]);
}

/* ---- Preparation ------------------------------------------------------- */

/* Note an array that a block or a thread has for its own, once. */
static void add_owned(struct interpreter *run, struct run_node *prepared,
    const struct array *array)
{
    bool is_shared = array->kind == ARRAY_SHARED;
    bool is_private =
        array->kind == ARRAY_REGISTER || array->kind == ARRAY_STACK;

    if (!(prepared->starts != STARTS_THREAD && is_shared) &&
        !(prepared->starts != STARTS_BLOCK && is_private))
        return;
    for (int i = 0; i < prepared->n_owned; i++)
        if (prepared->owned[i] == array->id)
            return;
    if (!prepared->owned)
        prepared->owned = ARENA_ARRAY(run->arena, run->program->n_arrays, int);
    prepared->owned[prepared->n_owned++] = array->id;
}

/* What is written below a loop that starts blocks or threads. */
static void find_owned(struct interpreter *run, struct run_node *prepared,
    const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN)
        add_owned(run, prepared, node->array);
    for (int i = 0; i < node->n_children; i++)
        find_owned(run, prepared, node->children[i]);
}

/* Find out whether iterations of a loop are blocks or threads: those of the
 * last loop of a region are, both where no blocks are around threads. */
static void prepare_runner(
    struct interpreter *run, struct run_node *prepared, int depth)
{
    const struct loop_node *node = prepared->node;
    const struct loop_node **loops;
    int n;

    if (node->mode != LOOP_BLOCK && node->mode != LOOP_THREAD)
        return;
    if (!run->region_end) {
        n = loop_list_region(run->arena, node, &loops);
        run->region_end = loops[n - 1];
        run->region_start = node->mode == LOOP_BLOCK ? STARTS_BLOCK
                            : depth == 0             ? STARTS_BOTH
                                                     : STARTS_THREAD;
    }
    if (node != run->region_end)
        return;
    run->region_end = NULL;
    prepared->starts = run->region_start;
    find_owned(run, prepared, node);
}

/* Prepare a node and all below it, "depth" loops deep. */
static void prepare_node(struct interpreter *run, struct run_node *prepared,
    const struct loop_node *node, int depth)
{
    int n = node->n_children;
    int inner = depth + (node->kind == LOOP_FOR);
    prepared->node = node;
    if (inner > MAX_DEPTH)
        run->error = "loops are nested too deeply";
    if (node->kind == LOOP_ASSIGN) {
        prepared->tape = value_tape_new(run->arena, node->value);
        prepared->target = &run->memories[node->array->id];
        if (node->lane && node->lane->n_lanes > run->n_result_lanes)
            run->n_result_lanes = node->lane->n_lanes;
    }
    if (node->kind == LOOP_FOR)
        prepare_runner(run, prepared, depth);
    if (node->kind == LOOP_FOR && run->n_samples > 0) {
        prepared->privates =
            ARENA_ARRAY(run->arena, run->program->n_arrays, int);
        prepared->can_skip = loop_sample_can_skip(
            run->program, node, prepared->privates, &prepared->n_privates);
    }
    prepared->children = ARENA_ARRAY(run->arena, n, struct run_node);
    for (int i = 0; i < n && !run->error; i++)
        prepare_node(run, &prepared->children[i], node->children[i], inner);
}

/* Is the array one of the caller's? */
static bool is_argument(const struct array *array)
{
    return array->kind == ARRAY_IN || array->kind == ARRAY_OUT ||
           array->kind == ARRAY_INOUT;
}

/* Marks for the elements of an array that several threads could access. */
static void add_marks(struct interpreter *run, struct memory *memory)
{
    enum array_kind kind = memory->array->kind;

    if (!run->error && run->program->n_threads && kind != ARRAY_IN &&
        kind != ARRAY_REGISTER && kind != ARRAY_STACK)
        memory->marks =
            ARENA_ARRAY(run->arena, memory->n_elements, struct race_mark);
}

/* Memory of the interpreter's own, without values. */
static void allocate_memory(struct interpreter *run, struct memory *memory)
{
    if (memory->n_elements > INT64_C(1) << 30) {
        run->error = "too long";
        return;
    }
    memory->data = ARENA_ARRAY(
        run->arena, memory->n_elements * memory->element_bytes, char);
    memory->written =
        ARENA_ARRAY(run->arena, memory->n_elements, unsigned char);
}

/* The caller's memory, if it is large enough. */
static void adopt_buffer(struct interpreter *run, struct memory *memory,
    const struct loop_buffer *buffer)
{
    if (!buffer->strides && buffer->size_elements < memory->n_elements)
        run->error = arena_printf(run->c->arena,
            "the memory of %s holds %lld elements, %lld are needed",
            memory->array->name->text, (long long)buffer->size_elements,
            (long long)memory->n_elements);
    memory->data = buffer->data;
    memory->written = buffer->written;
    memory->n_elements = buffer->size_elements;
}

/* The memory of the array it is a view of, which was prepared before. */
static void share_memory(struct interpreter *run, struct memory *memory)
{
    const struct memory *base = &run->memories[memory->array->view_of->id];
    memory->data = base->data;
    memory->written = base->written;
    memory->n_elements = base->n_elements;
    memory->marks = base->marks;
}

/* Memory for every array. */
static void prepare_memories(
    struct interpreter *run, const struct loop_buffer *buffers)
{
    const struct loop_program *program = run->program;
    run->memories = ARENA_ARRAY(run->arena, program->n_arrays, struct memory);
    for (int i = 0; i < program->n_arrays && !run->error; i++) {
        const struct array *array = program->arrays[i];
        struct memory *memory = &run->memories[i];
        const struct loop_buffer *buffer =
            is_argument(array) ? &buffers[i] : NULL;
        if (!memory_describe(run->arena, memory, array,
                buffer ? buffer->strides : NULL, run->values))
            run->error = arena_printf(run->c->arena,
                "the size of %s is not allowed", array->name->text);
        else if (buffer)
            adopt_buffer(run, memory, buffer);
        else if (array->kind == ARRAY_VIEW)
            share_memory(run, memory);
        else
            allocate_memory(run, memory);
        if (array->kind != ARRAY_VIEW)
            add_marks(run, memory);
    }
}

/* What lies before the first line of memory of arrays. */
static void set_heads(struct interpreter *run)
{
    for (int i = 0; i < run->program->n_heads; i++) {
        const struct loop_head *head = &run->program->heads[i];
        const struct memory *memory = &run->memories[head->array->id];
        uintptr_t element = (uintptr_t)memory->data / memory->element_bytes;
        run->values[head->variable->id] =
            (int64_t)(-element % (uintptr_t)head->n_elements);
    }
}

/* Run it all, or samples. */
static const char *interpret(struct interpreter *run, const int64_t *parameters,
    const struct loop_buffer *buffers)
{
    struct run_node body = {0};
    memset(run->counts, 0, sizeof *run->counts);
    run->values = memory_new_values(run->arena, run->program, parameters);
    run->evaluation = (struct evaluation){.values = run->values,
        .fused = run->program->fused,
        .load = load_value,
        .load_lane = load_lane,
        .user = run};
    prepare_memories(run, buffers);
    if (!run->error)
        set_heads(run);
    if (!run->error)
        prepare_node(run, &body, run->program->body, 0);
    run->results = ARENA_ARRAY(run->arena, run->n_result_lanes, struct scalar);
    run->places = ARENA_ARRAY(run->arena, run->n_result_lanes, int64_t);
    if (!run->error)
        run_node(run, &body);
    arena_free(run->arena);
    return run->error;
}

const char *loop_interpret(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters,
    const struct loop_buffer *buffers, int64_t max_statements,
    struct loop_counts *counts)
{
    struct loop_counts ignored = {0};
    struct interpreter run = {.c = c,
        .copies = {1, 1, {0}},
        .program = program,
        .arena = arena_new(),
        .n_result_lanes = 1,
        .max_statements = max_statements,
        .counts = counts ? counts : &ignored};
    return interpret(&run, parameters, buffers);
}

const char *loop_interpret_sample(struct compilation *c,
    const struct loop_program *program, const int64_t *parameters,
    const struct loop_buffer *buffers, int64_t max_statements, int n_samples)
{
    struct loop_counts ignored = {0};
    struct interpreter run = {.c = c,
        .copies = {1, 1, {0}},
        .program = program,
        .n_result_lanes = 1,
        .max_statements = max_statements,
        .counts = &ignored,
        .n_samples = n_samples};
    if (!loop_sample_is_pure(program))
        return "too long";
    run.arena = arena_new();
    return interpret(&run, parameters, buffers) ? "too long" : NULL;
}
