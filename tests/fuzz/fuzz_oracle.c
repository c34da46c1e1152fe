/* A case as plain C: what the kernel means, statement by statement, with the
 * rules of the language (fused products, taps that do not exist, conversions)
 * spelled out. Written from the reference of the language alone.
 *
 * Every node of an expression becomes a variable "t<number>". Tensors are
 * dense, T_[i]; extents E_[i]; fused_ says whether a product that feeds a sum
 * is rounded.
 */
#include "fuzz.h"

struct oracle {
    FILE *out;
    const struct fuzz_case *fuzz;
    int n_values;
    bool is_inside[FUZZ_MAX_EXPRESSIONS]; /* taps known to exist */
};

static int emit_value(struct oracle *o, int at);

static const char *c_type(enum fuzz_dtype type)
{
    static const char *const names[] = {"double", "float", "uint16_t",
        "uint16_t", "int32_t", "int16_t", "int8_t", "uint8_t", "int"};
    return names[type];
}

static const struct fuzz_expression *node(const struct oracle *o, int at)
{
    return &o->fuzz->expressions[at];
}

/* The index variables "i<number>_<dimension>" of an access. */
static int emit_index(
    struct oracle *o, int tensor, const struct fuzz_index *index)
{
    static const char *const borders[] = {
        "", "fuzz_clamp", "fuzz_wrap", "fuzz_mirror"};
    int number = o->n_values++;
    for (int i = 0; i < o->fuzz->tensors[tensor].rank; i++) {
        fprintf(o->out, "const int64_t i%d_%d = %s(", number, i,
            borders[index[i].border]);
        index_print(o->out, o->fuzz, &index[i], true);
        if (index[i].border != FUZZ_INSIDE)
            fprintf(o->out, ", E_[%d][%d]", tensor, i);
        fputs(");\n", o->out);
    }
    return number;
}

/* "fuzz_at(E_[3], 2, i5_0, i5_1, 0, 0)" */
static void emit_position(struct oracle *o, int tensor, int number)
{
    int rank = o->fuzz->tensors[tensor].rank;
    fprintf(o->out, "fuzz_at(E_[%d], %d", tensor, rank);
    for (int i = 0; i < FUZZ_MAX_RANK; i++)
        if (i < rank)
            fprintf(o->out, ", i%d_%d", number, i);
        else
            fputs(", 0", o->out);
    fputs(")", o->out);
}

/* The condition that an access is inside its tensor. */
static void emit_inside(struct oracle *o, int tensor, int number)
{
    fputs("1", o->out);
    for (int i = 0; i < o->fuzz->tensors[tensor].rank; i++)
        fprintf(o->out, " && i%d_%d >= 0 && i%d_%d < E_[%d][%d]", number, i,
            number, i, tensor, i);
}

/* The element as the type arithmetic is done in. */
static void emit_element(struct oracle *o, int tensor, int number)
{
    enum fuzz_dtype dtype = o->fuzz->tensors[tensor].dtype;
    const char *convert = dtype == FUZZ_F16    ? "fuzz_from_f16"
                          : dtype == FUZZ_BF16 ? "fuzz_from_bf16"
                                               : "";
    fprintf(o->out, "%s(((const %s *)T_[%d])[", convert, c_type(dtype), tensor);
    emit_position(o, tensor, number);
    fputs("])", o->out);
}

static int new_value(struct oracle *o, enum fuzz_dtype type)
{
    int number = o->n_values++;
    fprintf(o->out, "%s t%d;\n", c_type(type), number);
    return number;
}

static int emit_load(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    int index = emit_index(o, expression->tensor, expression->index);
    int value = new_value(o, expression->type);
    bool has_else = expression->otherwise >= 0 && !o->is_inside[at];
    if (has_else) {
        fputs("if (", o->out);
        emit_inside(o, expression->tensor, index);
        fputs(")\n", o->out);
    }
    fprintf(o->out, "t%d = ", value);
    emit_element(o, expression->tensor, index);
    fputs(";\n", o->out);
    if (has_else) {
        fputs("else {\n", o->out);
        int otherwise = emit_value(o, expression->otherwise);
        fprintf(o->out, "t%d = t%d;\n}\n", value, otherwise);
    }
    return value;
}

