/* Values to LLVM: arithmetic exactly as value_compute.c defines it, with no
 * fast-math flag anywhere. */
#include "codegen/emit.h"

/* Float lanes or a float scalar, f32 or f64; others are integers. */
static bool is_float_value(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    if (emit_is_vector(value))
        type = LLVMGetElementType(type);
    LLVMTypeKind kind = LLVMGetTypeKind(type);
    return kind == LLVMFloatTypeKind || kind == LLVMDoubleTypeKind;
}

/* A constant number other than zero? */
static bool is_ordinary_number(LLVMValueRef value)
{
    LLVMBool loses;
    double number;
    if (!value || !LLVMIsAConstantFP(value))
        return false;
    number = LLVMConstRealGetDouble(value, &loses);
    return number < 0 || number > 0;
}

/* The same in all lanes. */
static bool is_ordinary_constant(LLVMValueRef value)
{
    if (!LLVMIsConstant(value) || !emit_is_vector(value))
        return is_ordinary_number(value);
    for (unsigned i = 0; i < LLVMGetVectorSize(LLVMTypeOf(value)); i++)
        if (!is_ordinary_number(LLVMGetAggregateElement(value, i)))
            return false;
    return true;
}

/* a < b ? a : b, or a < b ? b : a. Where the operand that is taken only if the
 * comparison holds is a number, a NaN in the other is the result, as of an
 * instruction some machines have. */
static LLVMValueRef emit_extreme(
    struct emitter *e, bool is_max, LLVMValueRef a, LLVMValueRef b)
{
    if (e->machine->has_nan_extremes && is_float_value(a) &&
        is_ordinary_constant(is_max ? b : a))
        return emit_intrinsic2(
            e, is_max ? "llvm.maximum" : "llvm.minimum", a, b);
    LLVMValueRef less = is_float_value(a)
                            ? LLVMBuildFCmp(e->builder, LLVMRealOLT, a, b, "")
                            : LLVMBuildICmp(e->builder, LLVMIntSLT, a, b, "");
    return is_max ? LLVMBuildSelect(e->builder, less, b, a, "")
                  : LLVMBuildSelect(e->builder, less, a, b, "");
}

/* The same for integers without a sign. */
static LLVMValueRef emit_unsigned_extreme(
    struct emitter *e, bool is_max, LLVMValueRef a, LLVMValueRef b)
{
    emit_unify(e, &a, &b);
    return emit_intrinsic2(e, is_max ? "llvm.umax" : "llvm.umin", a, b);
}

/* A comparison; != is true for NaN. */
static LLVMValueRef emit_comparison(struct emitter *e,
    enum value_operation operation, LLVMValueRef a, LLVMValueRef b)
{
    bool is_float = is_float_value(a);
    LLVMRealPredicate real = LLVMRealUNE;
    LLVMIntPredicate integer = LLVMIntNE;
    if (operation == VALUE_LESS) {
        real = LLVMRealOLT;
        integer = LLVMIntSLT;
    } else if (operation == VALUE_LESS_EQUAL) {
        real = LLVMRealOLE;
        integer = LLVMIntSLE;
    } else if (operation == VALUE_EQUAL) {
        real = LLVMRealOEQ;
        integer = LLVMIntEQ;
    }
    return is_float ? LLVMBuildFCmp(e->builder, real, a, b, "")
                    : LLVMBuildICmp(e->builder, integer, a, b, "");
}

/* The constant in every lane of a constant integer, or 0. */
static int64_t get_constant(LLVMValueRef value)
{
    if (emit_is_vector(value) && LLVMIsConstant(value))
        value = LLVMGetAggregateElement(value, 0);
    if (!value || !LLVMIsAConstantInt(value))
        return 0;
    return LLVMConstIntGetSExtValue(value);
}

/* Truncating division or remainder of integers. The divisor is a constant
 * other than 0; by -1 the quotient wraps instead of trapping. */
