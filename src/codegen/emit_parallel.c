/* Parallel regions: consecutive parallel loops become one range of iterations
 * and a function of its own, called through the caller's thread pool, or at
 * once for the whole range where there is none or the work is too little.
 *
 * The function "region" has everything it needs as arguments; "body" is what
 * a pool calls: it takes the arguments of region out of the closure, an array
 * of 8-byte slots.
 *
 * Grain: work is counted in operations: a statement is one for each load,
 * operation and store (of a whole vector), a loop its trip count times what
 * is in it, with loops around at the start of their range. At the best
 * measured, a convolution in the first-level cache, a core does sixteen in a
 * nanosecond, so GRAIN_OPERATIONS of them are at least 5 us; an iteration range
 * shorter than that is not worth a thread. A region that never is, whatever the
 * call, is no region: a call of a few nanoseconds has no time for it.
 */
#include "codegen/emit.h"

#include <string.h>

enum { GRAIN_OPERATIONS = 80000 };

/* What crosses into the region: "values" here, "types" theirs. */
struct region {
    int n_loops;
    const struct loop_node **loops;
    LLVMValueRef *lowers;
    LLVMValueRef *counts;
    VECTOR(LLVMValueRef) values;
    LLVMValueRef function;
    LLVMTypeRef type;
};

/* ---- How much work ----------------------------------------------------- */

LLVMValueRef emit_count(
    struct emitter *e, LLVMValueRef lower, LLVMValueRef upper, int64_t step)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef span = LLVMBuildSub(b, upper, lower, "");
    span = LLVMBuildAdd(b, span, emit_i64(e, step - 1), "");
    LLVMValueRef count = emit_floor_division(e, span, step);
    return emit_intrinsic2(e, "llvm.smax", count, emit_i64(e, 0));
}

/* Nodes of a value that are an instruction each, roughly; what is used twice
 * is computed once. */
static int64_t count_operations(struct emitter *e, const struct value *value)
{
    const struct value_tape *tape = value_tape_new(e->c->arena, value);
    int64_t n = 0;
    for (int i = 0; i < tape->n; i++) {
        enum value_kind kind = tape->steps[i].node->kind;
        n += kind == VALUE_LOAD || kind == VALUE_OPERATION ||
             kind == VALUE_CONVERT;
    }
    return n;
}

static LLVMValueRef emit_work(struct emitter *e, const struct loop_node *node);

/* Sum of the work of the children. */
static LLVMValueRef emit_work_of_children(
    struct emitter *e, const struct loop_node *node)
{
    LLVMValueRef sum = emit_i64(e, 0);
    for (int i = 0; i < node->n_children; i++)
        sum =
            LLVMBuildAdd(e->builder, sum, emit_work(e, node->children[i]), "");
    return sum;
}

/* Operations of a node; loop variables stand at their lower bounds. The
 * result may be anything where it overflows: it only chooses a grain. */
static LLVMValueRef emit_work(struct emitter *e, const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN)
        return emit_i64(e, 1 + count_operations(e, node->value));
    if (node->kind != LOOP_FOR)
        return emit_work_of_children(e, node);
    LLVMValueRef lower = emit_lower(e, node);
    LLVMValueRef count = emit_count(e, lower, emit_upper(e, node), node->step);
    e->variables[node->variable->id] = lower;
    LLVMValueRef work = emit_work_of_children(e, node);
    e->variables[node->variable->id] = NULL;
    return LLVMBuildMul(e->builder, count, work, "");
}

/* The least of upper bounds, or the greatest of lower ones. */
static int64_t evaluate_bound(
    int n, const struct affine *const *bounds, bool is_upper, int64_t *values)
{
    int64_t best = affine_evaluate(bounds[0], values);
    for (int i = 1; i < n; i++) {
        int64_t value = affine_evaluate(bounds[i], values);
        if (is_upper ? value < best : value > best)
            best = value;
    }
    return best;
}

/* The iterations of a loop whose bounds are numbers. */
struct range {
    int64_t first;
    int64_t count;
};

