/* Values, affine forms and guards of loop IR as C expressions. */
#include "bench/bench_internal.h"

#include <math.h>

const char *bench_memory_type(enum dtype type)
{
    if (type == DTYPE_F16)
        return "_Float16";
    return type < DTYPE_N_STORED ? dtype_c_name(type) : bench_type(type);
}

const char *bench_type(enum dtype type)
{
    if (type == DTYPE_BOOL)
        return "int";
    if (type == DTYPE_INDEX)
        return "int64_t";
    return bench_memory_type(type);
}

/* "r0_2_4" for array 4 called "r0.2". */
const char *bench_array_name(
    struct value_context *values, const struct array *array)
{
    char *name =
        arena_printf(values->arena, "%s_%d", array->name->text, array->id);
    for (char *at = name; *at; at++)
        if (*at == '.')
            *at = '_';
    return name;
}

/* ---- Affine forms ------------------------------------------------------ */

/* A variable, or an atom as a call. */
static const char *print_variable(
    struct value_context *values, const struct variable *variable)
{
    const char *helper = NULL;
    switch (variable->kind) {
    case VARIABLE_PARAMETER:
    case VARIABLE_ITERATOR:
    case VARIABLE_LOOP:
    case VARIABLE_LANE:
        return arena_printf(values->arena, "%s_%d",
            variable->name ? variable->name->text : "v", variable->id);
    case VARIABLE_FLOOR:
        return arena_printf(values->arena, "index_floor(%s, %lld)",
            bench_affine(values, variable->of), (long long)variable->divisor);
    case VARIABLE_CLAMP:
        helper = "clamp";
        break;
    case VARIABLE_WRAP:
        helper = "wrap";
        break;
    case VARIABLE_MIRROR:
        helper = "mirror";
        break;
    }
    return arena_printf(values->arena, "index_%s(%s, %s)", helper,
        bench_affine(values, variable->of),
        bench_affine(values, variable->extent));
}

/* " + 2 * p", or without the sign at the beginning. */
static void print_term(
    struct text *text, long long coefficient, const char *name, bool is_first)
{
    bool is_negative = coefficient < 0;
    if (is_first)
        text_append(text, is_negative ? "-" : "");
    else
        text_append(text, is_negative ? " - " : " + ");
    if (coefficient != 1 && coefficient != -1)
        text_printf(text, "%lld * ", is_negative ? -coefficient : coefficient);
    text_append(text, name);
}

const char *bench_affine(
    struct value_context *values, const struct affine *affine)
{
    struct text text = text_new(values->arena);
    for (int i = 0; i < affine->n_terms; i++)
        print_term(&text, (long long)affine->terms[i].coefficient,
            print_variable(values, affine->terms[i].variable), i == 0);
    if (affine->n_terms == 0)
        text_printf(&text, "%lld", (long long)affine->constant);
    else if (affine->constant)
        text_printf(&text, affine->constant < 0 ? " - %llu" : " + %llu",
            affine->constant < 0 ? 0 - (unsigned long long)affine->constant
                                 : (unsigned long long)affine->constant);
    return text.at;
}

const char *bench_guard(struct value_context *values, const struct guard *guard)
{
    struct text text = text_new(values->arena);
    if (!guard)
        return "1";
    for (int i = 0; i < guard->n_clauses; i++) {
        const struct clause *clause = &guard->clauses[i];
        text_append(&text, i ? " || (" : "(");
        for (int j = 0; j < clause->n; j++)
            text_printf(&text, "%s%s >= 0", j ? " && " : "",
                bench_affine(values, clause->terms[j]));
        text_append(&text, clause->n ? ")" : "1)");
    }
    if (guard->n_clauses == 0)
        text_append(&text, "0");
    return text.at;
}

const char *bench_element(struct value_context *values,
    const struct array *array, const struct affine *const *index)
{
    const char *place = "0", *name = bench_array_name(values, array);
    if (array->kind == ARRAY_REGISTER)
        return name;
    if (array->n_dimensions == 0)
        return arena_printf(values->arena, "%s[0]", name);
    for (int axis = 0; axis < array->n_axes; axis++) {
        const char *at =
            bench_affine(values, array_axis_index(values, array, axis, index));
        if (axis == 0)
            place = at;
        else
            place = arena_printf(values->arena, "(%s) * (%s) + %s", place,
                bench_affine(values, array_axis_extent(values, array, axis)),
                at);
    }
    return arena_printf(values->arena, "%s[%s]", name, place);
}

