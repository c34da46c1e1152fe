/* What the entry checks before the first access, in this order: conditions,
 * extents and products (2), NULL (1), overlap (3), alignment (4). Nothing
 * here touches a tensor. */
#include "codegen/emit.h"

enum { STATUS_NULL = 1, STATUS_SIZE = 2, STATUS_ALIAS = 3, STATUS_ALIGN = 4 };

/* One tensor (or the workspace) as a range of bytes. */
struct extent {
    const struct ast_tensor *tensor; /* NULL: workspace */
    LLVMValueRef pointer;            /* as i64: what the caller gave */
    LLVMValueRef start;              /* as i64: lowest byte */
    LLVMValueRef bytes;
    LLVMValueRef is_empty; /* i1 */
    int64_t alignment;
};

struct checks {
    LLVMValueRef is_bad; /* i1, or-ed so far; NULL: nothing yet */
    int n;
    struct extent *extents;
};

/* Or a condition (i1) into "*is_bad", NULL being false. */
static void add_condition(
    struct emitter *e, LLVMValueRef *is_bad, LLVMValueRef condition)
{
    *is_bad =
        *is_bad ? LLVMBuildOr(e->builder, *is_bad, condition, "") : condition;
}

/* a op b, noting overflow; "name" is an intrinsic such as
 * llvm.smul.with.overflow. */
static LLVMValueRef compute_checked(struct emitter *e, const char *name,
    LLVMValueRef a, LLVMValueRef b, LLVMValueRef *is_bad)
{
    if (LLVMIsAConstantInt(b) && LLVMConstIntGetSExtValue(b) == 1 &&
        name[6] == 'm')
        return a;
    LLVMValueRef pair = emit_intrinsic2(e, name, a, b);
    add_condition(e, is_bad, LLVMBuildExtractValue(e->builder, pair, 1, ""));
    return LLVMBuildExtractValue(e->builder, pair, 0, "");
}

/* a * b of signed i64; overflow goes to "*is_bad". */
static LLVMValueRef multiply_checked(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *is_bad)
{
    int64_t product;
    if (LLVMIsAConstantInt(a) && LLVMIsAConstantInt(b) &&
        !__builtin_mul_overflow(
            LLVMConstIntGetSExtValue(a), LLVMConstIntGetSExtValue(b), &product))
        return emit_i64(e, product);
    return compute_checked(e, "llvm.smul.with.overflow", a, b, is_bad);
}

/* a + b of signed i64; overflow goes to "*is_bad". */
static LLVMValueRef add_checked(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *is_bad)
{
    return compute_checked(e, "llvm.sadd.with.overflow", a, b, is_bad);
}

/* An affine form of parameters, noting overflow. */
static LLVMValueRef emit_affine_checked(
    struct emitter *e, const struct affine *affine, LLVMValueRef *is_bad)
{
    LLVMValueRef sum = emit_i64(e, affine->constant);
    for (int i = 0; i < affine->n_terms; i++) {
        const struct affine_term *term = &affine->terms[i];
        LLVMValueRef value =
            term->variable->kind == VARIABLE_FLOOR
                ? emit_floor_division(e,
                      emit_affine_checked(e, term->variable->of, is_bad),
                      term->variable->divisor)
                : emit_variable(e, term->variable);
        value =
            multiply_checked(e, value, emit_i64(e, term->coefficient), is_bad);
        sum = i == 0 && affine->constant == 0
                  ? value
                  : add_checked(e, sum, value, is_bad);
    }
    return sum;
}

/* ---- Conditions -------------------------------------------------------- */

/* Does the guard fail, or overflow? */
static void check_guard(
    struct emitter *e, const struct guard *guard, LLVMValueRef *is_bad)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef holds =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    for (int i = 0; i < guard->n_clauses; i++) {
        LLVMValueRef all =
            LLVMConstInt(LLVMInt1TypeInContext(e->context), 1, false);
        for (int k = 0; k < guard->clauses[i].n; k++) {
            LLVMValueRef term =
                emit_affine_checked(e, guard->clauses[i].terms[k], is_bad);
            all = LLVMBuildAnd(b, all,
                LLVMBuildICmp(b, LLVMIntSGE, term, emit_i64(e, 0), ""), "");
        }
        holds = LLVMBuildOr(b, holds, all, "");
    }
    add_condition(e, is_bad, LLVMBuildNot(b, holds, ""));
}

