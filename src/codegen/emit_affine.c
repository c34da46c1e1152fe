/* Affine forms, their atoms, and guards, as 64-bit integers: scalars, or
 * vectors where the lane occurs. */
#include "codegen/emit.h"

/* a * factor; without an instruction for a factor of 1. */
static LLVMValueRef multiply_by(
    struct emitter *e, LLVMValueRef a, int64_t factor)
{
    if (factor == 1)
        return a;
    return LLVMBuildNSWMul(e->builder, a, emit_integer_like(a, factor), "");
}

/* a + b, one of them perhaps NULL. */
static LLVMValueRef add_to(struct emitter *e, LLVMValueRef a, LLVMValueRef b)
{
    if (!a)
        return b;
    emit_unify(e, &a, &b);
    return LLVMBuildNSWAdd(e->builder, a, b, "");
}

LLVMValueRef emit_floor_division(
    struct emitter *e, LLVMValueRef a, int64_t divisor)
{
    LLVMBuilderRef b = e->builder;
    if ((divisor & (divisor - 1)) == 0) {
        int shift = 0;
        while (((int64_t)1 << shift) < divisor)
            shift++;
        return LLVMBuildAShr(b, a, emit_integer_like(a, shift), "");
    }
    LLVMValueRef is_negative =
        LLVMBuildICmp(b, LLVMIntSLT, a, emit_integer_like(a, 0), "");
    LLVMValueRef down =
        LLVMBuildSub(b, a, emit_integer_like(a, divisor - 1), "");
    LLVMValueRef start = LLVMBuildSelect(b, is_negative, down, a, "");
    return LLVMBuildSDiv(b, start, emit_integer_like(a, divisor), "");
}

/* "of" reflected into 0 .. extent-1, or brought there by +-extent. */
static LLVMValueRef emit_reflection(struct emitter *e, enum variable_kind kind,
    LLVMValueRef of, LLVMValueRef extent)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef zero = emit_integer_like(of, 0);
    LLVMValueRef below, above;
    if (kind == VARIABLE_WRAP) {
        below = LLVMBuildAdd(b, of, extent, "");
        above = LLVMBuildSub(b, of, extent, "");
    } else {
        LLVMValueRef last =
            LLVMBuildSub(b, extent, emit_integer_like(of, 1), "");
        below = LLVMBuildSub(b, zero, of, "");
        above = LLVMBuildSub(b, LLVMBuildAdd(b, last, last, ""), of, "");
    }
    LLVMValueRef is_below = LLVMBuildICmp(b, LLVMIntSLT, of, zero, "");
    LLVMValueRef is_above = LLVMBuildICmp(b, LLVMIntSGE, of, extent, "");
    LLVMValueRef result = LLVMBuildSelect(b, is_above, above, of, "");
    return LLVMBuildSelect(b, is_below, below, result, "");
}

/* clamp, wrap or mirror. */
static LLVMValueRef emit_border(struct emitter *e, const struct variable *atom)
{
    LLVMValueRef of = emit_affine(e, atom->of);
    LLVMValueRef extent = emit_affine(e, atom->extent);
    emit_unify(e, &of, &extent);
    if (atom->kind != VARIABLE_CLAMP)
        return emit_reflection(e, atom->kind, of, extent);
    LLVMValueRef last =
        LLVMBuildSub(e->builder, extent, emit_integer_like(of, 1), "");
    of = emit_intrinsic2(e, "llvm.smax", of, emit_integer_like(of, 0));
    return emit_intrinsic2(e, "llvm.smin", of, last);
}

LLVMValueRef emit_variable(struct emitter *e, const struct variable *variable)
{
    switch (variable->kind) {
    case VARIABLE_PARAMETER:
    case VARIABLE_ITERATOR:
    case VARIABLE_LOOP:
        if (variable->id < e->n_variables && e->variables[variable->id])
            return e->variables[variable->id];
        break;
    case VARIABLE_LANE:
        if (variable == e->lane)
            return emit_steps(e, variable->n_lanes, 64, 0, 1);
        break;
    case VARIABLE_FLOOR:
        return emit_floor_division(
            e, emit_affine(e, variable->of), variable->divisor);
    case VARIABLE_CLAMP:
    case VARIABLE_WRAP:
    case VARIABLE_MIRROR:
        return emit_border(e, variable);
    }
    struct source_range nowhere = {NULL, 0, 0};
    diag_internal(e->c->diag, nowhere, "variable '%s' is not in scope",
        variable->name ? variable->name->text : "?");
    return emit_i64(e, 0);
}