static LLVMValueRef emit_integer_division(struct emitter *e,
    enum value_operation operation, LLVMValueRef a, LLVMValueRef b)
{
    int64_t divisor = get_constant(b);
    bool is_quotient = operation == VALUE_DIVIDE;
    if (divisor == 0)
        return emit_integer_like(a, 0);
    if (divisor == -1)
        return is_quotient ? LLVMBuildNeg(e->builder, a, "")
                           : emit_integer_like(a, 0);
    return is_quotient ? LLVMBuildSDiv(e->builder, a, b, "")
                       : LLVMBuildSRem(e->builder, a, b, "");
}

/* + - * / %. */
static LLVMValueRef emit_arithmetic(struct emitter *e,
    enum value_operation operation, LLVMValueRef a, LLVMValueRef b)
{
    LLVMBuilderRef builder = e->builder;
    bool is_float = is_float_value(a);
    if (operation == VALUE_ADD)
        return is_float ? LLVMBuildFAdd(builder, a, b, "")
                        : LLVMBuildAdd(builder, a, b, "");
    if (operation == VALUE_SUBTRACT)
        return is_float ? LLVMBuildFSub(builder, a, b, "")
                        : LLVMBuildSub(builder, a, b, "");
    if (operation == VALUE_MULTIPLY)
        return is_float ? LLVMBuildFMul(builder, a, b, "")
                        : LLVMBuildMul(builder, a, b, "");
    if (is_float)
        return LLVMBuildFDiv(builder, a, b, "");
    return emit_integer_division(e, operation, a, b);
}

LLVMValueRef emit_binary(struct emitter *e, enum value_operation operation,
    LLVMValueRef a, LLVMValueRef b)
{
    LLVMBuilderRef builder = e->builder;
    emit_unify(e, &a, &b);
    if (operation == VALUE_MIN || operation == VALUE_MAX)
        return emit_extreme(e, operation == VALUE_MAX, a, b);
    if (operation == VALUE_AND)
        return LLVMBuildAnd(builder, a, b, "");
    if (operation == VALUE_OR)
        return LLVMBuildOr(builder, a, b, "");
    if (operation == VALUE_XOR)
        return LLVMBuildXor(builder, a, b, "");
    if (operation == VALUE_SHIFT_LEFT)
        return LLVMBuildShl(builder, a, b, "");
    if (operation == VALUE_SHIFT_RIGHT)
        return LLVMBuildAShr(builder, a, b, "");
    if (operation >= VALUE_ADD && operation <= VALUE_REMAINDER)
        return emit_arithmetic(e, operation, a, b);
    return emit_comparison(e, operation, a, b);
}

/* a*b + c: one rounding where the machine can and the program says so. */
static LLVMValueRef emit_fma(struct emitter *e, LLVMValueRef *operands)
{
    LLVMBuilderRef b = e->builder;
    bool is_vector = emit_is_vector(operands[0]) ||
                     emit_is_vector(operands[1]) || emit_is_vector(operands[2]);
    for (int i = 0; is_vector && i < 3; i++)
        operands[i] = emit_spread(e, operands[i]);
    LLVMTypeRef type = LLVMTypeOf(operands[0]);
    if (e->program->fused && e->machine->has_fma)
        return emit_intrinsic(e, "llvm.fma", 1, &type, 3, operands);
    LLVMValueRef product = LLVMBuildFMul(b, operands[0], operands[1], "");
    return LLVMBuildFAdd(b, product, operands[2], "");
}

/* Bits of a float in front of its point when no fraction bits are left. */
static double get_integral_limit(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    if (emit_is_vector(value))
        type = LLVMGetElementType(type);
    bool is_double = LLVMGetTypeKind(type) == LLVMDoubleTypeKind;
    return is_double ? 0x1p52 : 0x1p23;
}

/* To nearest even without an instruction for it: adding 2^23 (2^52) rounds
 * in the place of the units. Larger numbers and NaN are themselves. */