/* Those of a loop where the loops around are at "values". */
static struct range get_range(const struct loop_node *loop, int64_t *values)
{
    int64_t first = evaluate_bound(loop->n_lower,
        (const struct affine *const *)loop->lower, false, values);
    int64_t end = evaluate_bound(
        loop->n_upper, (const struct affine *const *)loop->upper, true, values);
    return (struct range){first, (end - first + loop->step - 1) / loop->step};
}

/* Places to look at: a triangle is widest at an end, a band in the middle. */
enum { N_PLACES = 3 };

/* Put the loop at its first, a middle or its last iteration; false if there is
 * no such place. */
static bool go_to(const struct loop_node *loop, struct range range, int place,
    int64_t *values)
{
    const int64_t numbers[N_PLACES] = {0, range.count / 2, range.count - 1};
    if (place >= N_PLACES || place >= range.count)
        return false;
    values[loop->variable->id] = range.first + numbers[place] * loop->step;
    return true;
}

static int64_t count_work(
    struct emitter *e, const struct loop_node *node, int64_t *values);

/* Operations of a node once, up to more than are worth a thread. */
static int64_t count_once(
    struct emitter *e, const struct loop_node *node, int64_t *values)
{
    int64_t sum =
        node->kind == LOOP_ASSIGN ? 1 + count_operations(e, node->value) : 0;
    for (int i = 0; i < node->n_children && sum < GRAIN_OPERATIONS; i++)
        sum += count_work(e, node->children[i], values);
    return sum;
}

/* Operations of a node with all its iterations, each like the longest of those
 * looked at, up to more than are worth a thread. */
static int64_t count_work(
    struct emitter *e, const struct loop_node *node, int64_t *values)
{
    int64_t most = 0;
    if (node->kind != LOOP_FOR)
        return count_once(e, node, values);
    struct range range = get_range(node, values);
    for (int i = 0; go_to(node, range, i, values); i++) {
        int64_t own = count_once(e, node, values);
        most = own > most ? own : most;
    }
    return range.count > 0 && most > GRAIN_OPERATIONS / range.count
               ? GRAIN_OPERATIONS
               : range.count * most;
}

/* The same, the most of it wherever the loops around stand, from the
 * "depth"-th of them on. */
static int64_t count_inside(
    struct emitter *e, int depth, const struct loop_node *node, int64_t *values)
{
    int64_t most = 0;
    if (depth == e->loops.n)
        return count_work(e, node, values);
    const struct loop_node *loop = e->loops.at[depth];
    struct range range = get_range(loop, values);
    for (int i = 0; go_to(loop, range, i, values); i++) {
        int64_t own = count_inside(e, depth + 1, node, values);
        most = own > most ? own : most;
    }
    return most;
}

bool emit_is_small(struct emitter *e, const struct loop_node *node)
{
    int64_t *values =
        ARENA_ARRAY(e->c->arena, e->program->values->n_variables, int64_t);
    return e->program->n_parameters == 0 &&
           count_inside(e, 0, node, values) < GRAIN_OPERATIONS;
}

/* Iterations of the range that are worth a thread, at least 1. */
static LLVMValueRef emit_grain(struct emitter *e, struct region *region)
{
    const struct loop_node *last = region->loops[region->n_loops - 1];
    for (int i = 0; i < region->n_loops; i++)
        e->variables[region->loops[i]->variable->id] = region->lowers[i];
    LLVMValueRef work = emit_work_of_children(e, last);
    for (int i = 0; i < region->n_loops; i++)
        e->variables[region->loops[i]->variable->id] = NULL;
    work = emit_intrinsic2(e, "llvm.umax", work, emit_i64(e, 1));
    LLVMValueRef grain =
        LLVMBuildUDiv(e->builder, emit_i64(e, GRAIN_OPERATIONS), work, "");
    return emit_intrinsic2(e, "llvm.umax", grain, emit_i64(e, 1));
}

/* ---- The region's own function ----------------------------------------- */