LLVMValueRef emit_affine(struct emitter *e, const struct affine *affine)
{
    LLVMValueRef sum = NULL;
    for (int i = 0; i < affine->n_terms; i++) {
        const struct affine_term *term = &affine->terms[i];
        LLVMValueRef variable = emit_variable(e, term->variable);
        sum = add_to(e, sum, multiply_by(e, variable, term->coefficient));
    }
    if (!sum)
        return emit_i64(e, affine->constant);
    if (affine->constant == 0)
        return sum;
    return add_to(e, sum, emit_integer_like(sum, affine->constant));
}

/* The lane counted in integers as narrow as the comparison can be: what
 * matters is that a whole vector of masks is few instructions. */
static int get_count_bits(int n_lanes)
{
    return n_lanes <= 16 ? 32 : n_lanes <= 32 ? 16 : 8;
}

/* affine <= limit, whatever the loops are at? */
static bool is_at_most(
    struct emitter *e, const struct affine *affine, int64_t limit)
{
    struct value_context *v = e->program->values;
    return emit_prove(e, affine_subtract(v, affine_constant(v, limit), affine));
}

/* base + coefficient * lane >= 0: a scalar bound, clamped to where the lanes
 * are (or one before or after), compared with their numbers. */
static LLVMValueRef emit_lane_bound(
    struct emitter *e, const struct affine *base, int64_t coefficient)
{
    LLVMBuilderRef b = e->builder;
    struct value_context *v = e->program->values;
    int n = emit_n_lanes(e);
    int bits = get_count_bits(n);
    LLVMTypeRef count = LLVMIntTypeInContext(e->context, (unsigned)bits);
    int64_t step = coefficient < 0 ? -coefficient : coefficient;
    /* rising: lane > floor((-base - 1) / step); falling: lane <= ... */
    if (coefficient > 0)
        base = affine_shift(v, affine_scale(v, base, -1), -1);
    LLVMValueRef bound = emit_floor_division(e, emit_affine(e, base), step);
    if (!emit_prove(e, affine_shift(v, base, step)))
        bound = emit_intrinsic2(e, "llvm.smax", bound, emit_i64(e, -1));
    if (!is_at_most(e, base, n * step))
        bound = emit_intrinsic2(e, "llvm.smin", bound, emit_i64(e, n));
    bound = emit_spread(e, LLVMBuildTrunc(b, bound, count, ""));
    return LLVMBuildICmp(b, coefficient > 0 ? LLVMIntSGT : LLVMIntSLE,
        emit_steps(e, n, bits, 0, 1), bound, "");
}

/* term >= 0. */
static LLVMValueRef emit_term(struct emitter *e, const struct affine *term)
{
    const struct variable *lane = e->lane;
    if (lane && affine_has(term, lane) && !affine_has_in_atom(term, lane)) {
        int64_t coefficient = affine_coefficient(term, lane);
        struct value_context *v = e->program->values;
        const struct affine *base = affine_subtract(
            v, term, affine_scale(v, affine_variable(v, lane), coefficient));
        return emit_lane_bound(e, base, coefficient);
    }
    LLVMValueRef value = emit_affine(e, term);
    return LLVMBuildICmp(
        e->builder, LLVMIntSGE, value, emit_integer_like(value, 0), "");
}

/* All terms >= 0; scalars are put together before they are spread. */
LLVMValueRef emit_clause(struct emitter *e, const struct clause *clause)
{
    LLVMValueRef scalar = NULL;
    LLVMValueRef vector = NULL;
    for (int i = 0; i < clause->n; i++) {
        if (emit_prove(e, clause->terms[i]))
            continue;
        LLVMValueRef term = emit_term(e, clause->terms[i]);
        LLVMValueRef *sum = emit_is_vector(term) ? &vector : &scalar;
        *sum = *sum ? LLVMBuildAnd(e->builder, *sum, term, "") : term;
    }
    if (!scalar && !vector)
        return LLVMConstInt(LLVMInt1TypeInContext(e->context), 1, false);
    if (!vector || !scalar)
        return vector ? vector : scalar;
    return LLVMBuildAnd(e->builder, vector, emit_spread(e, scalar), "");
}

LLVMValueRef emit_guard(struct emitter *e, const struct guard *guard)
{
    LLVMValueRef any = NULL;
    for (int i = 0; guard && i < guard->n_clauses; i++) {
        LLVMValueRef one = emit_clause(e, &guard->clauses[i]);
        if (any) {
            emit_unify(e, &any, &one);
            one = LLVMBuildOr(e->builder, any, one, "");
        }
        any = one;
    }
    if (!any)
        return LLVMConstInt(
            LLVMInt1TypeInContext(e->context), guard == NULL, false);
    return any;
}