/* Taps that are a factor of this term. */
static int collect_taps(const struct oracle *o, int at, int n, int taps[8])
{
    const struct fuzz_expression *expression = node(o, at);
    if (expression->kind == FUZZ_LOAD && expression->otherwise >= 0) {
        const struct fuzz_expression *otherwise =
            node(o, expression->otherwise);
        if (otherwise->kind == FUZZ_LITERAL && otherwise->literal == 0.0 &&
            n < 8)
            taps[n++] = at;
        return n;
    }
    bool is_product =
        expression->kind == FUZZ_BINARY && expression->operator== FUZZ_MULTIPLY;
    if (expression->kind == FUZZ_CAST || expression->kind == FUZZ_NEGATE ||
        is_product)
        for (int i = 0; i < expression->n_operands; i++)
            n = collect_taps(o, expression->operands[i], n, taps);
    return n;
}

/* "if (all taps inside) {"; they are known to exist until close_taps. */
static int open_taps(struct oracle *o, int at, int taps[8])
{
    int n = collect_taps(o, at, 0, taps);
    int indices[8];
    for (int i = 0; i < n; i++)
        indices[i] =
            emit_index(o, node(o, taps[i])->tensor, node(o, taps[i])->index);
    fputs("if (1", o->out);
    for (int i = 0; i < n; i++) {
        fputs(" && ", o->out);
        emit_inside(o, node(o, taps[i])->tensor, indices[i]);
        o->is_inside[taps[i]] = true;
    }
    fputs(") {\n", o->out);
    return n;
}

static void close_taps(struct oracle *o, int n, const int taps[8])
{
    for (int i = 0; i < n; i++)
        o->is_inside[taps[i]] = false;
    fputs("}\n", o->out);
}

static bool is_fusable(const struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    return expression->kind == FUZZ_BINARY && expression->operator==
                                              FUZZ_MULTIPLY &&
                                              dtype_is_float(expression->type);
}

/* "t<result> = t<left> +- right", fused where right is a product. */
static void emit_sum(
    struct oracle *o, int result, int left, bool is_minus, int right)
{
    const char *name =
        node(o, right)->type == FUZZ_F64 ? "FUZZ_FMA64" : "FUZZ_FMA32";
    if (is_fusable(o, right)) {
        int a = emit_value(o, node(o, right)->operands[0]);
        int b = emit_value(o, node(o, right)->operands[1]);
        fprintf(o->out, "t%d = %s(%st%d, t%d, t%d);\n", result, name,
            is_minus ? "-" : "", a, b, left);
        return;
    }
    int value = emit_value(o, right);
    fprintf(o->out, "t%d = t%d %c t%d;\n", result, left, is_minus ? '-' : '+',
        value);
}

/* The loops of a reduction, open, with its condition; returns how many
 * brackets to close. */
static void open_loops(struct oracle *o, int n, const int *loops,
    const struct fuzz_condition *condition)
{
    for (int i = 0; i < n; i++) {
        const struct fuzz_loop *loop =
            &o->fuzz->loops[loops[i] - FUZZ_FIRST_LOOP];
        fprintf(o->out, "for (int64_t %s = ", loop->name);
        affine_print(o->out, o->fuzz, &loop->lower);
        fprintf(o->out, "; %s < ", loop->name);
        affine_print(o->out, o->fuzz, &loop->upper);
        fprintf(o->out, "; %s++) {\n", loop->name);
    }
    if (condition->is_used) {
        fputs("if (", o->out);
        condition_print(o->out, o->fuzz, condition);
        fputs(") {\n", o->out);
    }
}

static void close_loops(
    struct oracle *o, int n, const struct fuzz_condition *condition)
{
    for (int i = 0; i < n + (condition->is_used ? 1 : 0); i++)
        fputs("}\n", o->out);
}

