/* Conversions between element types, the same bits on every target: to
 * nearest even between floats and from integers, saturating with NaN = 0
 * from float to integer, wrapping between integers. Where a conversion of
 * f16 is not an instruction it is spelled in integer operations, so that no
 * library function is ever called.
 */
#include "codegen/emit.h"

/* The integer type with as many bits as f32 (or f64) "like", per lane. */
static LLVMTypeRef get_integer_type(
    struct emitter *e, LLVMValueRef like, unsigned bits)
{
    return emit_type_like(like, LLVMIntTypeInContext(e->context, bits));
}

/* The float type "type", scalar or vector as "like". */
static LLVMTypeRef get_float_type(
    struct emitter *e, LLVMValueRef like, enum dtype type)
{
    return emit_type_like(like, codegen_type(e->context, type));
}

/* The same bits as another type of the same size. */
static LLVMValueRef cast_bits(
    struct emitter *e, LLVMValueRef value, LLVMTypeRef type)
{
    return LLVMBuildBitCast(e->builder, value, type, "");
}

/* bf16 to f32: the upper half of its bits. */
static LLVMValueRef widen_bf16(struct emitter *e, LLVMValueRef value)
{
    LLVMValueRef bits =
        LLVMBuildZExt(e->builder, value, get_integer_type(e, value, 32), "");
    bits = LLVMBuildShl(e->builder, bits, emit_integer_like(bits, 16), "");
    return cast_bits(e, bits, get_float_type(e, value, DTYPE_F32));
}

/* f32 to bf16, ties to even; a NaN stays one and becomes quiet. */
static LLVMValueRef narrow_bf16(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef bits = cast_bits(e, value, get_integer_type(e, value, 32));
    LLVMValueRef high = LLVMBuildLShr(b, bits, emit_integer_like(bits, 16), "");
    LLVMValueRef odd = LLVMBuildAnd(b, high, emit_integer_like(bits, 1), "");
    LLVMValueRef bias =
        LLVMBuildAdd(b, odd, emit_integer_like(bits, 0x7fff), "");
    LLVMValueRef rounded = LLVMBuildLShr(
        b, LLVMBuildAdd(b, bits, bias, ""), emit_integer_like(bits, 16), "");
    LLVMValueRef quiet =
        LLVMBuildOr(b, high, emit_integer_like(bits, 0x40), "");
    LLVMValueRef is_nan = LLVMBuildFCmp(b, LLVMRealUNO, value, value, "");
    LLVMValueRef chosen = LLVMBuildSelect(b, is_nan, quiet, rounded, "");
    return LLVMBuildTrunc(b, chosen, get_integer_type(e, value, 16), "");
}

/* The same, by an instruction where the target has one. */
static LLVMValueRef narrow_bf16_fast(struct emitter *e, LLVMValueRef value)
{
    const struct target *target = e->codegen->request->target;
    LLVMValueRef result = NULL;
    if (target->narrow_bf16 && !emit_is_vector(value))
        result = target->narrow_bf16(e->codegen, e->builder, e->machine, value);
    return result ? result : narrow_bf16(e, value);
}

/* f16 to f32 by integer operations: a normal number by moving its exponent,
 * a denormal as an integer times 2^-24, infinities and NaN by hand. */
static LLVMValueRef widen_f16_by_bits(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef f32 = get_float_type(e, value, DTYPE_F32);
    LLVMTypeRef i32 = get_integer_type(e, value, 32);
    LLVMValueRef bits = LLVMBuildZExt(b, value, i32, "");
    LLVMValueRef sign = LLVMBuildShl(b,
        LLVMBuildAnd(b, bits, emit_integer_like(bits, 0x8000), ""),
        emit_integer_like(bits, 16), "");
    LLVMValueRef size =
        LLVMBuildAnd(b, bits, emit_integer_like(bits, 0x7fff), "");
    LLVMValueRef moved = LLVMBuildShl(b, size, emit_integer_like(bits, 13), "");
    LLVMValueRef normal =
        LLVMBuildAdd(b, moved, emit_integer_like(bits, 112 << 23), "");
    LLVMValueRef special =
        LLVMBuildOr(b, moved, emit_integer_like(bits, 0x7f800000), "");
    LLVMValueRef small = LLVMBuildSIToFP(b, size, f32, "");
    small = LLVMBuildFMul(b, small, emit_real_like(small, 0x1p-24), "");
    LLVMValueRef is_small =
        LLVMBuildICmp(b, LLVMIntSLT, size, emit_integer_like(bits, 0x400), "");
    LLVMValueRef is_special =
        LLVMBuildICmp(b, LLVMIntSGT, size, emit_integer_like(bits, 0x7bff), "");
    LLVMValueRef result = LLVMBuildSelect(b, is_special, special, normal, "");
    result = LLVMBuildSelect(b, is_small, cast_bits(e, small, i32), result, "");
    return cast_bits(e, LLVMBuildOr(b, result, sign, ""), f32);
}

