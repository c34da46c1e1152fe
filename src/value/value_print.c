/* Values as text, for dumps: prefix notation, deterministic. */
#include "value/value.h"

const char *value_operation_name(enum value_operation operation)
{
    static const char *const names[] = {
#define OPERATION(id, name, n_operands, is_function) [VALUE_##id] = name,
#include "value/operations.def"
#undef OPERATION
    };

    return names[operation];
}

/* Append the operands in parentheses. */
static void print_operands(struct text *text, const struct value *value)
{
    text_append(text, "(");
    for (int i = 0; i < value->n_operands; i++) {
        text_append(text, i ? ", " : "");
        value_print(text, value->operands[i]);
    }
    text_append(text, ")");
}

/* Append "x[n, c, p + 1]". */
static void print_load(struct text *text, const struct value *value)
{
    text_append(text, value->array->name->text);
    if (value->n_index == 0)
        return;
    text_append(text, "[");
    for (int i = 0; i < value->n_index; i++) {
        text_append(text, i ? ", " : "");
        affine_print(text, value->index[i]);
    }
    text_append(text, "]");
}

/* Append "permute<0, 3, *>", the lanes taken. */
static void print_lanes(struct text *text, const struct value *value)
{
    int n = value->operands[0]->array ? value->operands[0]->array->n_lanes : 0;

    text_append(text, "permute<");
    for (int i = 0; i < n; i++) {
        text_append(text, i ? ", " : "");
        if (value->lanes[i] < 0)
            text_append(text, "*");
        else
            text_printf(text, "%d", value->lanes[i]);
    }
    text_append(text, ">");
}

void value_print(struct text *text, const struct value *value)
{
    switch (value->kind) {
    case VALUE_REAL:
        text_append_real(text, value->real);
        break;
    case VALUE_INTEGER:
        if (value->type == DTYPE_BOOL)
            text_append(text, value->integer ? "true" : "false");
        else
            text_printf(text, "%lld", (long long)value->integer);
        break;
    case VALUE_INDEX:
        affine_print(text, value->affine);
        break;
    case VALUE_LOAD:
        print_load(text, value);
        break;
    case VALUE_PREDICATE:
        text_append(text, "(");
        guard_print(text, value->guard);
        text_append(text, ")");
        break;
    case VALUE_OPERATION:
        text_append(text, value_operation_name(value->operation));
        print_operands(text, value);
        break;
    case VALUE_CONVERT:
        text_append(text, dtype_name(value->type));
        print_operands(text, value);
        break;
    case VALUE_SHIFT:
        if (value->lanes)
            print_lanes(text, value);
        else if (value->stride > 1)
            text_printf(text, "pick<%d, %d>", value->amount, value->stride);
        else
            text_printf(text, "shift<%d>", value->amount);
        print_operands(text, value);
        break;
    }
}