/* "start" is the value a sum continues from, or -1. */
static int emit_reduce(struct oracle *o, int at, int start)
{
    static const char *const starts[][4] = {{"0", "1", "INFINITY", "-INFINITY"},
        {"0", "1", "INT32_MAX", "INT32_MIN"}};
    const struct fuzz_expression *expression = node(o, at);
    int body = expression->operands[0];
    int value = new_value(o, expression->type);
    if (start >= 0)
        fprintf(o->out, "t%d = t%d;\n", value, start);
    else
        fprintf(o->out, "t%d = %s;\n", value,
            starts[expression->type == FUZZ_I32][expression->reduction]);
    open_loops(
        o, expression->n_loops, expression->loops, &expression->condition);
    if (expression->reduction == FUZZ_SUM) {
        int taps[8];
        int n = open_taps(o, body, taps);
        emit_sum(o, value, value, false, body);
        close_taps(o, n, taps);
    } else {
        int term = emit_value(o, body);
        if (expression->reduction == FUZZ_PROD)
            fprintf(o->out, "t%d = t%d * t%d;\n", value, value, term);
        else
            fprintf(o->out, "t%d = %s(t%d, t%d);\n", value,
                expression->reduction == FUZZ_MIN_OF ? "FUZZ_MINIMUM"
                                                     : "FUZZ_MAXIMUM",
                value, term);
    }
    close_loops(o, expression->n_loops, &expression->condition);
    return value;
}

/* left +- right: of two products the right one is fused; a tap that does not
 * exist leaves the left side; a sum continues. */
static int emit_chain(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    int left = expression->operands[0];
    int right = expression->operands[1];
    bool is_minus = expression->operator== FUZZ_SUBTRACT;
    const struct fuzz_expression *last = node(o, right);
    if (last->kind == FUZZ_REDUCE && last->reduction == FUZZ_SUM && !is_minus)
        return emit_reduce(o, right, emit_value(o, left));
    if (is_fusable(o, left) && !is_fusable(o, right)) {
        int a = emit_value(o, node(o, left)->operands[0]);
        int b = emit_value(o, node(o, left)->operands[1]);
        int term = emit_value(o, right);
        int result = new_value(o, expression->type);
        fprintf(o->out, "t%d = %s(t%d, t%d, %st%d);\n", result,
            expression->type == FUZZ_F64 ? "FUZZ_FMA64" : "FUZZ_FMA32", a, b,
            is_minus ? "-" : "", term);
        return result;
    }
    int start = emit_value(o, left);
    int value = new_value(o, expression->type);
    fprintf(o->out, "t%d = t%d;\n", value, start);
    int taps[8];
    int n = open_taps(o, right, taps);
    emit_sum(o, value, start, is_minus, right);
    close_taps(o, n, taps);
    return value;
}

/* a && b, a || b: b only if it decides. */
static int emit_logical(
    struct oracle *o, const struct fuzz_expression *expression, int a)
{
    int value = new_value(o, FUZZ_BOOL);
    fprintf(o->out, "t%d = t%d;\nif (%st%d) {\n", value, a,
        expression->operator== FUZZ_AND ? "" : "!", a);
    int b = emit_value(o, expression->operands[1]);
    fprintf(o->out, "t%d = t%d;\n}\n", value, b);
    return value;
}

static int emit_binary(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    if (expression->operator== FUZZ_ADD || expression->operator== FUZZ_SUBTRACT)
        return emit_chain(o, at);
    int a = emit_value(o, expression->operands[0]);
    if (expression->operator>= FUZZ_AND)
        return emit_logical(o, expression, a);
    int b = emit_value(o, expression->operands[1]);
    int value = new_value(o, expression->type);
    fprintf(o->out, "t%d = t%d %s t%d;\n", value, a,
        operator_name(expression->operator), b);
    return value;
}

static int emit_select(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    int first = expression->n_operands - 2;
    int value = new_value(o, expression->type);
    if (expression->condition.is_used) {
        fputs("if (", o->out);
        condition_print(o->out, o->fuzz, &expression->condition);
        fputs(") {\n", o->out);
    } else {
        int test = emit_value(o, expression->operands[0]);
        fprintf(o->out, "if (t%d) {\n", test);
    }
    int yes = emit_value(o, expression->operands[first]);
    fprintf(o->out, "t%d = t%d;\n} else {\n", value, yes);
    int no = emit_value(o, expression->operands[first + 1]);
    fprintf(o->out, "t%d = t%d;\n}\n", value, no);
    return value;
}