/* |f32| as bits to the bits of |f16|, "size" below 2^16: the addition of 0.5
 * rounds a denormal result where its last bit is. */
static LLVMValueRef narrow_f16_size(struct emitter *e, LLVMValueRef size)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef f32 = get_float_type(e, size, DTYPE_F32);
    LLVMValueRef small = cast_bits(e, size, f32);
    small = LLVMBuildFAdd(b, small, emit_real_like(small, 0.5), "");
    small = LLVMBuildSub(b, cast_bits(e, small, LLVMTypeOf(size)),
        emit_integer_like(size, 0x3f000000), "");
    LLVMValueRef odd =
        LLVMBuildAnd(b, LLVMBuildLShr(b, size, emit_integer_like(size, 13), ""),
            emit_integer_like(size, 1), "");
    LLVMValueRef normal = LLVMBuildAdd(
        b, size, emit_integer_like(size, 0xfff - ((int64_t)112 << 23)), "");
    normal = LLVMBuildLShr(
        b, LLVMBuildAdd(b, normal, odd, ""), emit_integer_like(size, 13), "");
    LLVMValueRef is_small = LLVMBuildICmp(
        b, LLVMIntSLT, size, emit_integer_like(size, 113 << 23), "");
    return LLVMBuildSelect(b, is_small, small, normal, "");
}

/* f32 to f16 by integer operations, ties to even. */
static LLVMValueRef narrow_f16_by_bits(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef bits = cast_bits(e, value, get_integer_type(e, value, 32));
    LLVMValueRef size =
        LLVMBuildAnd(b, bits, emit_integer_like(bits, 0x7fffffff), "");
    LLVMValueRef sign = LLVMBuildLShr(
        b, LLVMBuildXor(b, bits, size, ""), emit_integer_like(bits, 16), "");
    LLVMValueRef is_large = LLVMBuildICmp(
        b, LLVMIntSGE, size, emit_integer_like(bits, 143 << 23), "");
    LLVMValueRef is_nan = LLVMBuildICmp(
        b, LLVMIntSGT, size, emit_integer_like(bits, 0x7f800000), "");
    LLVMValueRef large = LLVMBuildSelect(b, is_nan,
        emit_integer_like(bits, 0x7e00), emit_integer_like(bits, 0x7c00), "");
    LLVMValueRef result =
        LLVMBuildSelect(b, is_large, large, narrow_f16_size(e, size), "");
    result = LLVMBuildOr(b, result, sign, "");
    return LLVMBuildTrunc(b, result, get_integer_type(e, value, 16), "");
}

/* f16 or bf16 to f32. */
static LLVMValueRef widen(
    struct emitter *e, LLVMValueRef value, enum dtype from)
{
    if (from == DTYPE_BF16)
        return widen_bf16(e, value);
    if (!e->machine->has_half)
        return widen_f16_by_bits(e, value);
    LLVMTypeRef half = emit_type_like(value, LLVMHalfTypeInContext(e->context));
    return LLVMBuildFPExt(e->builder, cast_bits(e, value, half),
        get_float_type(e, value, DTYPE_F32), "");
}

/* f32 to f16 or bf16. */
static LLVMValueRef narrow(struct emitter *e, LLVMValueRef value, enum dtype to)
{
    if (to == DTYPE_BF16)
        return narrow_bf16_fast(e, value);
    if (!e->machine->has_half)
        return narrow_f16_by_bits(e, value);
    LLVMTypeRef half = emit_type_like(value, LLVMHalfTypeInContext(e->context));
    LLVMValueRef result = LLVMBuildFPTrunc(e->builder, value, half, "");
    return cast_bits(e, result, get_integer_type(e, value, 16));
}

