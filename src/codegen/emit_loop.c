/* Nodes of loop IR: loops, conditions, sequences, assignments. */
#include "codegen/emit.h"

LLVMBasicBlockRef emit_block(struct emitter *e, const char *name)
{
    return LLVMAppendBasicBlockInContext(e->context, e->function, name);
}

void emit_if(struct emitter *e, LLVMValueRef condition,
    void (*body)(struct emitter *, const void *), const void *user)
{
    if (!condition) {
        body(e, user);
        return;
    }
    if (LLVMIsAConstantInt(condition)) {
        if (LLVMConstIntGetZExtValue(condition))
            body(e, user);
        return;
    }
    LLVMBasicBlockRef then = emit_block(e, "then");
    LLVMBasicBlockRef join = emit_block(e, "join");
    LLVMBuildCondBr(e->builder, condition, then, join);
    LLVMPositionBuilderAtEnd(e->builder, then);
    int n_known = e->known.n;
    body(e, user);
    e->known.n = n_known;
    LLVMBuildBr(e->builder, join);
    LLVMPositionBuilderAtEnd(e->builder, join);
}

/* ---- FOR --------------------------------------------------------------- */

/* The largest (smallest) of the bounds. */
static LLVMValueRef emit_bounds(struct emitter *e, int n,
    const struct affine **bounds, const char *intrinsic)
{
    LLVMValueRef result = emit_affine(e, bounds[0]);
    for (int i = 1; i < n; i++)
        result =
            emit_intrinsic2(e, intrinsic, result, emit_affine(e, bounds[i]));
    return result;
}

LLVMValueRef emit_lower(struct emitter *e, const struct loop_node *node)
{
    return emit_bounds(e, node->n_lower, node->lower, "llvm.smax");
}

LLVMValueRef emit_upper(struct emitter *e, const struct loop_node *node)
{
    return emit_bounds(e, node->n_upper, node->upper, "llvm.smin");
}

/* What emit_if needs to build a loop. */
struct counted_loop {
    LLVMValueRef lower;
    LLVMValueRef upper;
    int64_t step;
    void (*body)(struct emitter *, LLVMValueRef, const void *);
    const void *user;
};

/* Is lower + step >= upper known? */
static bool runs_at_most_once(const struct counted_loop *loop)
{
    if (!LLVMIsAConstantInt(loop->lower) || !LLVMIsAConstantInt(loop->upper))
        return false;
    int64_t lower = LLVMConstIntGetSExtValue(loop->lower);
    int64_t upper = LLVMConstIntGetSExtValue(loop->upper);
    return upper - lower <= loop->step;
}

/* The loop, known to run at least once: the test is at its end. */
static void emit_loop_body(struct emitter *e, const void *user)
{
    const struct counted_loop *loop = user;
    if (runs_at_most_once(loop)) {
        loop->body(e, loop->lower, loop->user);
        return;
    }
    LLVMBasicBlockRef before = LLVMGetInsertBlock(e->builder);
    LLVMBasicBlockRef block = emit_block(e, "loop");
    LLVMBasicBlockRef after = emit_block(e, "after");
    LLVMBuildBr(e->builder, block);
    LLVMPositionBuilderAtEnd(e->builder, block);
    LLVMValueRef i =
        LLVMBuildPhi(e->builder, LLVMInt64TypeInContext(e->context), "");
    loop->body(e, i, loop->user);
    LLVMValueRef next =
        LLVMBuildNSWAdd(e->builder, i, emit_i64(e, loop->step), "");
    LLVMValueRef again =
        LLVMBuildICmp(e->builder, LLVMIntSLT, next, loop->upper, "");
    LLVMValueRef values[2] = {loop->lower, next};
    LLVMBasicBlockRef blocks[2] = {before, LLVMGetInsertBlock(e->builder)};
    LLVMBuildCondBr(e->builder, again, block, after);
    LLVMAddIncoming(i, values, blocks, 2);
    LLVMPositionBuilderAtEnd(e->builder, after);
}

