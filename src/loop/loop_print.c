/* Loop IR as text, for --emit=loop and messages: deterministic, C-like. */
#include "loop/loop.h"

/* Printing one value: its tape, how often each step is used, and the number
 * of the "%" name a shared step has got, -1 without. */
struct value_printer {
    struct text *text;
    struct value_tape *tape;
    int *n_uses;
    int *numbers;
};

static void print_step(struct value_printer *printer, int i);

/* Append a step by its name if it has one, else in full. */
static void print_operand(struct value_printer *printer, int i)
{
    if (printer->numbers[i] >= 0)
        text_printf(printer->text, "%%%d", printer->numbers[i]);
    else
        print_step(printer, i);
}

/* Append a step in full. */
static void print_step(struct value_printer *printer, int i)
{
    const struct value_step *step = &printer->tape->steps[i];
    if (step->n_operands == 0) {
        value_print(printer->text, step->node);
        return;
    }
    text_append(
        printer->text, step->node->kind == VALUE_CONVERT
                           ? dtype_name(step->node->type)
                           : value_operation_name(step->node->operation));
    for (int k = 0; k < step->n_operands; k++) {
        text_append(printer->text, k ? ", " : "(");
        print_operand(printer, step->operands[k]);
    }
    text_append(printer->text, ")");
}

/* A printer of a value, with the uses counted. */
static struct value_printer make_printer(
    struct text *text, const struct value *value)
{
    struct value_printer printer = {.text = text};
    printer.tape = value_tape_new(text->arena, value);
    printer.n_uses = ARENA_ARRAY(text->arena, printer.tape->n, int);
    printer.numbers = ARENA_ARRAY(text->arena, printer.tape->n, int);
    for (int i = 0; i < printer.tape->n; i++) {
        const struct value_step *step = &printer.tape->steps[i];
        printer.numbers[i] = -1;
        for (int k = 0; k < step->n_operands; k++)
            printer.n_uses[step->operands[k]]++;
    }
    return printer;
}

/* Print operations that are used more than once as lines of their own,
 * "%0 = ...". */
static void print_shared(struct value_printer *printer, int indent)
{
    int n = 0;
    for (int i = 0; i < printer->tape->n; i++) {
        if (printer->n_uses[i] < 2 || !printer->tape->steps[i].n_operands)
            continue;
        text_indent(printer->text, indent);
        text_printf(printer->text, "%%%d = ", n);
        print_step(printer, i);
        text_append(printer->text, "\n");
        printer->numbers[i] = n++;
    }
}

/* Append "max(a, b)", or "a" alone. */
static void print_bound(struct text *text, const char *function, int n,
    const struct affine *const *bounds)
{
    if (n != 1)
        text_printf(text, "%s(", function);
    for (int i = 0; i < n; i++) {
        text_append(text, i ? ", " : "");
        affine_print(text, bounds[i]);
    }
    if (n != 1)
        text_append(text, ")");
}

/* Append "for p = 0 .. P step 16 parallel {". */
static void print_for(struct text *text, const struct loop_node *node)
{
    static const char *const modes[] = {[LOOP_SERIAL] = "",
        [LOOP_PARALLEL] = " parallel",
        [LOOP_BLOCK] = " block",
        [LOOP_THREAD] = " thread"};

    text_printf(text, "for %s = ", node->variable->name->text);
    print_bound(
        text, "max", node->n_lower, (const struct affine *const *)node->lower);
    text_append(text, " .. ");
    print_bound(
        text, "min", node->n_upper, (const struct affine *const *)node->upper);
    if (node->step != 1)
        text_printf(text, " step %lld", (long long)node->step);
    text_printf(text, "%s {\n", modes[node->mode]);
}

/* The sign of an update: "=" or "+=". */
static const char *get_update_text(enum model_update update)
{
    switch (update) {
    case MODEL_SET:
        return "=";
    case MODEL_ACCUMULATE:
        return "+=";
    case MODEL_SCALE:
        return "*=";
    case MODEL_MINIMIZE:
        return "min=";
    case MODEL_MAXIMIZE:
        return "max=";
    }
    return "=";
}

/* Append what is not part of the statement: lanes, kind of store, the line of
 * the source it comes from. */
static void print_remarks(struct text *text, const struct loop_node *node)
{
    const char *before = "  // ";

    if (node->lane) {
        text_printf(text, "%slanes %d", before, node->lane->n_lanes);
        before = ", ";
    }
    if (node->is_nontemporal) {
        text_printf(text, "%snontemporal", before);
        before = ", ";
    }
    if (node->is_ahead) {
        text_printf(text, "%sahead", before);
        before = ", ";
    }
    if (node->range.source)
        text_printf(text, "%sline %d", before,
            source_locate(node->range.source, node->range.begin).line);
}

/* Append "y[n, c, p0 + lane] = ... if ...  // lanes 16". */
static void print_assign(
    struct text *text, const struct loop_node *node, int indent)
{
    struct value_printer printer = make_printer(text, node->value);
    print_shared(&printer, indent);
    text_indent(text, indent);
    text_append(text, node->array->name->text);
    for (int i = 0; i < node->n_index; i++) {
        text_append(text, i ? ", " : "[");
        affine_print(text, node->index[i]);
    }
    text_printf(text, "%s %s ", node->n_index ? "]" : "",
        get_update_text(node->reduce));
    print_operand(&printer, printer.tape->n - 1);
    if (node->guard) {
        text_append(text, " if ");
        guard_print(text, node->guard);
    }
    print_remarks(text, node);
    text_append(text, "\n");
}