static LLVMValueRef round_by_addition(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef limit = emit_real_like(value, get_integral_limit(value));
    LLVMValueRef size = emit_intrinsic1(e, "llvm.fabs", value);
    LLVMValueRef rounded =
        LLVMBuildFSub(b, LLVMBuildFAdd(b, size, limit, ""), limit, "");
    LLVMValueRef is_small = LLVMBuildFCmp(b, LLVMRealOLT, size, limit, "");
    rounded = emit_intrinsic2(e, "llvm.copysign", rounded, value);
    return LLVMBuildSelect(b, is_small, rounded, value, "");
}

/* floor: one less where rounding went up. */
static LLVMValueRef floor_by_addition(struct emitter *e, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef rounded = round_by_addition(e, value);
    LLVMValueRef less =
        LLVMBuildFSub(b, rounded, emit_real_like(value, 1.0), "");
    LLVMValueRef is_above = LLVMBuildFCmp(b, LLVMRealOGT, rounded, value, "");
    return LLVMBuildSelect(b, is_above, less, rounded, "");
}

/* floor or round. */
static LLVMValueRef emit_rounding(
    struct emitter *e, bool is_floor, LLVMValueRef a)
{
    if (e->machine->has_rounding)
        return emit_intrinsic1(
            e, is_floor ? "llvm.floor" : "llvm.roundeven", a);
    return is_floor ? floor_by_addition(e, a) : round_by_addition(e, a);
}

/* -a or |a|; integers wrap. */
static LLVMValueRef emit_sign(
    struct emitter *e, enum value_operation operation, LLVMValueRef a)
{
    bool is_float = is_float_value(a);
    if (operation == VALUE_NEGATE)
        return is_float ? LLVMBuildFNeg(e->builder, a, "")
                        : LLVMBuildNeg(e->builder, a, "");
    if (is_float)
        return emit_intrinsic1(e, "llvm.fabs", a);
    LLVMTypeRef type = LLVMTypeOf(a);
    LLVMValueRef arguments[2] = {
        a, LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false)};
    return emit_intrinsic(e, "llvm.abs", 1, &type, 2, arguments);
}

/* Operations of one operand. "type" is that of the result. */
static LLVMValueRef emit_unary(struct emitter *e,
    enum value_operation operation, LLVMValueRef a, enum dtype type)
{
    if (operation == VALUE_NEGATE || operation == VALUE_ABS)
        return emit_sign(e, operation, a);
    if (operation == VALUE_SQRT)
        return emit_intrinsic1(e, "llvm.sqrt", a);
    if (operation == VALUE_NOT)
        return LLVMBuildXor(e->builder, a, emit_integer_like(a, 1), "");
    if (operation == VALUE_FLOOR || operation == VALUE_ROUND)
        return emit_rounding(e, operation == VALUE_FLOOR, a);
    if (operation >= VALUE_FAST_EXP2 && operation <= VALUE_FAST_RSQRT)
        return e->codegen->request->target->compute(
            e->codegen, e->builder, operation, a);
    LLVMTypeRef bits = codegen_type(e->context, type);
    return LLVMBuildBitCast(e->builder, a, emit_type_like(a, bits), "");
}

/* ---- What is evaluated only sometimes ---------------------------------- */

/* Does a predicate decide (part of) this condition, so that loads may depend
 * on it? */
static bool has_predicate(const struct value *condition)
{
    if (condition->kind == VALUE_PREDICATE)
        return true;
    if (condition->type != DTYPE_BOOL || condition->kind != VALUE_OPERATION)
        return false;
    if (condition->operation != VALUE_AND && condition->operation != VALUE_OR &&
        condition->operation != VALUE_NOT)
        return false;
    for (int i = 0; i < condition->n_operands; i++)
        if (has_predicate(condition->operands[i]))
            return true;
    return false;
}

/* Does reading it touch memory of the caller? Scalar inputs arrive by value. */
static bool is_in_memory(const struct array *array)
{
    return array->kind != ARRAY_REGISTER && array->kind != ARRAY_PRIVATE &&
           (array->n_dimensions > 0 || array->kind != ARRAY_IN);
}