/* Does one of the conditions from .. to fail? i1. */
static LLVMValueRef check_guards(struct emitter *e, int from, int to)
{
    LLVMValueRef is_bad =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    for (int i = from; i < to; i++)
        if (e->program->requires[i])
            check_guard(e, e->program->requires[i], &is_bad);
    return is_bad;
}

LLVMValueRef emit_requires_fail(struct emitter *e)
{
    int n = e->program->n_requires;
    return check_guards(e, 0, n - e->program->n_given);
}

/* ---- Extents ----------------------------------------------------------- */

/* The extents of all axes in memory, each checked to be >= 0. */
static LLVMValueRef *emit_extents(
    struct emitter *e, const struct array *array, LLVMValueRef *is_bad)
{
    LLVMValueRef *extents =
        ARENA_ARRAY(e->c->arena, array->n_axes + 1, LLVMValueRef);
    for (int i = 0; i < array->n_axes; i++) {
        extents[i] = emit_affine_checked(
            e, array_axis_extent(e->program->values, array, i), is_bad);
        add_condition(e, is_bad,
            LLVMBuildICmp(
                e->builder, LLVMIntSLT, extents[i], emit_i64(e, 0), ""));
    }
    return extents;
}

/* Bytes of a dense array. */
static LLVMValueRef emit_bytes(
    struct emitter *e, const struct array *array, LLVMValueRef *is_bad)
{
    LLVMValueRef *extents = emit_extents(e, array, is_bad);
    LLVMValueRef bytes = emit_i64(e, codegen_size_bytes(array->type));
    for (int i = array->n_axes - 1; i >= 0; i--)
        bytes = multiply_checked(e, extents[i], bytes, is_bad);
    return bytes;
}

LLVMValueRef emit_given_fail(struct emitter *e)
{
    int n = e->program->n_requires;
    LLVMValueRef is_bad = check_guards(e, n - e->program->n_given, n);
    if (!e->program->large)
        return is_bad;
    LLVMValueRef bytes = emit_bytes(e, e->program->large, &is_bad);
    add_condition(e, &is_bad,
        LLVMBuildICmp(e->builder, LLVMIntSLT, bytes,
            emit_i64(e, e->program->large_bytes), ""));
    return is_bad;
}

LLVMValueRef emit_workspace_bytes(struct emitter *e, LLVMValueRef *is_bad)
{
    LLVMValueRef sum = emit_i64(e, 0);
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (array->kind != ARRAY_LOCAL)
            continue;
        LLVMValueRef bytes = emit_bytes(e, array, is_bad);
        bytes = add_checked(e, bytes, emit_i64(e, 63), is_bad);
        bytes = LLVMBuildAnd(e->builder, bytes, emit_i64(e, -64), "");
        sum = add_checked(e, sum, bytes, is_bad);
    }
    return sum;
}

/* ---- Strides ----------------------------------------------------------- */

/* The run-time stride of dimension "i". */
static LLVMValueRef load_stride(struct emitter *e, LLVMValueRef strides, int i)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    LLVMValueRef at = emit_i64(e, i);
    return LLVMBuildLoad2(e->builder, i64,
        LLVMBuildGEP2(e->builder, i64, strides, &at, 1, ""), "");
}

/* Lowest offset and number of elements from lowest to highest of a strided
 * array that is not empty. "reach": (extent - 1) * stride of each dimension. */
static void emit_span(struct emitter *e, int n, LLVMValueRef *reach,
    LLVMValueRef *low, LLVMValueRef *span, LLVMValueRef *is_bad)
{
    LLVMValueRef zero = emit_i64(e, 0);
    LLVMValueRef high = zero;
    *low = zero;
    for (int i = 0; i < n; i++) {
        *low = add_checked(
            e, *low, emit_intrinsic2(e, "llvm.smin", reach[i], zero), is_bad);
        high = add_checked(
            e, high, emit_intrinsic2(e, "llvm.smax", reach[i], zero), is_bad);
    }
    *span = compute_checked(e, "llvm.ssub.with.overflow", high, *low, is_bad);
    *span = add_checked(e, *span, emit_i64(e, 1), is_bad);
}

