/* Making expressions, and facts about element types. */
#include <string.h>

#include "fuzz.h"

enum fuzz_dtype dtype_arithmetic(enum fuzz_dtype dtype)
{
    if (dtype == FUZZ_F16 || dtype == FUZZ_BF16)
        return FUZZ_F32;
    if (dtype == FUZZ_I16 || dtype == FUZZ_I8 || dtype == FUZZ_U8)
        return FUZZ_I32;
    return dtype;
}

bool dtype_is_float(enum fuzz_dtype dtype)
{
    return dtype <= FUZZ_BF16;
}

const char *dtype_name(enum fuzz_dtype dtype)
{
    static const char *const names[] = {
        "f64", "f32", "f16", "bf16", "i32", "i16", "i8", "u8", "bool"};
    return names[dtype];
}

enum fuzz_dtype dtype_random(struct fuzz_case *fuzz, enum fuzz_dtype type)
{
    static const int floats[] = {
        FUZZ_F32, FUZZ_F32, FUZZ_F32, FUZZ_F32, FUZZ_F16, FUZZ_BF16};
    static const int integers[] = {
        FUZZ_I32, FUZZ_I32, FUZZ_I16, FUZZ_I8, FUZZ_U8};
    if (type == FUZZ_F32)
        return (enum fuzz_dtype)random_pick(&fuzz->random, 6, floats);
    if (type == FUZZ_I32)
        return (enum fuzz_dtype)random_pick(&fuzz->random, 5, integers);
    return type;
}

enum fuzz_dtype dtype_random_arithmetic(struct fuzz_case *fuzz)
{
    static const int types[] = {FUZZ_F32, FUZZ_F32, FUZZ_F32, FUZZ_F32,
        FUZZ_F32, FUZZ_F32, FUZZ_F32, FUZZ_F64, FUZZ_I32, FUZZ_I32};
    return (enum fuzz_dtype)random_pick(&fuzz->random, 10, types);
}

int build_expression(
    struct fuzz_case *fuzz, enum fuzz_kind kind, enum fuzz_dtype type)
{
    int at = fuzz->n_expressions;
    if (at == FUZZ_MAX_EXPRESSIONS) {
        fuzz->is_full = true;
        return 0;
    }
    fuzz->n_expressions++;
    struct fuzz_expression *expression = &fuzz->expressions[at];
    memset(expression, 0, sizeof *expression);
    expression->kind = kind;
    expression->type = type;
    expression->otherwise = -1;
    return at;
}

int build_literal(struct fuzz_case *fuzz, enum fuzz_dtype type, double literal)
{
    int at = build_expression(fuzz, FUZZ_LITERAL, type);
    fuzz->expressions[at].literal = literal;
    fuzz->expressions[at].is_integer_literal =
        type == FUZZ_I32 ||
        (literal == (double)(int)literal && random_chance(&fuzz->random, 20));
    return at;
}

int build_load(struct fuzz_case *fuzz, int tensor,
    const struct fuzz_index *index, int otherwise)
{
    const struct fuzz_tensor *source = &fuzz->tensors[tensor];
    int at = build_expression(fuzz, FUZZ_LOAD, dtype_arithmetic(source->dtype));
    struct fuzz_expression *expression = &fuzz->expressions[at];
    expression->tensor = tensor;
    expression->dtype = source->dtype;
    expression->otherwise = otherwise;
    for (int i = 0; i < source->rank; i++)
        expression->index[i] = index[i];
    return at;
}

int build_read_scalar(struct fuzz_case *fuzz, int scalar)
{
    enum fuzz_dtype dtype = fuzz->scalars[scalar].dtype;
    int at = build_expression(fuzz, FUZZ_SCALAR, dtype_arithmetic(dtype));
    fuzz->expressions[at].scalar = scalar;
    return at;
}

int build_unary(struct fuzz_case *fuzz, enum fuzz_kind kind, int a)
{
    int at = build_expression(fuzz, kind, fuzz->expressions[a].type);
    fuzz->expressions[at].n_operands = 1;
    fuzz->expressions[at].operands[0] = a;
    return at;
}

int build_binary(
    struct fuzz_case *fuzz, enum fuzz_operator operator, int a, int b)
{
    enum fuzz_dtype type = operator>= FUZZ_IS_LESS ? FUZZ_BOOL
                                                   : fuzz->expressions[a].type;
    int at = build_expression(fuzz, FUZZ_BINARY, type);
    struct fuzz_expression *expression = &fuzz->expressions[at];
    expression->operator= operator;
    expression->n_operands = 2;
    expression->operands[0] = a;
    expression->operands[1] = b;
    return at;
}

int build_call(
    struct fuzz_case *fuzz, enum fuzz_function function, int a, int b)
{
    int at = build_expression(fuzz, FUZZ_CALL, fuzz->expressions[a].type);
    struct fuzz_expression *expression = &fuzz->expressions[at];
    expression->function = function;
    expression->n_operands = b < 0 ? 1 : 2;
    expression->operands[0] = a;
    expression->operands[1] = b;
    if (function >= FUZZ_RSQRT) {
        fuzz->is_approximate = true;
        case_note(fuzz, FUZZ_FEATURE_APPROXIMATE);
    }
    return at;
}

int build_cast(struct fuzz_case *fuzz, enum fuzz_dtype dtype, int a)
{
    int at = build_unary(fuzz, FUZZ_CAST, a);
    fuzz->expressions[at].type = dtype_arithmetic(dtype);
    fuzz->expressions[at].dtype = dtype;
    return at;
}

int build_convert(struct fuzz_case *fuzz, enum fuzz_dtype type, int a)
{
    return fuzz->expressions[a].type == type ? a : build_cast(fuzz, type, a);
}

int build_stored(struct fuzz_case *fuzz, enum fuzz_dtype dtype, int value)
{
    enum fuzz_dtype type = dtype_arithmetic(dtype);
    value = build_convert(fuzz, type, value);
    if (type == FUZZ_I32 && dtype != FUZZ_I32)
        return build_cast(fuzz, dtype, value);
    return value;
}

int build_reduce(struct fuzz_case *fuzz, enum fuzz_reduction reduction,
    int n_loops, const int *loops, int body)
{
    int at = build_expression(fuzz, FUZZ_REDUCE, fuzz->expressions[body].type);
    struct fuzz_expression *expression = &fuzz->expressions[at];
    expression->reduction = reduction;
    expression->n_loops = n_loops;
    for (int i = 0; i < n_loops; i++)
        expression->loops[i] = loops[i];
    expression->n_operands = 1;
    expression->operands[0] = body;
    case_note(fuzz, (enum fuzz_feature)(FUZZ_FEATURE_SUM + (int)reduction));
    if (n_loops > 1)
        case_note(fuzz, FUZZ_FEATURE_NESTED_REDUCTION);
    return at;
}