/* For value_foreach: what is looked for among the loads. */
struct load_search {
    const struct emitter *e; /* NULL: any load from memory */
    bool is_found;
};

/* A visit: a load from memory; with an emitter, only one that is the same in
 * all lanes and not known to be inside its array. */
static void find_memory_load(const struct value *value, void *user)
{
    struct load_search *search = user;
    const struct emitter *e = search->e;
    if (search->is_found || value->kind != VALUE_LOAD ||
        !is_in_memory(value->array))
        return;
    for (int i = 0; e && e->lane && i < value->n_index; i++)
        if (affine_has(value->index[i], e->lane))
            return;
    search->is_found = !e || !emit_prove_inside(e, value->array, value->index);
}

/* Does the value load from memory anywhere? */
static bool has_load(const struct value *value)
{
    struct load_search search = {NULL, false};
    value_foreach(value, find_memory_load, &search);
    return search.is_found;
}

bool emit_needs_active(const struct emitter *e, const struct value *value)
{
    struct load_search search = {e, false};
    value_foreach(value, find_memory_load, &search);
    return search.is_found;
}

/* One operand under a condition, computed in a block of its own. */
static LLVMValueRef emit_arm(struct emitter *e, const struct value *value,
    LLVMBasicBlockRef block, LLVMBasicBlockRef *end)
{
    int n_known = e->known.n;
    LLVMPositionBuilderAtEnd(e->builder, block);
    LLVMValueRef result = emit_value(e, value);
    e->known.n = n_known;
    *end = LLVMGetInsertBlock(e->builder);
    return result;
}

/* Both arms have ended: one value of them, spread if one of them is. */
static LLVMValueRef join_arms(struct emitter *e, LLVMValueRef *values,
    LLVMBasicBlockRef *ends, LLVMBasicBlockRef join)
{
    bool is_vector = emit_is_vector(values[0]) || emit_is_vector(values[1]);
    for (int i = 0; i < 2; i++) {
        LLVMPositionBuilderAtEnd(e->builder, ends[i]);
        if (is_vector)
            values[i] = emit_spread(e, values[i]);
        LLVMBuildBr(e->builder, join);
    }
    LLVMPositionBuilderAtEnd(e->builder, join);
    LLVMValueRef phi = LLVMBuildPhi(e->builder, LLVMTypeOf(values[0]), "");
    LLVMAddIncoming(phi, values, ends, 2);
    return phi;
}

/* condition ? yes : no with a scalar condition: a branch. NULL: a bool
 * constant as it is in "otherwise". */
static LLVMValueRef emit_branch(struct emitter *e, LLVMValueRef condition,
    const struct value *yes, const struct value *no)
{
    if (LLVMIsAConstantInt(condition))
        return emit_value(e, LLVMConstIntGetZExtValue(condition) ? yes : no);
    LLVMBasicBlockRef blocks[2] = {
        emit_block(e, "then"), emit_block(e, "else")};
    LLVMBasicBlockRef join = emit_block(e, "join");
    LLVMBasicBlockRef ends[2];
    LLVMValueRef values[2];
    LLVMBuildCondBr(e->builder, condition, blocks[0], blocks[1]);
    values[0] = emit_arm(e, yes, blocks[0], &ends[0]);
    values[1] = emit_arm(e, no, blocks[1], &ends[1]);
    return join_arms(e, values, ends, join);
}

/* A value under a narrower mask. Where a scalar load may not run without an
 * active lane, in a block of its own, else poison in lanes nobody reads. */
