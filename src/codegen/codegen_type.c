/* Types and small helpers of LLVM values: element types, lanes, constants,
 * intrinsics. */
#include "codegen/emit.h"

#include <string.h>

/* LLVM's type of one value: i16 for f16 and bf16. */
LLVMTypeRef codegen_type(LLVMContextRef context, enum dtype type)
{
    switch (type) {
    case DTYPE_F64:
        return LLVMDoubleTypeInContext(context);
    case DTYPE_F32:
        return LLVMFloatTypeInContext(context);
    case DTYPE_F16:
    case DTYPE_BF16:
    case DTYPE_I16:
        return LLVMInt16TypeInContext(context);
    case DTYPE_I32:
        return LLVMInt32TypeInContext(context);
    case DTYPE_I8:
    case DTYPE_U8:
        return LLVMInt8TypeInContext(context);
    case DTYPE_BOOL:
        return LLVMInt1TypeInContext(context);
    case DTYPE_INDEX:
    case DTYPE_NONE:
        break;
    }
    return LLVMInt64TypeInContext(context);
}

/* Bytes of a stored element: here elements become bytes. */
int64_t codegen_size_bytes(enum dtype type)
{
    return dtype_bits(type) / 8;
}

/* Lanes of the statement at hand, 1 for a scalar one. */
int emit_n_lanes(const struct emitter *e)
{
    return e->lane ? e->lane->n_lanes : 1;
}

/* A vector of "scalar", one element per lane. */
LLVMTypeRef emit_lanes_type(const struct emitter *e, LLVMTypeRef scalar)
{
    return LLVMVectorType(scalar, (unsigned)emit_n_lanes(e));
}

/* Is it one value per lane? */
bool emit_is_vector(LLVMValueRef value)
{
    return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
}

/* The type of "like" with "scalar" as element. */
LLVMTypeRef emit_type_like(LLVMValueRef like, LLVMTypeRef scalar)
{
    if (!emit_is_vector(like))
        return scalar;
    return LLVMVectorType(scalar, LLVMGetVectorSize(LLVMTypeOf(like)));
}

/* n times the constant. */
static LLVMValueRef repeat_constant(LLVMValueRef constant, unsigned n)
{
    LLVMValueRef elements[256];
    for (unsigned i = 0; i < n && i < 256; i++)
        elements[i] = constant;
    return LLVMConstVector(elements, n);
}

/* A scalar repeated in every lane; a vector as it is. */
LLVMValueRef emit_spread(struct emitter *e, LLVMValueRef value)
{
    if (emit_is_vector(value) || !e->lane)
        return value;
    unsigned n = (unsigned)emit_n_lanes(e);
    if (LLVMIsConstant(value) && !LLVMIsUndef(value))
        return repeat_constant(value, n);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(value), n);
    LLVMValueRef poison = LLVMGetPoison(type);
    LLVMValueRef first = LLVMBuildInsertElement(
        e->builder, poison, value, LLVMConstInt(i32, 0, false), "");
    return LLVMBuildShuffleVector(
        e->builder, first, poison, LLVMConstNull(LLVMVectorType(i32, n)), "");
}

/* Both scalar, or both vectors. */
void emit_unify(struct emitter *e, LLVMValueRef *a, LLVMValueRef *b)
{
    if (emit_is_vector(*a))
        *b = emit_spread(e, *b);
    else if (emit_is_vector(*b))
        *a = emit_spread(e, *a);
}

/* A 64-bit constant. */
LLVMValueRef emit_i64(const struct emitter *e, int64_t value)
{
    return LLVMConstInt(
        LLVMInt64TypeInContext(e->context), (unsigned long long)value, true);
}

/* A constant of the (scalar or vector) integer type of "like". */
LLVMValueRef emit_integer_like(LLVMValueRef like, int64_t value)
{
    LLVMTypeRef type = LLVMTypeOf(like);
    if (!emit_is_vector(like))
        return LLVMConstInt(type, (unsigned long long)value, true);
    LLVMValueRef one =
        LLVMConstInt(LLVMGetElementType(type), (unsigned long long)value, true);
    return repeat_constant(one, LLVMGetVectorSize(type));
}

/* A constant of the (scalar or vector) float type of "like". */
LLVMValueRef emit_real_like(LLVMValueRef like, double value)
{
    LLVMTypeRef type = LLVMTypeOf(like);
    if (!emit_is_vector(like))
        return LLVMConstReal(type, value);
    return repeat_constant(LLVMConstReal(LLVMGetElementType(type), value),
        LLVMGetVectorSize(type));
}

/* The vector first, first + step, ... of integers of "bits" bits. */
LLVMValueRef emit_steps(
    const struct emitter *e, int n, int bits, int64_t first, int64_t step)
{
    LLVMTypeRef type = LLVMIntTypeInContext(e->context, (unsigned)bits);
    LLVMValueRef *elements = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    for (int i = 0; i < n; i++)
        elements[i] =
            LLVMConstInt(type, (unsigned long long)(first + step * i), true);
    return LLVMConstVector(elements, (unsigned)n);
}

/* Call of an overloaded intrinsic. */
LLVMValueRef emit_intrinsic(struct emitter *e, const char *name, int n_types,
    LLVMTypeRef *types, int n_arguments, LLVMValueRef *arguments)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(
        e->codegen->module, id, types, (size_t)n_types);
    LLVMTypeRef type =
        LLVMIntrinsicGetType(e->context, id, types, (size_t)n_types);
    return LLVMBuildCall2(
        e->builder, type, function, arguments, (unsigned)n_arguments, "");
}

/* An intrinsic of one operand. */
LLVMValueRef emit_intrinsic1(
    struct emitter *e, const char *name, LLVMValueRef a)
{
    LLVMTypeRef type = LLVMTypeOf(a);
    return emit_intrinsic(e, name, 1, &type, 1, &a);
}

/* The larger or smaller of two constants; NULL if that is not it. LLVM's
 * builder folds instructions but not intrinsics. */
static LLVMValueRef fold_extreme(
    const char *name, LLVMValueRef a, LLVMValueRef b)
{
    bool is_max = strcmp(name, "llvm.smax") == 0;
    if (!LLVMIsAConstantInt(a) || !LLVMIsAConstantInt(b) ||
        (!is_max && strcmp(name, "llvm.smin") != 0))
        return NULL;
    bool is_less = LLVMConstIntGetSExtValue(a) < LLVMConstIntGetSExtValue(b);
    return is_less == is_max ? b : a;
}

/* An intrinsic of two operands of one type. */
LLVMValueRef emit_intrinsic2(
    struct emitter *e, const char *name, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef folded = fold_extreme(name, a, b);
    if (folded)
        return folded;
    LLVMTypeRef type = LLVMTypeOf(a);
    LLVMValueRef arguments[2] = {a, b};
    return emit_intrinsic(e, name, 1, &type, 2, arguments);
}