/* For finding the first mention of an array in a region. */
struct mention {
    const struct array *array;
    bool is_found;
    bool is_read;
};

/* A visit: a load of the array is a mention that reads. */
static void note_load(const struct value *value, void *user)
{
    struct mention *mention = user;
    if (value->kind == VALUE_LOAD && value->array == mention->array)
        mention->is_found = mention->is_read = true;
}

/* Look through a node in order until the array is found. */
static void find_mention(const struct loop_node *node, struct mention *mention)
{
    if (node->kind == LOOP_ASSIGN) {
        value_foreach(node->value, note_load, mention);
        if (!mention->is_found && node->array == mention->array) {
            mention->is_found = true;
            mention->is_read = node->reduce != MODEL_SET;
        }
    }
    for (int i = 0; i < node->n_children && !mention->is_found; i++)
        find_mention(node->children[i], mention);
}

/* Does the region get this array from outside? Registers and stack arrays
 * that it writes first are its own, one for each thread. */
static bool is_taken(
    const struct region *region, const struct emit_array *place)
{
    if (!place->base)
        return false;
    struct mention mention = {place->array, false, false};
    find_mention(region->loops[region->n_loops - 1], &mention);
    if (place->array->kind != ARRAY_REGISTER &&
        place->array->kind != ARRAY_STACK)
        return mention.is_found;
    return mention.is_read;
}

/* Everything in scope that the region uses: arrays, strides, variables.
 * Allocas of registers and stack arrays go along by address. */
static void collect_values(struct emitter *e, struct region *region)
{
    for (int i = 0; i < e->n_arrays; i++) {
        struct emit_array *place = &e->arrays[i];
        if (!is_taken(region, place))
            continue;
        VECTOR_PUSH(e->c->arena, &region->values, place->base);
        for (int k = 0; place->strides && k < place->array->n_axes; k++)
            if (!LLVMIsAConstantInt(place->strides[k]))
                VECTOR_PUSH(e->c->arena, &region->values, place->strides[k]);
    }
    for (int i = 0; i < e->n_variables; i++)
        if (e->variables[i] && !LLVMIsAConstantInt(e->variables[i]))
            VECTOR_PUSH(e->c->arena, &region->values, e->variables[i]);
}

/* The same walk in the new function: take the arguments in that order. */
static void take_arguments(
    const struct emitter *outer, const struct region *region, struct emitter *e)
{
    unsigned n = 0;
    for (int i = 0; i < outer->n_arrays; i++) {
        const struct emit_array *from = &outer->arrays[i];
        struct emit_array *to = &e->arrays[i];
        *to = *from;
        to->base = NULL;
        if (!is_taken(region, from))
            continue;
        to->base = LLVMGetParam(e->function, n++);
        if (!from->strides)
            continue;
        to->strides =
            ARENA_ARRAY(e->c->arena, from->array->n_axes + 1, LLVMValueRef);
        for (int k = 0; k < from->array->n_axes; k++)
            to->strides[k] = LLVMIsAConstantInt(from->strides[k])
                                 ? from->strides[k]
                                 : LLVMGetParam(e->function, n++);
    }
    for (int i = 0; i < outer->n_variables; i++) {
        LLVMValueRef value = outer->variables[i];
        if (value && !LLVMIsAConstantInt(value))
            value = LLVMGetParam(e->function, n++);
        e->variables[i] = value;
        e->depths[i] = outer->depths[i];
    }
}