/* f64 to f32 such that rounding the result once more to a narrower type
 * gives what rounding the f64 at once would: towards zero, with the last bit
 * set if anything was lost. */
static LLVMValueRef narrow_to_odd(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef f32 = get_float_type(e, value, DTYPE_F32);
    LLVMValueRef nearest = LLVMBuildFPTrunc(b, value, f32, "");
    LLVMValueRef back = LLVMBuildFPExt(b, nearest, LLVMTypeOf(value), "");
    LLVMValueRef bits = cast_bits(e, nearest, get_integer_type(e, value, 32));
    LLVMValueRef is_above =
        LLVMBuildFCmp(b, LLVMRealOGT, emit_intrinsic1(e, "llvm.fabs", back),
            emit_intrinsic1(e, "llvm.fabs", value), "");
    LLVMValueRef is_lossy = LLVMBuildFCmp(b, LLVMRealONE, back, value, "");
    LLVMValueRef down = LLVMBuildSub(b, bits, emit_integer_like(bits, 1), "");
    LLVMValueRef result = LLVMBuildSelect(b, is_above, down, bits, "");
    LLVMValueRef odd = LLVMBuildOr(b, result, emit_integer_like(bits, 1), "");
    result = LLVMBuildSelect(b, is_lossy, odd, result, "");
    return cast_bits(e, result, f32);
}

/* A float of 16 bits: arithmetic is done in f32. */
static bool is_narrow(enum dtype type)
{
    return type == DTYPE_F16 || type == DTYPE_BF16;
}

/* Between floats. */
static LLVMValueRef convert_floats(
    struct emitter *e, LLVMValueRef value, enum dtype from, enum dtype to)
{
    if (is_narrow(from)) {
        value = widen(e, value, from);
        from = DTYPE_F32;
    }
    if (from == to)
        return value;
    if (is_narrow(to)) {
        if (from == DTYPE_F64)
            value = narrow_to_odd(e, value);
        return narrow(e, value, to);
    }
    LLVMTypeRef type = get_float_type(e, value, to);
    if (to == DTYPE_F64)
        return LLVMBuildFPExt(e->builder, value, type, "");
    return LLVMBuildFPTrunc(e->builder, value, type, "");
}

/* The bits of an INDEX that a double cannot hold, gathered in its last one:
 * what rounding once to a narrower float needs. */
static LLVMValueRef make_sticky(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef size =
        emit_intrinsic(e, "llvm.abs", 1, (LLVMTypeRef[]){LLVMTypeOf(value)}, 2,
            (LLVMValueRef[]){value,
                LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false)});
    LLVMValueRef is_small = LLVMBuildICmp(
        b, LLVMIntULT, size, emit_integer_like(value, (int64_t)1 << 53), "");
    LLVMValueRef low =
        LLVMBuildAnd(b, value, emit_integer_like(value, 2047), "");
    LLVMValueRef is_lossy =
        LLVMBuildICmp(b, LLVMIntNE, low, emit_integer_like(value, 0), "");
    LLVMValueRef kept =
        LLVMBuildAnd(b, value, emit_integer_like(value, ~(int64_t)2047), "");
    LLVMValueRef sticky =
        LLVMBuildOr(b, kept, emit_integer_like(value, 1024), "");
    LLVMValueRef large = LLVMBuildSelect(b, is_lossy, sticky, kept, "");
    return LLVMBuildSelect(b, is_small, value, large, "");
}

/* From an integer to a float. */
static LLVMValueRef convert_to_float(
    struct emitter *e, LLVMValueRef value, enum dtype from, enum dtype to)
{
    bool is_unsigned = from == DTYPE_BOOL || from == DTYPE_U8;
    enum dtype through = to;
    if (is_narrow(to))
        through =
            from == DTYPE_I32 || from == DTYPE_INDEX ? DTYPE_F64 : DTYPE_F32;
    if (is_narrow(to) && from == DTYPE_INDEX)
        value = make_sticky(e, value);
    LLVMTypeRef type = get_float_type(e, value, through);
    LLVMValueRef result = is_unsigned
                              ? LLVMBuildUIToFP(e->builder, value, type, "")
                              : LLVMBuildSIToFP(e->builder, value, type, "");
    return convert_floats(e, result, through, to);
}

