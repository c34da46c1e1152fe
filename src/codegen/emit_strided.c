/* Vector loads of every second, third or fourth element: whole vectors over
 * the span, then shuffles that pick the lanes. Loads start where neighbouring
 * taps start too if that is inside the tensor, so that they are shared. */
#include "codegen/emit.h"

/* Piece "piece" of the span: elements start .. start + n - 1 after the
 * pointer. The last one ends with the last element that is wanted, unless all
 * of it may be read. */
static int64_t get_start(
    int n, int64_t step, int64_t phase, int64_t piece, bool is_whole)
{
    int64_t start = piece * n;
    int64_t last = phase + step * (n - 1) + 1 - n;
    return is_whole || start < last ? start : last;
}

/* The lanes of a piece that hold wanted elements of active lanes. */
static LLVMValueRef spread_mask(
    struct emitter *e, LLVMValueRef mask, int64_t step, int64_t piece)
{
    int n = emit_n_lanes(e);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef *lanes = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    for (int i = 0; i < n; i++) {
        int64_t at = piece * n + i;
        int64_t from = at % step == 0 && at / step < n ? at / step : n;
        lanes[i] = LLVMConstInt(i32, (unsigned long long)from, false);
    }
    if (LLVMIsConstant(mask)) {
        LLVMTypeRef i1 = LLVMInt1TypeInContext(e->context);
        for (int i = 0; i < n; i++) {
            int from = (int)LLVMConstIntGetZExtValue(lanes[i]);
            lanes[i] = from < n ? LLVMGetAggregateElement(mask, (unsigned)from)
                                : LLVMConstNull(i1);
        }
        return LLVMConstVector(lanes, (unsigned)n);
    }
    return LLVMBuildShuffleVector(e->builder, mask,
        LLVMConstNull(LLVMTypeOf(mask)), LLVMConstVector(lanes, (unsigned)n),
        "");
}

/* One piece, under the mask if there is one. */
static LLVMValueRef load_piece(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t step, int64_t piece, int64_t start,
    LLVMValueRef mask)
{
    pointer = emit_advance(e, array, pointer, start);
    if (!mask)
        return emit_full_load(e, array, pointer);
    mask = spread_mask(e, mask, step, piece);
    if (!LLVMIsConstant(mask) || !LLVMIsNull(mask))
        return emit_masked_load(e, array, pointer, mask);
    LLVMTypeRef type =
        LLVMIntTypeInContext(e->context, (unsigned)dtype_bits(array->type));
    return LLVMConstNull(emit_lanes_type(e, type));
}

LLVMValueRef emit_strided_load(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t step, int64_t phase, bool is_whole,
    LLVMValueRef mask)
{
    int n = emit_n_lanes(e);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef *lanes = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    int n_done = 0;
    if (mask)
        phase = 0;
    pointer = emit_advance(e, array, pointer, -phase);
    LLVMValueRef result = load_piece(e, array, pointer, step, 0, 0, mask);
    for (int64_t piece = 1; piece < step; piece++) {
        int64_t start = get_start(n, step, phase, piece, is_whole || mask);
        LLVMValueRef next =
            load_piece(e, array, pointer, step, piece, start, mask);
        for (int i = 0; i < n; i++) {
            int64_t at = phase + i * step;
            /* the first shuffle takes from the span, later ones keep lanes */
            int64_t from = piece == 1 ? at : i;
            if (piece == 1 ? at >= n : i >= n_done)
                from = at - start + n;
            lanes[i] = from < 2 * n
                           ? LLVMConstInt(i32, (unsigned long long)from, false)
                           : LLVMGetUndef(i32);
        }
        while (n_done < n && phase + n_done * step < start + n)
            n_done++;
        result = LLVMBuildShuffleVector(
            e->builder, result, next, LLVMConstVector(lanes, (unsigned)n), "");
    }
    return result;
}