static LLVMValueRef emit_under_mask(
    struct emitter *e, const struct value *value, LLVMValueRef mask)
{
    LLVMValueRef outer = e->mask;
    LLVMValueRef known = e->known_mask;
    int n_known = e->known.n;
    LLVMValueRef result;
    e->known_mask = NULL;
    if (LLVMIsConstant(mask) && (!outer || known))
        e->known_mask =
            known ? LLVMBuildAnd(e->builder, known, mask, "") : mask;
    if (outer)
        mask = LLVMBuildAnd(e->builder, outer, mask, "");
    e->mask = mask;
    bool is_active = e->known_mask && !LLVMIsNull(e->known_mask);
    if (!is_active && emit_needs_active(e, value)) {
        LLVMBasicBlockRef before, end;
        LLVMBasicBlockRef block = emit_block(e, "active");
        LLVMBasicBlockRef join = emit_block(e, "join");
        LLVMValueRef any = emit_any(e, mask);
        before = LLVMGetInsertBlock(e->builder);
        LLVMBuildCondBr(e->builder, any, block, join);
        result = emit_arm(e, value, block, &end);
        LLVMBuildBr(e->builder, join);
        LLVMPositionBuilderAtEnd(e->builder, join);
        LLVMValueRef phi = LLVMBuildPhi(e->builder, LLVMTypeOf(result), "");
        LLVMValueRef values[2] = {result, LLVMGetUndef(LLVMTypeOf(result))};
        LLVMBasicBlockRef blocks[2] = {end, before};
        LLVMAddIncoming(phi, values, blocks, 2);
        result = phi;
    } else {
        result = emit_value(e, value);
    }
    e->known.n = n_known;
    e->mask = outer;
    e->known_mask = known;
    return result;
}

/* condition ? yes : no, with loads only where the condition says. */
static LLVMValueRef emit_choice(struct emitter *e, LLVMValueRef condition,
    const struct value *yes, const struct value *no)
{
    if (!emit_is_vector(condition))
        return emit_branch(e, condition, yes, no);
    LLVMValueRef inverse = LLVMBuildXor(
        e->builder, condition, emit_integer_like(condition, 1), "");
    LLVMValueRef a = emit_under_mask(e, yes, condition);
    LLVMValueRef b = emit_under_mask(e, no, inverse);
    LLVMValueRef settled = emit_settle_mask(e, condition);
    return settled ? LLVMBuildSelect(e->builder, settled, emit_spread(e, a),
                         emit_spread(e, b), "")
                   : emit_spread(e, a);
}

/* SELECT: a branch or masks if arms load under a predicate. */
static LLVMValueRef emit_select(struct emitter *e, const struct value *value)
{
    const struct value *yes = value->operands[1];
    const struct value *no = value->operands[2];
    LLVMValueRef condition = emit_value(e, value->operands[0]);
    if (has_predicate(value->operands[0]) && (has_load(yes) || has_load(no)))
        return emit_choice(e, condition, yes, no);
    LLVMValueRef a = emit_value(e, yes);
    LLVMValueRef b = emit_value(e, no);
    if (emit_is_vector(condition) || emit_is_vector(a) || emit_is_vector(b)) {
        a = emit_spread(e, a);
        b = emit_spread(e, b);
    }
    return LLVMBuildSelect(e->builder, condition, a, b, "");
}

/* AND, OR of bools: the right one only where the left one asks for it. */
static LLVMValueRef emit_logic(struct emitter *e, const struct value *value)
{
    struct value_context *v = e->program->values;
    const struct value *left = value->operands[0];
    const struct value *right = value->operands[1];
    LLVMValueRef condition = emit_value(e, left);
    if (!has_predicate(left) || !has_load(right))
        return emit_binary(
            e, value->operation, condition, emit_value(e, right));
    if (value->operation == VALUE_AND)
        return emit_choice(
            e, condition, right, value_integer(v, DTYPE_BOOL, 0));
    return emit_choice(e, condition, value_integer(v, DTYPE_BOOL, 1), right);
}

/* ---- Nodes ------------------------------------------------------------- */

/* The lanes of a permutation as a constant. */
static LLVMValueRef get_lanes(const struct emitter *e, const int *lanes, int n)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef *constants = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    for (int i = 0; i < n; i++)
        constants[i] = lanes[i] < 0 ? LLVMGetUndef(i32)
                                    : LLVMConstInt(i32,
                                          (unsigned long long)lanes[i], false);
    return LLVMConstVector(constants, (unsigned)n);
}