void emit_counted_loop(struct emitter *e, LLVMValueRef lower,
    LLVMValueRef upper, int64_t step, const struct loop_node *node,
    void (*body)(struct emitter *, LLVMValueRef, const void *),
    const void *user)
{
    struct counted_loop loop = {lower, upper, step, body, user};
    LLVMValueRef condition =
        LLVMBuildICmp(e->builder, LLVMIntSLT, lower, upper, "");
    if (node)
        emit_debug_at(e, node->range);
    emit_if(e, condition, emit_loop_body, &loop);
}

/* One iteration of a FOR, its variable known. */
static void emit_iteration(struct emitter *e, LLVMValueRef i, const void *user)
{
    const struct loop_node *node = user;
    e->variables[node->variable->id] = i;
    e->depths[node->variable->id] = e->loops.n + 1;
    VECTOR_PUSH(e->c->arena, &e->loops, node);
    emit_children(e, node);
    e->loops.n--;
    e->variables[node->variable->id] = NULL;
}

/* A FOR that is known to run at most once needs no loop; what is in it may
 * then move out of the loops around. */
static void emit_once(struct emitter *e, const void *user)
{
    const struct loop_node *node = user;
    emit_iteration(e, emit_lower(e, node), node);
}

/* A loop: a parallel region, code that runs at most once, or a counted loop. */
static void emit_for(struct emitter *e, const struct loop_node *node)
{
    if (node->mode == LOOP_PARALLEL && e->parallel && !emit_is_small(e, node)) {
        emit_parallel_region(e, node);
        return;
    }
    if (node->mode == LOOP_THREAD) {
        emit_thread_region(e, node);
        return;
    }
    emit_debug_at(e, node->range);
    LLVMValueRef lower = emit_lower(e, node);
    LLVMValueRef upper = emit_upper(e, node);
    if (emit_prove_once(e, node))
        emit_if(e, LLVMBuildICmp(e->builder, LLVMIntSLT, lower, upper, ""),
            emit_once, node);
    else
        emit_counted_loop(
            e, lower, upper, node->step, node, emit_iteration, node);
}

/* ---- IF ---------------------------------------------------------------- */

/* What a guard of one clause says is known inside. */
static void push_facts(struct emitter *e, const struct guard *guard)
{
    for (int i = 0; guard && guard->n_clauses == 1 && i < guard->clauses[0].n;
         i++)
        if (!affine_lane(guard->clauses[0].terms[i]))
            VECTOR_PUSH(e->c->arena, &e->facts, guard->clauses[0].terms[i]);
}

/* For emit_if: the children, the guard being a fact for them alone. */
static void emit_then(struct emitter *e, const void *user)
{
    const struct loop_node *node = user;
    int n_facts = e->facts.n;
    push_facts(e, node->guard);
    emit_children(e, node);
    e->facts.n = n_facts;
}

/* ---- ASSIGN ------------------------------------------------------------ */

/* The terms of a one-clause guard that vary with the lane (or do not). */
static const struct guard *pick_terms(
    struct emitter *e, const struct guard *guard, bool varying)
{
    const struct clause *clause = &guard->clauses[0];
    const struct affine **terms =
        ARENA_ARRAY(e->c->arena, clause->n, const struct affine *);
    int n = 0;
    for (int i = 0; i < clause->n; i++)
        if (affine_has(clause->terms[i], e->lane) == varying)
            terms[n++] = clause->terms[i];
    return guard_all(e->program->values, n, terms);
}