static int emit_cast(struct oracle *o, int at)
{
    static const char *const floats[] = {"(double)", "(float)",
        "fuzz_round_f16", "fuzz_round_bf16", "fuzz_saturate_i32",
        "fuzz_saturate_i16", "fuzz_saturate_i8", "fuzz_saturate_u8"};
    static const char *const integers[] = {"(double)", "(float)",
        "fuzz_round_f16", "fuzz_round_bf16", "(int32_t)", "(int16_t)",
        "(int8_t)", "(uint8_t)"};
    const struct fuzz_expression *expression = node(o, at);
    int operand = expression->operands[0];
    bool is_float = dtype_is_float(node(o, operand)->type);
    int a = emit_value(o, operand);
    int value = new_value(o, expression->type);
    fprintf(o->out, "t%d = %s(t%d);\n", value,
        (is_float ? floats : integers)[expression->dtype], a);
    return value;
}

static int emit_call(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    int a = emit_value(o, expression->operands[0]);
    int b = expression->n_operands > 1 ? emit_value(o, expression->operands[1])
                                       : -1;
    int value = new_value(o, expression->type);
    fprintf(o->out, "t%d = (%s)fuzz_%s%s(t%d", value, c_type(expression->type),
        function_name(expression->function),
        expression->type == FUZZ_I32 ? "_i32" : "", a);
    if (b >= 0)
        fprintf(o->out, ", t%d", b);
    fputs(");\n", o->out);
    return value;
}

/* Constants, scalars, indices as values, negation. */
static int emit_simple(struct oracle *o, int at)
{
    const struct fuzz_expression *expression = node(o, at);
    if (expression->kind == FUZZ_NEGATE || expression->kind == FUZZ_NOT) {
        int a = emit_value(o, expression->operands[0]);
        int result = new_value(o, expression->type);
        fprintf(o->out, "t%d = %ct%d;\n", result,
            expression->kind == FUZZ_NEGATE ? '-' : '!', a);
        return result;
    }
    int value = new_value(o, expression->type);
    fprintf(o->out, "t%d = (%s)", value, c_type(expression->type));
    if (expression->kind == FUZZ_LITERAL) {
        fprintf(o->out, "%.4f;\n", expression->literal);
    } else if (expression->kind == FUZZ_TEST) {
        fputs("(", o->out);
        condition_print(o->out, o->fuzz, &expression->condition);
        fputs(");\n", o->out);
    } else if (expression->kind == FUZZ_SCALAR) {
        fprintf(o->out, "%s;\n", o->fuzz->scalars[expression->scalar].name);
    } else {
        fputs("(", o->out);
        index_print(o->out, o->fuzz, &expression->index[0], true);
        fputs(");\n", o->out);
    }
    return value;
}

static int emit_value(struct oracle *o, int at)
{
    switch (node(o, at)->kind) {
    case FUZZ_LOAD:
        return emit_load(o, at);
    case FUZZ_BINARY:
        return emit_binary(o, at);
    case FUZZ_SELECT:
        return emit_select(o, at);
    case FUZZ_CAST:
        return emit_cast(o, at);
    case FUZZ_CALL:
        return emit_call(o, at);
    case FUZZ_REDUCE:
        return emit_reduce(o, at, -1);
    case FUZZ_LITERAL:
    case FUZZ_SCALAR:
    case FUZZ_INDEX_VALUE:
    case FUZZ_TEST:
    case FUZZ_NEGATE:
    case FUZZ_NOT:
        return emit_simple(o, at);
    }
    return 0;
}

/* The new value of a target that had "old": "t<result>". */
static int emit_update(struct oracle *o, const struct fuzz_statement *statement,
    enum fuzz_dtype type, int old)
{
    int value = new_value(o, type);
    fprintf(o->out, "t%d = t%d;\n", value, old);
    if (statement->assignment == FUZZ_ACCUMULATE) {
        int taps[8];
        int n = open_taps(o, statement->value, taps);
        emit_sum(o, value, old, false, statement->value);
        close_taps(o, n, taps);
        return value;
    }
    int operand = emit_value(o, statement->value);
    if (statement->assignment == FUZZ_SCALE)
        fprintf(o->out, "t%d = t%d * t%d;\n", value, old, operand);
    else
        fprintf(o->out, "t%d = %s(t%d, t%d);\n", value,
            statement->assignment == FUZZ_MINIMIZE ? "FUZZ_MINIMUM"
                                                   : "FUZZ_MAXIMUM",
            old, operand);
    return value;
}