/* The range of an integer type. */
static void get_range(enum dtype type, int64_t *low, int64_t *high)
{
    int bits = type == DTYPE_BOOL    ? 1
               : type == DTYPE_INDEX ? 64
                                     : dtype_bits(type);
    bool is_unsigned = type == DTYPE_BOOL || type == DTYPE_U8;
    *low = is_unsigned ? 0 : -((int64_t)1 << (bits - 2)) * 2;
    *high = is_unsigned ? ((int64_t)1 << bits) - 1 : -(*low + 1);
}

/* The largest number of f32 (or f64) that is at most "high". */
static double get_float_below(int64_t high, bool is_double)
{
    int64_t unit = 1;
    while (high / unit >= (is_double ? (int64_t)1 << 53 : 1 << 24))
        unit *= 2;
    return (double)(high / unit * unit);
}

/* a > b ? a : b, or a < b ? a : b. */
static LLVMValueRef pick(struct emitter *e, LLVMRealPredicate predicate,
    LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef test = LLVMBuildFCmp(e->builder, predicate, a, b, "");
    return LLVMBuildSelect(e->builder, test, a, b, "");
}

/* From f32 or f64 to an integer: NaN is 0, and numbers outside the range are
 * moved into it before they are truncated, for the instruction does not
 * saturate (and LLVM's saturating conversion goes lane by lane). Where the
 * largest integer is no float it is put in afterwards. */
static LLVMValueRef convert_to_integer(
    struct emitter *e, LLVMValueRef value, enum dtype to)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef type = LLVMTypeOf(value);
    if (emit_is_vector(value))
        type = LLVMGetElementType(type);
    bool is_double = LLVMGetTypeKind(type) == LLVMDoubleTypeKind;
    int64_t low, high;
    get_range(to, &low, &high);
    double below = get_float_below(high, is_double);
    LLVMValueRef is_number = LLVMBuildFCmp(b, LLVMRealORD, value, value, "");
    LLVMValueRef number =
        LLVMBuildSelect(b, is_number, value, emit_real_like(value, 0), "");
    LLVMValueRef inside =
        pick(e, LLVMRealOGT, number, emit_real_like(value, (double)low));
    inside = pick(e, LLVMRealOLT, inside, emit_real_like(value, below));
    LLVMValueRef result = LLVMBuildFPToSI(
        b, inside, get_integer_type(e, value, to == DTYPE_INDEX ? 64 : 32), "");
    if (below < (double)high)
        result = LLVMBuildSelect(b,
            LLVMBuildFCmp(
                b, LLVMRealOGT, number, emit_real_like(value, below), ""),
            emit_integer_like(result, high), result, "");
    if (to == DTYPE_INDEX || to == DTYPE_I32)
        return result;
    return LLVMBuildTrunc(
        b, result, emit_type_like(value, codegen_type(e->context, to)), "");
}

/* Between integers: wraps; to bool: is it not 0. */
static LLVMValueRef convert_integers(
    struct emitter *e, LLVMValueRef value, enum dtype from, enum dtype to)
{
    if (to == DTYPE_BOOL)
        return LLVMBuildICmp(
            e->builder, LLVMIntNE, value, emit_integer_like(value, 0), "");
    LLVMTypeRef type = emit_type_like(value, codegen_type(e->context, to));
    int from_bits = from == DTYPE_BOOL    ? 1
                    : from == DTYPE_INDEX ? 64
                                          : dtype_bits(from);
    int to_bits = to == DTYPE_INDEX ? 64 : dtype_bits(to);
    if (to_bits < from_bits)
        return LLVMBuildTrunc(e->builder, value, type, "");
    if (to_bits == from_bits)
        return value;
    if (from == DTYPE_BOOL || from == DTYPE_U8)
        return LLVMBuildZExt(e->builder, value, type, "");
    return LLVMBuildSExt(e->builder, value, type, "");
}

/* A float that tensors may hold; bool and index are none. */
static bool is_float(enum dtype type)
{
    return type < DTYPE_N_STORED && dtype_is_float(type);
}

LLVMValueRef emit_convert(
    struct emitter *e, LLVMValueRef value, enum dtype from, enum dtype to)
{
    if (from == to)
        return value;
    if (is_float(from) && is_float(to))
        return convert_floats(e, value, from, to);
    if (is_float(to))
        return convert_to_float(e, value, from, to);
    if (!is_float(from))
        return convert_integers(e, value, from, to);
    if (is_narrow(from))
        value = widen(e, value, from);
    return convert_to_integer(e, value, to);
}