/* Elements of an output overlap unless each stride is larger than all that
 * smaller strides reach; dimensions of one element do not count. */
static LLVMValueRef overlaps_itself(struct emitter *e, int n,
    LLVMValueRef *extents, LLVMValueRef *strides, LLVMValueRef *reach)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef result =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    for (int i = 0; i < n; i++) {
        LLVMValueRef below = emit_i64(e, 0);
        for (int k = 0; k < n; k++) {
            if (k == i)
                continue;
            LLVMValueRef is_below = LLVMBuildICmp(
                b, k < i ? LLVMIntSLE : LLVMIntSLT, strides[k], strides[i], "");
            below = LLVMBuildAdd(b, below,
                LLVMBuildSelect(b, is_below, reach[k], emit_i64(e, 0), ""), "");
        }
        LLVMValueRef is_many =
            LLVMBuildICmp(b, LLVMIntSGT, extents[i], emit_i64(e, 1), "");
        LLVMValueRef is_short =
            LLVMBuildICmp(b, LLVMIntSLE, strides[i], below, "");
        result =
            LLVMBuildOr(b, result, LLVMBuildAnd(b, is_many, is_short, ""), "");
    }
    return result;
}

/* Is any extent 0? */
static LLVMValueRef emit_is_empty(
    struct emitter *e, int n, LLVMValueRef *extents)
{
    LLVMValueRef result =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    for (int i = 0; i < n; i++)
        result = LLVMBuildOr(e->builder, result,
            LLVMBuildICmp(
                e->builder, LLVMIntEQ, extents[i], emit_i64(e, 0), ""),
            "");
    return result;
}

/* The range of a strided tensor; its strides count only if it has elements. */
static void find_strided_extent(struct emitter *e, const struct array *array,
    LLVMValueRef strides, struct extent *extent, LLVMValueRef *is_bad)
{
    LLVMBuilderRef b = e->builder;
    struct arena *arena = e->c->arena;
    int n = array->n_axes;
    LLVMValueRef *extents = emit_extents(e, array, is_bad);
    LLVMValueRef *steps = ARENA_ARRAY(arena, n + 1, LLVMValueRef);
    LLVMValueRef *reach = ARENA_ARRAY(arena, n + 1, LLVMValueRef);
    LLVMValueRef wrong = NULL;
    LLVMValueRef low, span;
    LLVMValueRef size = emit_i64(e, codegen_size_bytes(array->type));
    for (int i = 0; i < n; i++) {
        steps[i] = load_stride(e, strides, i);
        reach[i] = multiply_checked(e,
            LLVMBuildSub(b, extents[i], emit_i64(e, 1), ""), steps[i], &wrong);
    }
    emit_span(e, n, reach, &low, &span, &wrong);
    low = multiply_checked(e, low, size, &wrong);
    span = multiply_checked(e, span, size, &wrong);
    if (extent->tensor->direction != AST_IN)
        add_condition(e, &wrong, overlaps_itself(e, n, extents, steps, reach));
    extent->is_empty = emit_is_empty(e, n, extents);
    add_condition(e, is_bad,
        LLVMBuildAnd(b, wrong, LLVMBuildNot(b, extent->is_empty, ""), ""));
    extent->start = LLVMBuildAdd(b, extent->pointer, low, "");
    extent->bytes =
        LLVMBuildSelect(b, extent->is_empty, emit_i64(e, 0), span, "");
}

/* ---- Pointers ---------------------------------------------------------- */

/* The range of a tensor argument. */
static struct extent find_extent(struct emitter *e,
    const struct emit_argument *argument, unsigned k, LLVMValueRef *is_bad)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    const struct array *array = e->program->arrays[argument->tensor->position];
    struct extent extent = {.tensor = argument->tensor};
    extent.alignment = codegen_size_bytes(array->type);
    extent.pointer =
        LLVMBuildPtrToInt(e->builder, LLVMGetParam(e->function, k), i64, "");
    if (array->is_strided) {
        find_strided_extent(
            e, array, LLVMGetParam(e->function, k + 1), &extent, is_bad);
        return extent;
    }
    extent.start = extent.pointer;
    extent.bytes = emit_bytes(e, array, is_bad);
    extent.is_empty =
        LLVMBuildICmp(e->builder, LLVMIntEQ, extent.bytes, emit_i64(e, 0), "");
    return extent;
}