/* Lanes amount, amount + stride, ... of two registers, shuffled as integers. */
static LLVMValueRef emit_shift(struct emitter *e, const struct value *value)
{
    int n = emit_n_lanes(e);
    LLVMTypeRef type = codegen_type(e->context, value->type);
    LLVMTypeRef bits =
        LLVMIntTypeInContext(e->context, (unsigned)dtype_bits(value->type));
    LLVMTypeRef integers = LLVMVectorType(bits, (unsigned)n);
    LLVMValueRef halves[2];
    for (int i = 0; i < 2; i++)
        halves[i] = LLVMBuildBitCast(e->builder,
            emit_spread(e, emit_value(e, value->operands[i])), integers, "");
    LLVMValueRef lanes =
        value->lanes ? get_lanes(e, value->lanes, n)
                     : emit_steps(e, n, 32, value->amount, value->stride);
    LLVMValueRef shuffled =
        LLVMBuildShuffleVector(e->builder, halves[0], halves[1], lanes, "");
    return LLVMBuildBitCast(
        e->builder, shuffled, LLVMVectorType(type, (unsigned)n), "");
}

/* A constant of a float type. */
static LLVMValueRef emit_real(struct emitter *e, enum dtype type, double real)
{
    if (type == DTYPE_F32 || type == DTYPE_F64)
        return LLVMConstReal(codegen_type(e->context, type), real);
    LLVMTypeRef f32 = LLVMFloatTypeInContext(e->context);
    return emit_convert(e, LLVMConstReal(f32, real), DTYPE_F32, type);
}

/* An operation that evaluates all its operands. */
static LLVMValueRef emit_operation(struct emitter *e, const struct value *value)
{
    LLVMValueRef operands[3] = {NULL, NULL, NULL};
    for (int i = 0; i < value->n_operands; i++)
        operands[i] = emit_value(e, value->operands[i]);
    if (value->operation == VALUE_FMA)
        return emit_fma(e, operands);
    if (value->n_operands == 1)
        return emit_unary(e, value->operation, operands[0], value->type);
    if (value->type == DTYPE_U8 &&
        (value->operation == VALUE_MIN || value->operation == VALUE_MAX))
        return emit_unsigned_extreme(
            e, value->operation == VALUE_MAX, operands[0], operands[1]);
    return emit_binary(e, value->operation, operands[0], operands[1]);
}

/* A node, whatever its kind; operands come through emit_value. */
static LLVMValueRef emit_node_value(
    struct emitter *e, const struct value *value)
{
    LLVMTypeRef type = codegen_type(e->context, value->type);
    switch (value->kind) {
    case VALUE_REAL:
        return emit_real(e, value->type, value->real);
    case VALUE_INTEGER:
        return LLVMConstInt(type, (unsigned long long)value->integer, true);
    case VALUE_INDEX:
        return emit_affine(e, value->affine);
    case VALUE_LOAD:
        return emit_load(e, value->array, value->index);
    case VALUE_PREDICATE:
        return emit_guard(e, value->guard);
    case VALUE_CONVERT:
        return emit_convert(e, emit_value(e, value->operands[0]),
            value->operands[0]->type, value->type);
    case VALUE_SHIFT:
        return emit_shift(e, value);
    case VALUE_OPERATION:
        break;
    }
    if (value->operation == VALUE_SELECT)
        return emit_select(e, value);
    if ((value->operation == VALUE_AND || value->operation == VALUE_OR) &&
        value->type == DTYPE_BOOL)
        return emit_logic(e, value);
    return emit_operation(e, value);
}

/* Values are graphs: each node is computed once for each statement. */
LLVMValueRef emit_value(struct emitter *e, const struct value *value)
{
    for (int i = e->known.n - 1; i >= 0; i--)
        if (e->known.at[i].value == value)
            return e->known.at[i].result;
    struct emit_known known = {value, emit_node_value(e, value)};
    VECTOR_PUSH(e->c->arena, &e->known, known);
    return known.result;
}