static void emit_assign_scalar(
    struct oracle *o, const struct fuzz_statement *statement)
{
    const struct fuzz_scalar *scalar = &o->fuzz->scalars[statement->scalar];
    int value;
    if (statement->assignment == FUZZ_SET_TO) {
        value = emit_value(o, statement->value);
    } else {
        int old = new_value(o, scalar->dtype);
        fprintf(o->out, "t%d = %s;\n", old, scalar->name);
        value = emit_update(o, statement, scalar->dtype, old);
    }
    fprintf(o->out, "%s = t%d;\n", scalar->name, value);
}

static void emit_assign(
    struct oracle *o, const struct fuzz_statement *statement)
{
    enum fuzz_dtype dtype = o->fuzz->tensors[statement->tensor].dtype;
    int index = emit_index(o, statement->tensor, statement->index);
    int value;
    if (statement->assignment == FUZZ_SET_TO) {
        value = emit_value(o, statement->value);
    } else {
        int old = new_value(o, dtype_arithmetic(dtype));
        fprintf(o->out, "t%d = ", old);
        emit_element(o, statement->tensor, index);
        fputs(";\n", o->out);
        value = emit_update(o, statement, dtype_arithmetic(dtype), old);
    }
    const char *convert = dtype == FUZZ_F16    ? "fuzz_to_f16"
                          : dtype == FUZZ_BF16 ? "fuzz_to_bf16"
                                               : "";
    fprintf(o->out, "((%s *)T_[%d])[", c_type(dtype), statement->tensor);
    emit_position(o, statement->tensor, index);
    fprintf(o->out, "] = (%s)%s(t%d);\n", c_type(dtype), convert, value);
}

static void emit_statement(struct oracle *o, int at)
{
    const struct fuzz_statement *statement = &o->fuzz->statements[at];
    if (statement->is_deleted)
        return;
    if (statement->kind == FUZZ_DECLARE) {
        const struct fuzz_scalar *scalar = &o->fuzz->scalars[statement->scalar];
        int value = emit_value(o, statement->value);
        fprintf(o->out, "%s %s = t%d;\n", c_type(scalar->dtype), scalar->name,
            value);
        return;
    }
    if (statement->kind == FUZZ_ASSIGN) {
        fputs("{\n", o->out);
        if (statement->tensor >= 0)
            emit_assign(o, statement);
        else
            emit_assign_scalar(o, statement);
        fputs("}\n", o->out);
        return;
    }
    open_loops(o, statement->n_loops, statement->loops, &statement->condition);
    for (int i = 0; i < statement->n_children; i++)
        emit_statement(o, statement->children[i]);
    close_loops(o, statement->n_loops, &statement->condition);
}

void oracle_print(FILE *out, const struct fuzz_case *fuzz, const char *name)
{
    struct oracle o = {.out = out, .fuzz = fuzz};
    fprintf(out,
        "static void %s(void *const *T_, const int64_t (*E_)[4],\n"
        "    const int64_t *V_, int fused_) {\n",
        name);
    fputs("(void)T_; (void)E_; (void)V_; (void)fused_;\n", out);
    for (int i = 0; i < fuzz->n_parameters; i++)
        fprintf(out, "const int64_t %s = V_[%d]; (void)%s;\n",
            fuzz->parameters[i].name, i, fuzz->parameters[i].name);
    for (int i = 0; i < fuzz->n_sizes; i++) {
        fprintf(out, "const int64_t %s = ", fuzz->sizes[i].name);
        index_print(out, fuzz, &fuzz->sizes[i].value, true);
        fprintf(out, "; (void)%s;\n", fuzz->sizes[i].name);
    }
    for (int i = 0; i < fuzz->n_roots; i++)
        emit_statement(&o, fuzz->roots[i]);
    fputs("}\n", out);
}