/* Append "prefetch y[n, p + 256] to write". */
static void print_prefetch(
    struct text *text, const struct loop_node *node, int indent)
{
    text_indent(text, indent);
    text_printf(text, "prefetch %s", node->array->name->text);
    for (int i = 0; i < node->n_index; i++) {
        text_append(text, i ? ", " : "[");
        affine_print(text, node->index[i]);
    }
    text_append(text, node->is_written ? "] to write\n" : "]\n");
}

/* Append a node and all below it, "indent" spaces in. */
static void print_node(
    struct text *text, const struct loop_node *node, int indent)
{
    int inner = node->kind == LOOP_SEQUENCE ? indent : indent + 2;
    if (node->kind == LOOP_ASSIGN) {
        print_assign(text, node, indent);
        return;
    }
    if (node->kind == LOOP_PREFETCH) {
        print_prefetch(text, node, indent);
        return;
    }
    if (node->kind == LOOP_BARRIER || node->kind == LOOP_COMMIT) {
        text_indent(text, indent);
        text_append(
            text, node->kind == LOOP_BARRIER ? "barrier\n" : "commit\n");
        return;
    }
    if (node->kind == LOOP_WAIT) {
        text_indent(text, indent);
        text_printf(text, "wait %lld\n", (long long)node->step);
        return;
    }
    if (node->kind == LOOP_FOR) {
        text_indent(text, indent);
        print_for(text, node);
    } else if (node->kind == LOOP_IF) {
        text_indent(text, indent);
        text_append(text, "if ");
        guard_print(text, node->guard);
        text_append(text, " {\n");
    } else if (node->kind == LOOP_TRANSPOSE) {
        text_indent(text, indent);
        text_printf(text, "transpose %s {\n", node->array->name->text);
    }
    for (int i = 0; i < node->n_children; i++)
        print_node(text, node->children[i], inner);
    if (node->kind != LOOP_SEQUENCE) {
        text_indent(text, indent);
        text_append(text, "}\n");
    }
}

/* The word for where an array lives. */
static const char *get_kind_text(enum array_kind kind)
{
    switch (kind) {
    case ARRAY_IN:
        return "in";
    case ARRAY_OUT:
        return "out";
    case ARRAY_INOUT:
        return "inout";
    case ARRAY_LOCAL:
        return "local";
    case ARRAY_PRIVATE:
        return "private";
    case ARRAY_REGISTER:
        return "register";
    case ARRAY_STACK:
        return "stack";
    case ARRAY_SHARED:
        return "shared";
    case ARRAY_VIEW:
        return "view";
    }
    return "";
}

/* Append one axis in memory: "[N]", "[C/16]", "[C%16]". */
static void print_axis(struct text *text, const struct array *array, int axis)
{
    const struct array_axis *in = &array->axes[axis];
    text_append(text, "[");
    affine_print(text, array->extents[in->dimension]);
    if (in->block)
        text_printf(
            text, "%s%lld", in->is_inner ? "%" : "/", (long long)in->block);
    text_append(text, "]");
}

/* Is the order in memory the declared one? */
static bool is_plain(const struct array *array)
{
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].dimension != i || array->axes[i].block)
            return false;
    return true;
}

/* Append "in f32 x[N][C][L] as [N][L][C]". */
static void print_array(struct text *text, const struct array *array)
{
    text_printf(text, "%s %s %s", get_kind_text(array->kind),
        dtype_name(array->type), array->name->text);
    for (int i = 0; array->extents && i < array->n_dimensions; i++) {
        text_append(text, "[");
        affine_print(text, array->extents[i]);
        text_append(text, "]");
    }
    if (!is_plain(array)) {
        text_append(text, " as ");
        for (int i = 0; i < array->n_axes; i++)
            print_axis(text, array, i);
    }
    if (array->kind == ARRAY_VIEW)
        text_printf(text, " of %s", array->view_of->name->text);
    if (array->kind == ARRAY_REGISTER && array->n_lanes > 1)
        text_printf(text, "  // lanes %d", array->n_lanes);
    text_append(text, array->is_strided ? " strided\n" : "\n");
}

void loop_print(struct text *text, const struct loop_program *program)
{
    text_printf(text, "program %s for %s", program->name->text,
        program->machine ? program->machine->level : "any machine");
    text_append(text, program->fused ? ", fused\n" : "\n");
    if (program->n_threads)
        text_printf(text, "threads of a block %d\n", program->n_threads);
    if (program->shared_bytes)
        text_printf(text, "bytes shared in a block %lld\n",
            (long long)program->shared_bytes);
    for (int i = 0; i < program->n_parameters; i++)
        text_printf(text, "parameter %s\n", program->parameters[i]->name->text);
    for (int i = 0; i < program->n_heads; i++)
        text_printf(text, "%s = elements of %s before a line of %d\n",
            program->heads[i].variable->name->text,
            program->heads[i].array->name->text, program->heads[i].n_elements);
    for (int i = 0; i < program->n_requires; i++) {
        text_append(text, "require ");
        guard_print(text, program->requires[i]);
        text_append(text, "\n");
    }
    for (int i = 0; i < program->n_arrays; i++)
        print_array(text, program->arrays[i]);
    print_node(text, program->body, 0);
}