/* The range of the workspace; its elements may be of any type. */
static struct extent find_workspace(
    struct emitter *e, unsigned k, LLVMValueRef *is_bad)
{
    struct extent extent = {.alignment = 1};
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (array->kind == ARRAY_LOCAL &&
            codegen_size_bytes(array->type) > extent.alignment)
            extent.alignment = codegen_size_bytes(array->type);
    }
    extent.pointer = LLVMBuildPtrToInt(e->builder, LLVMGetParam(e->function, k),
        LLVMInt64TypeInContext(e->context), "");
    extent.start = extent.pointer;
    extent.bytes = emit_workspace_bytes(e, is_bad);
    extent.is_empty =
        LLVMBuildICmp(e->builder, LLVMIntEQ, extent.bytes, emit_i64(e, 0), "");
    return extent;
}

/* Leave with a status if the condition collected so far holds. */
static void return_if_bad(struct emitter *e, struct checks *checks, int status)
{
    LLVMValueRef is_bad = checks->is_bad;
    checks->is_bad = NULL;
    if (!is_bad ||
        (LLVMIsAConstantInt(is_bad) && LLVMConstIntGetZExtValue(is_bad) == 0))
        return;
    LLVMBasicBlockRef bad = emit_block(e, "bad");
    LLVMBasicBlockRef good = emit_block(e, "good");
    LLVMBuildCondBr(e->builder, is_bad, bad, good);
    LLVMPositionBuilderAtEnd(e->builder, bad);
    LLVMBuildRet(e->builder, LLVMConstInt(LLVMInt32TypeInContext(e->context),
                                 (unsigned long long)status, false));
    LLVMPositionBuilderAtEnd(e->builder, good);
}

/* Is it known to have elements, and how many bytes of them? */
static bool has_known_bytes(const struct extent *extent)
{
    return LLVMIsAConstantInt(extent->bytes) &&
           LLVMConstIntGetSExtValue(extent->bytes) > 0;
}

/* NULL for something that has elements: where that is known, it is the least of
 * all pointers if any is. */
static void check_null(struct emitter *e, struct checks *checks)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef zero = emit_i64(e, 0);
    LLVMValueRef least = NULL;
    for (int i = 0; i < checks->n; i++) {
        const struct extent *extent = &checks->extents[i];
        if (has_known_bytes(extent)) {
            least =
                least ? emit_intrinsic2(e, "llvm.umin", least, extent->pointer)
                      : extent->pointer;
            continue;
        }
        LLVMValueRef is_null =
            LLVMBuildICmp(b, LLVMIntEQ, extent->pointer, zero, "");
        add_condition(e, &checks->is_bad,
            LLVMBuildAnd(
                b, is_null, LLVMBuildNot(b, extent->is_empty, ""), ""));
    }
    if (least)
        add_condition(
            e, &checks->is_bad, LLVMBuildICmp(b, LLVMIntEQ, least, zero, ""));
}

/* Do two ranges share a byte? Distances are unsigned, so ranges may lie
 * anywhere. Of known sizes it is whether the distance is more than minus the
 * one and less than the other, one comparison. */
static LLVMValueRef emit_overlap(
    struct emitter *e, const struct extent *x, const struct extent *y)
{
    LLVMBuilderRef b = e->builder;
    if (has_known_bytes(x) && has_known_bytes(y)) {
        int64_t before = LLVMConstIntGetSExtValue(y->bytes) - 1;
        int64_t all = LLVMConstIntGetSExtValue(x->bytes) + before;
        LLVMValueRef distance = LLVMBuildSub(b, y->start, x->start, "");
        return LLVMBuildICmp(b, LLVMIntULT,
            LLVMBuildAdd(b, distance, emit_i64(e, before), ""),
            emit_i64(e, all), "");
    }
    LLVMValueRef up = LLVMBuildICmp(
        b, LLVMIntULT, LLVMBuildSub(b, y->start, x->start, ""), x->bytes, "");
    LLVMValueRef down = LLVMBuildICmp(
        b, LLVMIntULT, LLVMBuildSub(b, x->start, y->start, ""), y->bytes, "");
    up = LLVMBuildAnd(b, up, LLVMBuildNot(b, y->is_empty, ""), "");
    down = LLVMBuildAnd(b, down, LLVMBuildNot(b, x->is_empty, ""), "");
    return LLVMBuildOr(b, up, down, "");
}

