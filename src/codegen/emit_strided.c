/* Vector loads of every second to eighth element: whole vectors over
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

/* Vectors that follow each other in memory, each so many elements early. */
struct span {
    int n;
    int64_t early[COSTS_MOST_STEP];
    LLVMValueRef vectors[COSTS_MOST_STEP];
};

/* Lane "i" of what a span's vectors up to the "which"-th hold of the elements
 * wanted, the "at"-th of the span: from that vector, or from the lanes of those
 * before it, which are the span's first vector as long as it is alone. */
static LLVMValueRef get_source(struct emitter *e, const struct span *span,
    int which, int64_t at, int64_t i)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    int n = emit_n_lanes(e);
    int64_t from = i;
    if (which == 1 && at < n)
        from = at + span->early[0] < n ? at + span->early[0] : 2 * n;
    if (at >= which * n)
        from = at - which * n + n + span->early[which];
    return from < 2 * n ? LLVMConstInt(i32, (unsigned long long)from, false)
                        : LLVMGetUndef(i32);
}

/* One vector: every so-manieth element of a span from "phase" on, as many as
 * the span has vectors. */
static LLVMValueRef thin_out(
    struct emitter *e, const struct span *span, int64_t phase)
{
    int n = emit_n_lanes(e);
    LLVMValueRef *lanes = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    LLVMValueRef result = span->vectors[0];
    for (int piece = 1; piece < span->n; piece++) {
        for (int i = 0; i < n; i++) {
            int64_t at = phase + (int64_t)i * span->n;
            lanes[i] = get_source(e, span, piece, at, i);
        }
        result = LLVMBuildShuffleVector(e->builder, result,
            span->vectors[piece], LLVMConstVector(lanes, (unsigned)n), "");
    }
    return result;
}

/* The smallest number above 1 that divides a step. */
static int get_factor(int step)
{
    int factor = 2;
    while (step % factor)
        factor++;
    return factor;
}

/* The elements of a span that are as far apart as it has vectors: by one
 * factor after the other, so that loads of other phases share what the first
 * ones leave. */
static LLVMValueRef pick_phase(
    struct emitter *e, struct span span, int64_t phase)
{
    while (span.n > 1) {
        int factor = get_factor(span.n);
        int n = span.n / factor;
        for (int i = 0; i < n; i++) {
            struct span part = {.n = factor};
            for (int j = 0; j < factor; j++) {
                part.early[j] = span.early[i * factor + j];
                part.vectors[j] = span.vectors[i * factor + j];
            }
            span.vectors[i] = thin_out(e, &part, phase % factor);
            span.early[i] = 0;
        }
        span.n = n;
        phase /= factor;
    }
    return span.vectors[0];
}

LLVMValueRef emit_strided_load(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t step, int64_t phase, bool is_whole,
    LLVMValueRef mask)
{
    int n = emit_n_lanes(e);
    struct span span = {.n = (int)step};
    for (int64_t piece = 0; piece < step; piece++) {
        int64_t start = get_start(n, step, phase, piece, is_whole || mask);
        span.vectors[piece] =
            load_piece(e, array, pointer, step, piece, start, mask);
        span.early[piece] = piece * n - start;
    }
    return pick_phase(e, span, phase);
}