/* acc op value(lane 0) op value(lane 1) ..., skipping inactive lanes. */
static LLVMValueRef reduce_in_order(struct emitter *e,
    enum value_operation operation, LLVMValueRef sum, LLVMValueRef value)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    for (int i = 0; i < emit_n_lanes(e); i++) {
        LLVMValueRef at = LLVMConstInt(i32, (unsigned long long)i, false);
        LLVMValueRef lane = LLVMBuildExtractElement(e->builder, value, at, "");
        LLVMValueRef next = emit_binary(e, operation, sum, lane);
        if (e->mask) {
            LLVMValueRef is_active =
                LLVMBuildExtractElement(e->builder, e->mask, at, "");
            next = LLVMBuildSelect(e->builder, is_active, next, sum, "");
        }
        sum = next;
    }
    return sum;
}

/* What an inactive lane counts as: it changes nothing. */
static LLVMValueRef get_identity(
    enum value_operation operation, LLVMValueRef like, bool is_float)
{
    if (is_float)
        return emit_real_like(like, operation == VALUE_MULTIPLY ? 1 : 0);
    if (operation == VALUE_MIN || operation == VALUE_MAX)
        return emit_integer_like(
            like, operation == VALUE_MIN ? INT32_MAX : INT32_MIN);
    return emit_integer_like(like, operation == VALUE_MULTIPLY ? 1 : 0);
}

/* The upper half of the lanes op the lower half, until one is left. */
static LLVMValueRef reduce_in_halves(
    struct emitter *e, enum value_operation operation, LLVMValueRef value)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    for (int n = emit_n_lanes(e) / 2; n > 0; n /= 2) {
        LLVMValueRef none = LLVMGetUndef(LLVMTypeOf(value));
        LLVMValueRef halves[2];
        for (int i = 0; i < 2; i++)
            halves[i] = LLVMBuildShuffleVector(e->builder, value, none,
                emit_steps(e, n, 32, (int64_t)i * n, 1), "");
        value = emit_binary(e, operation, halves[0], halves[1]);
    }
    return LLVMBuildExtractElement(
        e->builder, value, LLVMConstInt(i32, 0, false), "");
}

/* acc op all lanes that are active: least and greatest floats in order (a NaN
 * is passed over), everything else in halves. */
static LLVMValueRef reduce_lanes(struct emitter *e,
    enum value_operation operation, LLVMValueRef sum, LLVMValueRef value,
    enum dtype type)
{
    bool is_float = dtype_is_float(type);
    value = emit_spread(e, value);
    if (is_float && (operation == VALUE_MIN || operation == VALUE_MAX))
        return reduce_in_order(e, operation, sum, value);
    if (e->mask)
        value = LLVMBuildSelect(e->builder, e->mask, value,
            get_identity(operation, value, is_float), "");
    return emit_binary(
        e, operation, sum, reduce_in_halves(e, operation, value));
}

/* The operation that combines lanes; sums for ACCUMULATE. */
static enum value_operation get_operation(enum model_update update)
{
    switch (update) {
    case MODEL_SCALE:
        return VALUE_MULTIPLY;
    case MODEL_MINIMIZE:
        return VALUE_MIN;
    case MODEL_MAXIMIZE:
        return VALUE_MAX;
    case MODEL_SET:
    case MODEL_ACCUMULATE:
        break;
    }
    return VALUE_ADD;
}

/* The target and all lanes, combined into the target, in arithmetic of its
 * type. */
static void emit_reduction(
    struct emitter *e, const struct loop_node *node, LLVMValueRef value)
{
    enum dtype type = node->array->type;
    enum dtype wide = dtype_arithmetic(type);
    LLVMValueRef sum = emit_load(e, node->array, node->index);
    sum = emit_convert(e, sum, type, wide);
    value = emit_convert(e, value, node->value->type, wide);
    sum = reduce_lanes(e, get_operation(node->reduce), sum, value, wide);
    e->mask = e->known_mask = NULL;
    emit_store(e, node, emit_convert(e, sum, wide, type));
}