/* ---- Values ------------------------------------------------------------ */

/* A node and how often it is used; "name" once it has a constant. */
struct use {
    const struct value *value;
    int n_uses;
    const char *name;
};

/* Printing of one statement's value. */
struct printer {
    struct value_context *values;
    struct text *text;
    int indent;
    int *next;
    VECTOR(struct use) uses;
};

/* The entry of a node, NULL if it has none; valid until one is added. */
static struct use *find_use(struct printer *printer, const struct value *value)
{
    for (int i = 0; i < printer->uses.n; i++)
        if (printer->uses.at[i].value == value)
            return &printer->uses.at[i];
    return NULL;
}

/* Count uses below "value", each shared node once. */
static void count_uses(struct printer *printer, const struct value *value)
{
    struct use *use = find_use(printer, value);
    struct use first = {value, 1, NULL};
    if (use) {
        use->n_uses++;
        return;
    }
    VECTOR_PUSH(printer->values->arena, &printer->uses, first);
    for (int i = 0; i < value->n_operands; i++)
        count_uses(printer, value->operands[i]);
}

/* Does it read memory, which may not be allowed where it is conditional? */
static void note_memory(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD && value->array->kind != ARRAY_REGISTER)
        *(bool *)user = true;
}

/* Is there such a load anywhere in the value? */
static bool reads_memory(const struct value *value)
{
    bool result = false;
    value_foreach(value, note_memory, &result);
    return result;
}

static const char *print_value(
    struct printer *printer, const struct value *value, bool is_certain);

/* A constant exactly, in hexadecimal; C's builtins for NaN and infinities. */
static const char *print_real(struct arena *arena, enum dtype type, double real)
{
    const char *suffix = type == DTYPE_F64 ? "" : "f";
    if (isnan(real))
        return arena_printf(arena, "__builtin_nan%s(\"\")", suffix);
    if (isinf(real))
        return arena_printf(
            arena, "%s__builtin_inf%s()", real < 0 ? "-" : "", suffix);
    return arena_printf(arena, "%a%s", real, suffix);
}

/* A conversion: a helper where C's own has another meaning, else a cast. */
static const char *print_convert(
    struct arena *arena, const struct value *value, const char *a)
{
    enum dtype from = value->operands[0]->type, to = value->type;
    if (from == DTYPE_BF16)
        return to == DTYPE_F32 ? arena_printf(arena, "bf16_to_f32(%s)", a)
                               : arena_printf(arena, "(%s)bf16_to_f32(%s)",
                                     bench_type(to), a);
    if (to == DTYPE_BF16)
        return arena_printf(arena, "f32_to_bf16((float)(%s))", a);
    if ((from == DTYPE_F32 || from == DTYPE_F64) && !dtype_is_float(to) &&
        to != DTYPE_BOOL)
        return arena_printf(
            arena, "%s_to_%s(%s)", dtype_name(from), dtype_name(to), a);
    return arena_printf(arena, "(%s)(%s)", bench_memory_type(to), a);
}

/* The C operator, NULL for operations that are spelled otherwise. */
static const char *infix_of(enum value_operation operation)
{
    static const struct {
        enum value_operation operation;
        const char *infix;
    } table[] = {{VALUE_ADD, "+"}, {VALUE_SUBTRACT, "-"}, {VALUE_MULTIPLY, "*"},
        {VALUE_DIVIDE, "/"}, {VALUE_REMAINDER, "%"}, {VALUE_LESS, "<"},
        {VALUE_LESS_EQUAL, "<="}, {VALUE_EQUAL, "=="}, {VALUE_NOT_EQUAL, "!="},
        {VALUE_AND, "&"}, {VALUE_OR, "|"}, {VALUE_XOR, "^"},
        {VALUE_SHIFT_RIGHT, ">>"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].operation == operation)
            return table[i].infix;
    return NULL;
}

/* Operations C spells as functions: name for f64; f32 adds an "f". */
static const char *function_of(enum value_operation operation)
{
    static const struct {
        enum value_operation operation;
        const char *name;
    } table[] = {{VALUE_ABS, "fabs"}, {VALUE_FMA, "__builtin_fma"},
        {VALUE_SQRT, "sqrt"}, {VALUE_FLOOR, "floor"}, {VALUE_ROUND, "rint"},
        {VALUE_EXP, "exp"}, {VALUE_LOG, "log"}, {VALUE_TANH, "tanh"},
        {VALUE_FAST_EXP2, "fast_exp2"}, {VALUE_FAST_RSQRT, "fast_rsqrt"},
        {VALUE_FAST_RECIPROCAL, "fast_reciprocal"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].operation == operation)
            return table[i].name;
    return NULL;
}