/* ... region(values..., begin, end) */
static struct emitter *begin_region(struct emitter *e, struct region *region)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    int n = region->values.n;
    LLVMTypeRef *types = ARENA_ARRAY(e->c->arena, n + 2, LLVMTypeRef);
    for (int i = 0; i < n; i++)
        types[i] = LLVMTypeOf(region->values.at[i]);
    types[n] = types[n + 1] = i64;
    region->type = LLVMFunctionType(
        LLVMVoidTypeInContext(e->context), types, (unsigned)n + 2, false);
    size_t length;
    const char *name = arena_printf(e->c->arena, "%s.region%d",
        LLVMGetValueName2(e->function, &length), e->codegen->n_regions++);
    struct emitter *inner = emit_begin_function(
        e->codegen, e->program, e->machine, name, region->type);
    region->function = inner->function;
    take_arguments(e, region, inner);
    for (int i = 0; i < e->loops.n; i++)
        VECTOR_PUSH(e->c->arena, &inner->loops, e->loops.at[i]);
    for (int i = 0; i < e->facts.n; i++)
        VECTOR_PUSH(e->c->arena, &inner->facts, e->facts.at[i]);
    return inner;
}

void emit_enter_loop(
    struct emitter *e, const struct loop_node *loop, LLVMValueRef number)
{
    LLVMValueRef value = emit_lower(e, loop);
    if (loop->step != 1)
        number =
            LLVMBuildNSWMul(e->builder, number, emit_i64(e, loop->step), "");
    value = LLVMBuildNSWAdd(e->builder, value, number, "");
    e->variables[loop->variable->id] = value;
    e->depths[loop->variable->id] = e->loops.n + 1;
    VECTOR_PUSH(e->c->arena, &e->loops, loop);
}

/* One iteration of the last loop. */
static void emit_innermost(
    struct emitter *e, LLVMValueRef number, const void *user)
{
    const struct region *region = user;
    int last = region->n_loops - 1;
    int n_loops = e->loops.n;
    emit_enter_loop(e, region->loops[last], number);
    emit_children(e, region->loops[last]);
    e->loops.n = n_loops;
}

/* One row: all the last loop's iterations that are in begin .. end, with the
 * other loops at what the row's number says. */
static void emit_row(struct emitter *e, LLVMValueRef row, const void *user)
{
    const struct region *region = user;
    int last = region->n_loops - 1;
    int n_loops = e->loops.n;
    unsigned n = LLVMCountParams(e->function);
    LLVMValueRef start =
        LLVMBuildMul(e->builder, row, region->counts[last], "");
    LLVMValueRef begin =
        LLVMBuildSub(e->builder, LLVMGetParam(e->function, n - 2), start, "");
    LLVMValueRef end =
        LLVMBuildSub(e->builder, LLVMGetParam(e->function, n - 1), start, "");
    LLVMValueRef *numbers =
        ARENA_ARRAY(e->c->arena, region->n_loops, LLVMValueRef);
    for (int i = last - 1; i >= 0; i--) {
        numbers[i] =
            i ? LLVMBuildURem(e->builder, row, region->counts[i], "") : row;
        row = i ? LLVMBuildUDiv(e->builder, row, region->counts[i], "") : row;
    }
    for (int i = 0; i < last; i++)
        emit_enter_loop(e, region->loops[i], numbers[i]);
    begin = emit_intrinsic2(e, "llvm.smax", begin, emit_i64(e, 0));
    end = emit_intrinsic2(e, "llvm.smin", end, region->counts[last]);
    emit_counted_loop(e, begin, end, 1, NULL, emit_innermost, region);
    e->loops.n = n_loops;
}

/* Rows begin / count .. ceil(end / count); the whole range, which is the
 * serial case, needs no division. */