/* The statement, under the mask that is set. */
static void emit_assign_masked(struct emitter *e, const void *user)
{
    const struct loop_node *node = user;
    if (node->is_ahead && emit_copy_ahead(e, node))
        return;
    LLVMValueRef value = emit_value(e, node->value);
    if (node->reduce != MODEL_SET && e->lane)
        emit_reduction(e, node, value);
    else
        emit_store(e, node, value);
}

/* Is the target one element, whatever the lane? */
static bool has_scalar_target(
    const struct emitter *e, const struct loop_node *node)
{
    if (node->array->kind == ARRAY_REGISTER)
        return node->array->n_lanes <= 1;
    for (int i = 0; i < node->n_index; i++)
        if (affine_has(node->index[i], e->lane))
            return false;
    return true;
}

/* May the statement not even be looked at when no lane is active? */
static bool needs_any(const struct emitter *e, const struct loop_node *node)
{
    return has_scalar_target(e, node) || emit_needs_active(e, node->value);
}

/* The statement, its scalar conditions true: find its mask. */
static void emit_assign_guarded(struct emitter *e, const void *user)
{
    const struct loop_node *node = user;
    const struct guard *guard = node->guard;
    LLVMValueRef any = NULL;
    int n_facts = e->facts.n;
    push_facts(e, guard);
    if (e->lane && guard && guard_has(guard, e->lane)) {
        if (guard->n_clauses == 1)
            guard = pick_terms(e, guard, true);
        LLVMValueRef mask = emit_spread(e, emit_guard(e, guard));
        e->mask = emit_settle_mask(e, mask);
        e->known_mask = LLVMIsConstant(mask) ? mask : NULL;
        if (e->mask && needs_any(e, node))
            any = emit_any(e, mask);
        if (LLVMIsNull(mask))
            any = LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    }
    emit_if(e, any, emit_assign_masked, node);
    e->facts.n = n_facts;
}

/* A statement. The part of its guard without lanes becomes a branch here, the
 * rest a mask inside. */
static void emit_assign(struct emitter *e, const struct loop_node *node)
{
    const struct guard *guard = node->guard;
    emit_debug_at(e, node->range);
    e->lane = node->lane;
    e->known.n = 0;
    if (e->lane && guard && guard_has(guard, e->lane))
        guard = guard->n_clauses == 1 ? pick_terms(e, guard, false) : NULL;
    emit_if(e, guard ? emit_guard(e, guard) : NULL, emit_assign_guarded, node);
    e->lane = NULL;
    e->mask = e->known_mask = NULL;
    e->known.n = 0;
}

/* A hint; the pointer may point outside. */
static void emit_prefetch(struct emitter *e, const struct loop_node *node)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    struct emit_address address = emit_get_address(e, node->array, node->index);
    LLVMTypeRef type = LLVMTypeOf(address.pointer);
    LLVMValueRef arguments[4] = {address.pointer,
        LLVMConstInt(i32, node->is_written, false), LLVMConstInt(i32, 3, false),
        LLVMConstInt(i32, 1, false)};
    emit_intrinsic(e, "llvm.prefetch", 1, &type, 4, arguments);
}

void emit_node(struct emitter *e, const struct loop_node *node)
{
    switch (node->kind) {
    case LOOP_FOR:
        emit_for(e, node);
        break;
    case LOOP_IF:
        emit_debug_at(e, node->range);
        emit_if(e, node->guard ? emit_guard(e, node->guard) : NULL, emit_then,
            node);
        break;
    case LOOP_SEQUENCE:
        emit_children(e, node);
        break;
    case LOOP_TRANSPOSE:
        emit_transpose(e, node);
        break;
    case LOOP_PREFETCH:
        emit_prefetch(e, node);
        break;
    case LOOP_BARRIER:
        emit_barrier(e);
        break;
    case LOOP_COMMIT:
        emit_commit(e);
        break;
    case LOOP_WAIT:
        emit_wait(e, node->step);
        break;
    case LOOP_ASSIGN:
        emit_assign(e, node);
        break;
    }
}