/* An operation with its operands printed. */
static const char *print_operation(
    struct arena *arena, const struct value *value, const char *const *a)
{
    enum value_operation operation = value->operation;
    enum dtype from = value->operands[0]->type;
    const char *suffix = from == DTYPE_F32 ? "f" : "";
    const char *infix = infix_of(operation), *name = function_of(operation);
    if (infix)
        return arena_printf(arena, "(%s %s %s)", a[0], infix, a[1]);
    if (operation == VALUE_ABS && !dtype_is_float(from))
        return arena_printf(arena, "i32_max(%s, -(%s))", a[0], a[0]);
    if (name && value->n_operands == 3)
        return arena_printf(
            arena, "%s%s(%s, %s, %s)", name, suffix, a[0], a[1], a[2]);
    if (name)
        return arena_printf(arena, "%s%s(%s)", name, suffix, a[0]);
    if (operation == VALUE_NEGATE)
        return arena_printf(arena, "(-%s)", a[0]);
    if (operation == VALUE_NOT)
        return arena_printf(arena, "(!%s)", a[0]);
    if (operation == VALUE_SELECT)
        return arena_printf(arena, "(%s ? %s : %s)", a[0], a[1], a[2]);
    if (operation == VALUE_SHIFT_LEFT)
        return arena_printf(arena, "(%s)((u%s)%s << %s)", bench_type(from),
            bench_type(from), a[0], a[1]);
    if (operation == VALUE_FROM_BITS)
        return arena_printf(
            arena, "%s_from_bits(%s)", dtype_name(value->type), a[0]);
    if (operation == VALUE_BITS)
        return arena_printf(arena, "%s_bits(%s)", dtype_name(from), a[0]);
    return arena_printf(arena, "%s_%s(%s, %s)", dtype_name(from),
        value_operation_name(operation), a[0], a[1]);
}

/* The node itself, its operands through print_value. */
static const char *print_node(
    struct printer *printer, const struct value *value, bool is_certain)
{
    struct arena *arena = printer->values->arena;
    const char *operands[3] = {NULL, NULL, NULL};
    bool is_choice =
        value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT;
    for (int i = 0; i < value->n_operands; i++)
        operands[i] = print_value(
            printer, value->operands[i], is_certain && !(is_choice && i > 0));
    switch (value->kind) {
    case VALUE_REAL:
        return print_real(arena, value->type, value->real);
    case VALUE_INTEGER:
        return arena_printf(arena, "(%s)%lldLL", bench_type(value->type),
            (long long)value->integer);
    case VALUE_INDEX:
        return arena_printf(
            arena, "(%s)", bench_affine(printer->values, value->affine));
    case VALUE_LOAD:
        return bench_element(printer->values, value->array, value->index);
    case VALUE_PREDICATE:
        return arena_printf(
            arena, "(%s)", bench_guard(printer->values, value->guard));
    case VALUE_OPERATION:
        return print_operation(arena, value, operands);
    case VALUE_CONVERT:
        return print_convert(arena, value, operands[0]);
    case VALUE_SHIFT:
        return "shift"; /* vectors are refused before */
    }
    return NULL;
}

/* The C expression of a value, in the arena: the name of a constant if it is
 * used more than once, which is defined first. "is_certain": it is evaluated
 * whatever the data, so that what it loads may be loaded ahead. */
static const char *print_value(
    struct printer *printer, const struct value *value, bool is_certain)
{
    struct arena *arena = printer->values->arena;
    struct use *use = find_use(printer, value);
    bool is_shared = use->n_uses > 1 && value->n_operands > 0;
    const char *result;
    if (use->name)
        return use->name;
    if (!is_certain && reads_memory(value))
        is_shared = false;
    result = print_node(printer, value, is_certain);
    if (!is_shared)
        return result;
    use = find_use(printer, value);
    use->name = arena_printf(arena, "t%d", (*printer->next)++);
    text_indent(printer->text, printer->indent);
    text_printf(printer->text, "const %s %s = %s;\n", bench_type(value->type),
        use->name, result);
    return use->name;
}

const char *bench_value(struct value_context *values, struct text *text,
    int indent, const struct value *value, int *next)
{
    struct printer printer = {
        .values = values, .text = text, .indent = indent, .next = next};
    count_uses(&printer, value);
    return print_value(&printer, value, true);
}