static void emit_rows(struct emitter *e, const struct region *region)
{
    LLVMBuilderRef b = e->builder;
    unsigned n = LLVMCountParams(e->function);
    LLVMValueRef begin = LLVMGetParam(e->function, n - 2);
    LLVMValueRef end = LLVMGetParam(e->function, n - 1);
    LLVMValueRef count = region->counts[region->n_loops - 1];
    LLVMBasicBlockRef part = emit_block(e, "part");
    LLVMBasicBlockRef rows = emit_block(e, "rows");
    LLVMBasicBlockRef blocks[2] = {LLVMGetInsertBlock(b), part};
    LLVMValueRef all = region->counts[0];
    for (int i = 1; i < region->n_loops - 1; i++)
        all = LLVMBuildMul(b, all, region->counts[i], "");
    LLVMValueRef is_all = LLVMBuildICmp(b, LLVMIntEQ,
        LLVMBuildSub(b, end, begin, ""), LLVMBuildMul(b, all, count, ""), "");
    LLVMBuildCondBr(b, is_all, rows, part);
    LLVMPositionBuilderAtEnd(b, part);
    LLVMValueRef first = LLVMBuildUDiv(b, begin, count, "");
    LLVMValueRef last =
        LLVMBuildUDiv(b, LLVMBuildSub(b, end, emit_i64(e, 1), ""), count, "");
    last = LLVMBuildAdd(b, last, emit_i64(e, 1), "");
    LLVMBuildBr(b, rows);
    LLVMPositionBuilderAtEnd(b, rows);
    LLVMValueRef lower = LLVMBuildPhi(b, LLVMTypeOf(begin), "");
    LLVMValueRef upper = LLVMBuildPhi(b, LLVMTypeOf(begin), "");
    LLVMValueRef lowers[2] = {emit_i64(e, 0), first};
    LLVMValueRef uppers[2] = {all, last};
    LLVMAddIncoming(lower, lowers, blocks, 2);
    LLVMAddIncoming(upper, uppers, blocks, 2);
    emit_counted_loop(e, lower, upper, 1, NULL, emit_row, region);
}

/* Lower bounds and trip counts in the function being written. */
static void emit_ranges(struct emitter *e, struct region *region)
{
    region->lowers = ARENA_ARRAY(e->c->arena, region->n_loops, LLVMValueRef);
    region->counts = ARENA_ARRAY(e->c->arena, region->n_loops, LLVMValueRef);
    for (int i = 0; i < region->n_loops; i++) {
        const struct loop_node *loop = region->loops[i];
        region->lowers[i] = emit_lower(e, loop);
        region->counts[i] =
            emit_count(e, region->lowers[i], emit_upper(e, loop), loop->step);
    }
}

/* Write the region's function. */
static void emit_region_function(struct emitter *e, struct region *region)
{
    struct emitter *inner = begin_region(e, region);
    struct region local = *region;
    unsigned n = LLVMCountParams(inner->function);
    emit_ranges(inner, &local);
    if (region->n_loops == 1)
        emit_counted_loop(inner, LLVMGetParam(inner->function, n - 2),
            LLVMGetParam(inner->function, n - 1), 1, NULL, emit_innermost,
            &local);
    else
        emit_rows(inner, &local);
    emit_order_stores(inner);
    LLVMBuildRetVoid(inner->builder);
    emit_end_function(inner);
}

/* ---- Calling it -------------------------------------------------------- */

/* The address of slot "i" of the closure. */
static LLVMValueRef get_slot(struct emitter *e, LLVMValueRef closure, int i)
{
    LLVMValueRef at = emit_i64(e, i);
    return LLVMBuildGEP2(
        e->builder, LLVMInt64TypeInContext(e->context), closure, &at, 1, "");
}

/* void body(void *closure, int64_t begin, int64_t end) */
static LLVMValueRef emit_body_function(
    struct emitter *e, const struct region *region, LLVMTypeRef type)
{
    size_t length;
    const char *name = arena_printf(
        e->c->arena, "%s.body", LLVMGetValueName2(region->function, &length));
    struct emitter *inner =
        emit_begin_function(e->codegen, e->program, e->machine, name, type);
    int n = region->values.n;
    LLVMValueRef *arguments = ARENA_ARRAY(e->c->arena, n + 2, LLVMValueRef);
    LLVMValueRef closure = LLVMGetParam(inner->function, 0);
    for (int i = 0; i < n; i++)
        arguments[i] = LLVMBuildLoad2(inner->builder,
            LLVMTypeOf(region->values.at[i]), get_slot(inner, closure, i), "");
    arguments[n] = LLVMGetParam(inner->function, 1);
    arguments[n + 1] = LLVMGetParam(inner->function, 2);
    LLVMBuildCall2(inner->builder, region->type, region->function, arguments,
        (unsigned)n + 2, "");
    LLVMBuildRetVoid(inner->builder);
    emit_end_function(inner);
    return inner->function;
}