/* May the kernel write there? Outputs and the workspace. */
static bool is_written(const struct extent *extent)
{
    return !extent->tensor || extent->tensor->direction != AST_IN;
}

/* Something written overlaps anything else. Of two strided tensors it is the
 * caller's promise that they do not: views of one buffer interleave. */
static void check_overlap(struct emitter *e, struct checks *checks)
{
    for (int i = 0; i < checks->n; i++)
        for (int k = i + 1; k < checks->n; k++) {
            const struct extent *x = &checks->extents[i];
            const struct extent *y = &checks->extents[k];
            bool is_promised = x->tensor && y->tensor &&
                               x->tensor->is_strided && y->tensor->is_strided;
            if (!is_promised && (is_written(x) || is_written(y)))
                add_condition(e, &checks->is_bad, emit_overlap(e, x, y));
        }
}

/* Only the alignment of the element is required. */
static void check_alignment(struct emitter *e, struct checks *checks)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef together = NULL;
    int64_t alignment = 1;
    for (int i = 0; i < checks->n; i++) {
        const struct extent *extent = &checks->extents[i];
        if (extent->alignment == 1)
            continue;
        if (has_known_bytes(extent) &&
            (!together || alignment == extent->alignment)) {
            alignment = extent->alignment;
            together = together ? LLVMBuildOr(b, together, extent->pointer, "")
                                : extent->pointer;
            continue;
        }
        LLVMValueRef low = LLVMBuildAnd(
            b, extent->pointer, emit_i64(e, extent->alignment - 1), "");
        LLVMValueRef is_off =
            LLVMBuildICmp(b, LLVMIntNE, low, emit_i64(e, 0), "");
        add_condition(e, &checks->is_bad,
            LLVMBuildAnd(b, is_off, LLVMBuildNot(b, extent->is_empty, ""), ""));
    }
    if (together)
        add_condition(e, &checks->is_bad,
            LLVMBuildICmp(b, LLVMIntNE,
                LLVMBuildAnd(b, together, emit_i64(e, alignment - 1), ""),
                emit_i64(e, 0), ""));
}

/* Strides are read before anything is known of the tensors. */
static void check_stride_pointers(struct emitter *e,
    const struct emit_signature *signature, struct checks *checks)
{
    for (int k = 0; k < signature->n; k++)
        if (signature->arguments[k].kind == EMIT_STRIDES &&
            signature->arguments[k].tensor->n_dimensions > 0)
            add_condition(e, &checks->is_bad,
                LLVMBuildIsNull(
                    e->builder, LLVMGetParam(e->function, (unsigned)k), ""));
}

void emit_checks(struct emitter *e, const struct emit_signature *signature)
{
    struct checks checks = {NULL, 0, NULL};
    checks.extents = ARENA_ARRAY(e->c->arena, signature->n, struct extent);
    checks.is_bad = emit_requires_fail(e);
    return_if_bad(e, &checks, STATUS_SIZE);
    check_stride_pointers(e, signature, &checks);
    return_if_bad(e, &checks, STATUS_NULL);
    for (int k = 0; k < signature->n; k++) {
        const struct emit_argument *argument = &signature->arguments[k];
        if (argument->kind == EMIT_TENSOR)
            checks.extents[checks.n++] =
                find_extent(e, argument, (unsigned)k, &checks.is_bad);
        else if (argument->kind == EMIT_WORKSPACE)
            checks.extents[checks.n++] =
                find_workspace(e, (unsigned)k, &checks.is_bad);
    }
    return_if_bad(e, &checks, STATUS_SIZE);
    check_null(e, &checks);
    return_if_bad(e, &checks, STATUS_NULL);
    check_overlap(e, &checks);
    return_if_bad(e, &checks, STATUS_ALIAS);
    check_alignment(e, &checks);
    return_if_bad(e, &checks, STATUS_ALIGN);
}
