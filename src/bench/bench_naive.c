/* Loop IR as the C a programmer would write for it.
 *
 * Takes     loop IR of the source order.
 * Requires  no vectors.
 * Ensures   the C computes the same bits, compiled without contraction of
 *           its own (fused operations are spelled out).
 */
#include "bench/bench_internal.h"

/* Printing of one program. */
struct naive {
    struct compilation *c;
    struct value_context *values;
    struct text *text;
    bool fused;
    int next_constant;
    bool failed;
};

/* a*b + c where the program does not fuse: a product and a sum. */
static const struct value *unfuse(
    struct value_context *v, const struct value *value, void *user)
{
    (void)user;
    if (value->kind != VALUE_OPERATION || value->operation != VALUE_FMA)
        return value;
    return value_operation2(v, VALUE_ADD,
        value_operation2(
            v, VALUE_MULTIPLY, value->operands[0], value->operands[1]),
        value->operands[2]);
}

/* index_max(a, index_max(b, c)) of all bounds. */
static const char *print_bound(struct naive *naive, int n,
    const struct affine *const *bounds, const char *function)
{
    const char *result = bench_affine(naive->values, bounds[n - 1]);
    for (int i = n - 2; i >= 0; i--)
        result = arena_printf(naive->c->arena, "%s(%s, %s)", function,
            bench_affine(naive->values, bounds[i]), result);
    return result;
}

static void print_nodes(
    struct naive *naive, const struct loop_node *node, int indent);

/* What is inside a node, in order. */
static void print_children(
    struct naive *naive, const struct loop_node *node, int indent)
{
    for (int i = 0; i < node->n_children; i++)
        print_nodes(naive, node->children[i], indent);
}

/* A loop as a C loop over int64_t. */
static void print_for(
    struct naive *naive, const struct loop_node *node, int indent)
{
    const char *name = bench_affine(
        naive->values, affine_variable(naive->values, node->variable));
    text_indent(naive->text, indent);
    text_printf(naive->text, "for (int64_t %s = %s; %s < %s; %s += %lld) {\n",
        name, print_bound(naive, node->n_lower, node->lower, "index_max"), name,
        print_bound(naive, node->n_upper, node->upper, "index_min"), name,
        (long long)node->step);
    print_children(naive, node, indent + 4);
    text_indent(naive->text, indent);
    text_append(naive->text, "}\n");
}

/* A guard as a C if. */
static void print_if(
    struct naive *naive, const struct loop_node *node, int indent)
{
    text_indent(naive->text, indent);
    text_printf(
        naive->text, "if (%s) {\n", bench_guard(naive->values, node->guard));
    print_children(naive, node, indent + 4);
    text_indent(naive->text, indent);
    text_append(naive->text, "}\n");
}

/* A statement, in a block of its own when it needs constants or a guard. */
static void print_assign(
    struct naive *naive, const struct loop_node *node, int indent)
{
    struct text constants = text_new(naive->c->arena);
    const struct value *value = node->value;
    const char *result, *target;
    bool has_block;
    if (node->lane || node->array->n_lanes > 1) {
        diag_internal(naive->c->diag, node->range, "vectors in source order");
        naive->failed = true;
        return;
    }
    if (!naive->fused)
        value = value_map(naive->values, value, unfuse, NULL);
    target = bench_element(naive->values, node->array, node->index);
    result = bench_value(
        naive->values, &constants, indent + 4, value, &naive->next_constant);
    has_block = node->guard || constants.length > 0;
    text_indent(naive->text, indent);
    if (node->guard)
        text_printf(naive->text, "if (%s) {\n",
            bench_guard(naive->values, node->guard));
    else if (has_block)
        text_append(naive->text, "{\n");
    text_append(naive->text, constants.at);
    if (has_block)
        text_indent(naive->text, indent + 4);
    text_printf(naive->text, "%s = %s;\n", target, result);
    if (has_block) {
        text_indent(naive->text, indent);
        text_append(naive->text, "}\n");
    }
}

/* A node and all inside it. */
static void print_nodes(
    struct naive *naive, const struct loop_node *node, int indent)
{
    switch (node->kind) {
    case LOOP_FOR:
        print_for(naive, node, indent);
        return;
    case LOOP_IF:
        print_if(naive, node, indent);
        return;
    case LOOP_SEQUENCE:
    case LOOP_TRANSPOSE:
        print_children(naive, node, indent);
        return;
    case LOOP_PREFETCH:
    case LOOP_BARRIER:
    case LOOP_COMMIT:
    case LOOP_WAIT:
        return;
    case LOOP_ASSIGN:
        print_assign(naive, node, indent);
        return;
    }
}

/* Is it handed in from outside? */
static bool is_passed(const struct array *array)
{
    return array->kind == ARRAY_IN || array->kind == ARRAY_OUT ||
           array->kind == ARRAY_INOUT || array->kind == ARRAY_LOCAL;
}

/* "const float *restrict x_0" for each argument, as parameters. */
static void print_signature(
    struct naive *naive, const struct loop_program *program)
{
    const char *separator = "";
    text_append(naive->text, "__attribute__((noinline)) static void kernel(");
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        if (!is_passed(array))
            continue;
        text_printf(naive->text, "%s%s%s *restrict %s", separator,
            array->kind == ARRAY_IN ? "const " : "",
            bench_memory_type(array->type),
            bench_array_name(naive->values, array));
        separator = ", ";
    }
    for (int i = 0; i < program->n_parameters; i++) {
        text_printf(naive->text, "%sint64_t %s", separator,
            bench_affine(naive->values,
                affine_variable(naive->values, program->parameters[i])));
        separator = ", ";
    }
    text_append(naive->text, ")\n{\n");
}

/* Registers and arrays on the stack. */
static void print_locals(
    struct naive *naive, const struct loop_program *program)
{
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        if (array->kind == ARRAY_REGISTER)
            text_printf(naive->text, "    %s %s;\n",
                bench_memory_type(array->type),
                bench_array_name(naive->values, array));
        if (array->kind != ARRAY_STACK)
            continue;
        text_printf(naive->text, "    %s %s[1", bench_memory_type(array->type),
            bench_array_name(naive->values, array));
        for (int axis = 0; axis < array->n_axes; axis++)
            text_printf(naive->text, " * (%s)",
                bench_affine(naive->values,
                    array_axis_extent(naive->values, array, axis)));
        text_append(naive->text, "];\n");
    }
}

/* The function called from outside. */
static void print_entry(struct naive *naive, const struct loop_program *program)
{
    const char *separator = "";
    text_append(naive->text,
        "int naive(void *const *tensors, const int64_t *parameters)\n"
        "{\n    (void)tensors;\n    (void)parameters;\n    kernel(");
    for (int i = 0; i < program->n_arrays; i++)
        if (is_passed(program->arrays[i])) {
            text_printf(naive->text, "%stensors[%d]", separator, i);
            separator = ", ";
        }
    for (int i = 0; i < program->n_parameters; i++) {
        text_printf(naive->text, "%sparameters[%d]", separator, i);
        separator = ", ";
    }
    text_append(naive->text, ");\n    return 0;\n}\n");
}

bool bench_naive_print(struct compilation *c, struct text *text,
    const struct loop_program *program)
{
    struct naive naive = {.c = c,
        .values = program->values,
        .text = text,
        .fused = program->fused};
    bench_print_prelude(text);
    print_signature(&naive, program);
    print_locals(&naive, program);
    print_nodes(&naive, program->body, 4);
    text_append(text, "}\n\n");
    print_entry(&naive, program);
    return !naive.failed;
}