/* The whole range at once. */
static void emit_serial_call(
    struct emitter *e, const struct region *region, LLVMValueRef n)
{
    int n_values = region->values.n;
    LLVMValueRef *arguments =
        ARENA_ARRAY(e->c->arena, n_values + 2, LLVMValueRef);
    if (n_values)
        memcpy(
            arguments, region->values.at, (size_t)n_values * sizeof *arguments);
    arguments[n_values] = emit_i64(e, 0);
    arguments[n_values + 1] = n;
    LLVMBuildCall2(e->builder, region->type, region->function, arguments,
        (unsigned)n_values + 2, "");
}

/* parallel->run(parallel->context, body, closure, n, grain) */
static void emit_pool_call(struct emitter *e, const struct region *region,
    LLVMValueRef n, LLVMValueRef grain)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    LLVMTypeRef pointer = LLVMPointerTypeInContext(e->context, 0);
    LLVMTypeRef nothing = LLVMVoidTypeInContext(e->context);
    LLVMTypeRef body_types[3] = {pointer, i64, i64};
    LLVMTypeRef run_types[5] = {pointer, pointer, pointer, i64, i64};
    LLVMTypeRef run = LLVMFunctionType(nothing, run_types, 5, false);
    LLVMValueRef closure = emit_alloca(
        e, LLVMArrayType2(i64, (uint64_t)region->values.n + 1), "closure");
    for (int i = 0; i < region->values.n; i++)
        LLVMBuildStore(b, region->values.at[i], get_slot(e, closure, i));
    LLVMValueRef arguments[5];
    arguments[0] =
        LLVMBuildLoad2(b, pointer, get_slot(e, e->parallel, 1), "context");
    arguments[1] = emit_body_function(
        e, region, LLVMFunctionType(nothing, body_types, 3, false));
    arguments[2] = closure;
    arguments[3] = n;
    arguments[4] = grain;
    LLVMValueRef function = LLVMBuildLoad2(b, pointer, e->parallel, "run");
    LLVMBuildCall2(b, run, function, arguments, 5, "");
}

void emit_parallel_region(struct emitter *e, const struct loop_node *node)
{
    LLVMBuilderRef b = e->builder;
    struct region region;
    memset(&region, 0, sizeof region);
    region.n_loops = loop_list_region(e->c->arena, node, &region.loops);
    emit_ranges(e, &region);
    LLVMValueRef n = region.counts[0];
    for (int i = 1; i < region.n_loops; i++)
        n = LLVMBuildNSWMul(b, n, region.counts[i], "");
    collect_values(e, &region);
    emit_region_function(e, &region);
    LLVMBasicBlockRef several = emit_block(e, "several");
    LLVMBasicBlockRef some = emit_block(e, "some");
    LLVMBasicBlockRef pool = emit_block(e, "pool");
    LLVMBasicBlockRef serial = emit_block(e, "serial");
    LLVMBasicBlockRef join = emit_block(e, "join");
    LLVMBuildCondBr(
        b, LLVMBuildICmp(b, LLVMIntSGT, n, emit_i64(e, 0), ""), some, join);
    LLVMPositionBuilderAtEnd(b, some);
    LLVMBuildCondBr(b, LLVMBuildIsNull(b, e->parallel, ""), serial, several);
    LLVMPositionBuilderAtEnd(b, several);
    LLVMValueRef grain = emit_grain(e, &region);
    LLVMBuildCondBr(
        b, LLVMBuildICmp(b, LLVMIntSGT, n, grain, ""), pool, serial);
    LLVMPositionBuilderAtEnd(b, pool);
    emit_pool_call(e, &region, n, grain);
    LLVMBuildBr(b, join);
    LLVMPositionBuilderAtEnd(b, serial);
    emit_serial_call(e, &region, n);
    LLVMBuildBr(b, join);
    LLVMPositionBuilderAtEnd(b, join);
}
