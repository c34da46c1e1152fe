/* The part of the header that is about one kernel. */
#include "driver/driver_internal.h"

#include <string.h>

enum { LINE_COLUMNS = 79 };

/* ---- The comment ------------------------------------------------------- */

/* An expression as written, safe in a comment. */
static void append_expression(
    struct text *text, const struct ast_expression *expression)
{
    struct text words = text_new(text->arena);

    ast_print_expression(&words, expression);
    header_append_comment(text, words.at);
}

/* "[N][C][L]" */
static void append_shape(struct text *text, const struct ast_tensor *tensor)
{
    for (int i = 0; i < tensor->n_dimensions; i++) {
        text_append(text, "[");
        append_expression(text, tensor->extents[i]);
        text_append(text, "]");
    }
}

/* Whether memory has the declared order, unblocked. */
static bool is_plain(const struct array *array)
{
    if (array->n_axes != array->n_dimensions)
        return false;
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].dimension != i || array->axes[i].block != 0)
            return false;
    return true;
}

/* ", in memory [N][C/16][L][C%16], C rounded up to a multiple of 16" */
static void append_layout(struct text *text, const struct ast_tensor *tensor,
    const struct array *array)
{
    bool is_blocked = false;

    text_append(text, " in memory ");
    for (int i = 0; i < array->n_axes; i++) {
        const struct array_axis *axis = &array->axes[i];
        const struct ast_expression *extent = tensor->extents[axis->dimension];
        bool is_simple = extent->kind == AST_NAME ||
                         extent->kind == AST_INTEGER || axis->block == 0;

        text_append(text, is_simple ? "[" : "[(");
        append_expression(text, extent);
        text_append(text, is_simple ? "" : ")");
        if (axis->block != 0) {
            is_blocked = true;
            text_printf(text, "%s%lld", axis->is_inner ? "%" : "/",
                (long long)axis->block);
        }
        text_append(text, "]");
    }
    if (is_blocked)
        text_append(text, " (blocks rounded up, padding is scratch)");
}

/* "x[N][C][L]" and what there is to say about its memory. */
static void print_tensor(struct text *text, const struct ast_tensor *tensor,
    const struct array *array)
{
    text_append(text, tensor->name->text);
    append_shape(text, tensor);
    if (tensor->n_dimensions == 0 && tensor->direction == AST_IN)
        text_append(text, " by value");
    else if (tensor->direction == AST_LOCAL)
        text_append(text, " in the workspace");
    if (tensor->is_strided)
        text_printf(text, " with strides in elements in %s_strides",
            tensor->name->text);
    else if (!is_plain(array))
        append_layout(text, tensor, array);
}

/* All tensors, those of one direction and type on one line while it lasts. */
static void print_tensors(struct text *text, const struct ast_kernel *kernel,
    struct array *const *arrays)
{
    size_t line = text->length;

    for (int i = 0; i < kernel->n_tensors; i++) {
        const struct ast_tensor *tensor = kernel->tensors[i];
        const struct ast_tensor *before = i > 0 ? kernel->tensors[i - 1] : NULL;
        struct text words = text_new(text->arena);

        print_tensor(&words, tensor, arrays[i]);
        if (before && before->direction == tensor->direction &&
            before->type == tensor->type &&
            text->length - line + words.length < LINE_COLUMNS - 2) {
            text_printf(text, ", %s", words.at);
            continue;
        }
        text_append(text, i > 0 ? "\n" : "");
        line = text->length;
        text_printf(text, " * %-5s %s %s",
            ast_direction_name(tensor->direction), dtype_name(tensor->type),
            words.at);
    }
    text_append(text, "\n");
}

/* Values that are not arguments, and the sizes in the shapes. */
static void print_names(struct text *text, const struct ast_kernel *kernel)
{
    const char *separator = " * with ";
    bool is_begun = false;

    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];

        if (!header_is_fixed(parameter))
            continue;
        text_printf(text, "%s%s = %lld", separator, parameter->name->text,
            (long long)parameter->value);
        separator = ", ";
        is_begun = true;
    }
    for (int i = 0; i < kernel->n_sizes; i++) {
        text_printf(text, "%s%s = ", separator, kernel->sizes[i]->name->text);
        append_expression(text, kernel->sizes[i]->value);
        separator = ", ";
        is_begun = true;
    }
    if (is_begun)
        text_append(text, "\n");
}

/* The values of a set parameter: "K in {3, 4, *}". */
static void append_set(struct text *text, const struct ast_parameter *parameter)
{
    text_printf(text, "%s in {", parameter->name->text);
    for (int i = 0; i < parameter->n_values; i++)
        text_printf(
            text, "%s%lld", i ? ", " : "", (long long)parameter->values[i]);
    text_append(text, parameter->is_open ? ", *}" : "}");
}

/* The conditions the entry checks. */
static void print_conditions(struct text *text, const struct ast_kernel *kernel)
{
    text_append(text, " * Requires every extent >= 0");
    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];

        if (parameter->kind == AST_PARAMETER_SET &&
            !header_is_fixed(parameter) && !parameter->is_open) {
            text_append(text, ", ");
            append_set(text, parameter);
        }
    }
    for (int i = 0; i < kernel->n_requires; i++) {
        text_append(text, ", ");
        append_expression(text, kernel->requires[i]);
    }
    text_append(text, "; else TAPC_E_SIZE.\n");
}

void header_append_bindings(
    struct text *text, const struct driver_variant *variant)
{
    size_t length = text->length;

    for (int i = 0; i < variant->n_bindings; i++)
        text_printf(text, "%s%s = %lld", i ? " and " : "",
            variant->bindings[i].parameter->name->text,
            (long long)variant->bindings[i].value);
    model_print_class(
        text, variant->model, variant->n_bindings ? " and " : "", " and ");
    if (text->length == length)
        text_append(text, "any");
}

/* The bodies among which the entry chooses at one level, from number "at" on,
 * the listed values before the general one; nothing when there is only one.
 * Returns their number. */
static int print_level(struct text *text, const struct driver_kernel *kernel,
    int at, const char *level)
{
    const struct driver_variant *variants = &kernel->variants.at[at];
    int n = 0;

    while (at + n < kernel->variants.n &&
           variants[n].machine == variants[0].machine)
        n++;
    for (int i = 0; i < n && n > 1; i++) {
        if (i == 0)
            text_printf(text,
                " * Runs the first that fits%s%s of: ", *level ? " at " : "",
                level);
        else
            text_append(text, "; ");
        header_append_bindings(text, &variants[i]);
    }
    text_append(text, n > 1 ? ".\n" : "");
    return n;
}

/* The bodies among which the entry chooses: once, if all levels have the same,
 * else for each that has a choice. */
static void print_bodies(struct text *text, const struct driver_kernel *kernel)
{
    struct text first = text_new(text->arena);
    bool is_same = true;
    int n = print_level(&first, kernel, 0, "");

    for (int at = n; at < kernel->variants.n;) {
        struct text other = text_new(text->arena);

        at += print_level(&other, kernel, at, "");
        is_same = is_same && strcmp(first.at, other.at) == 0;
    }
    if (is_same)
        text_append(text, first.at);
    for (int at = 0; !is_same && at < kernel->variants.n;)
        at += print_level(
            text, kernel, at, kernel->variants.at[at].machine->level);
}

/* How the object was checked. */
static void print_report(struct text *text, const struct driver_kernel *kernel)
{
    const struct verify_report *report = &kernel->report;

    if (!kernel->has_report)
        text_append(text, " * Not checked (--no-verify).\n");
    else if (report->n_replayed && report->n_run)
        text_printf(text,
            " * Checked: replayed %d times, run %d times, on %d sizes.\n",
            report->n_replayed, report->n_run, report->n_sizes);
    else if (report->n_replayed)
        text_printf(text, " * Checked: replayed %d times on %d sizes.\n",
            report->n_replayed, report->n_sizes);
    else if (report->n_run)
        text_printf(text,
            " * Checked: run %d times on large sizes, some results compared.\n",
            report->n_run);
    else if (kernel->n_small == 0)
        text_append(text, " * Not replayed: too large.\n");
    if (kernel->n_small > 0)
        text_printf(text,
            " * Checked: replayed at %d small sizes of the same schedule.\n",
            kernel->n_small);
    if (kernel->has_report && report->n_run == 0)
        text_printf(text, " * Not run: %s.\n", report->why_not_run);
}

/* ---- The prototypes ---------------------------------------------------- */

bool header_is_fixed(const struct ast_parameter *parameter)
{
    return parameter->is_fixed || parameter->kind == AST_PARAMETER_CONSTANT;
}

/* Arguments of a prototype, each as text. */
struct arguments {
    struct arena *arena;
    bool has_stream;
    VECTOR(const char *) list;
};

/* A parameter's or tensor's name in C: the entry's own arguments come before
 * theirs (words of C cannot be names at all). */
static const char *safe_name(
    const struct arguments *arguments, const struct name *name)
{
    bool is_taken =
        strcmp(name->text, "workspace") == 0 ||
        strcmp(name->text, "parallel") == 0 ||
        (arguments->has_stream && strcmp(name->text, "stream") == 0);

    return is_taken ? arena_printf(arguments->arena, "%s_", name->text)
                    : name->text;
}

/* One tensor, with its strides. */
static void add_tensor(
    struct arguments *arguments, const struct ast_tensor *tensor)
{
    struct arena *arena = arguments->arena;
    const char *type = dtype_c_name(tensor->type);
    const char *name = safe_name(arguments, tensor->name);
    bool is_in = tensor->direction == AST_IN;

    if (tensor->direction == AST_LOCAL)
        return;
    if (tensor->n_dimensions == 0 && is_in)
        VECTOR_PUSH(
            arena, &arguments->list, arena_printf(arena, "%s %s", type, name));
    else
        VECTOR_PUSH(arena, &arguments->list,
            arena_printf(arena, "%s%s *TAPC_RESTRICT %s", is_in ? "const " : "",
                type, name));
    if (tensor->is_strided)
        VECTOR_PUSH(arena, &arguments->list,
            arena_printf(
                arena, "const int64_t *%s_strides", tensor->name->text));
}

/* The parameters that are arguments. */
static void add_parameters(
    struct arguments *arguments, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_parameters; i++)
        if (!header_is_fixed(kernel->parameters[i]))
            VECTOR_PUSH(arguments->arena, &arguments->list,
                arena_printf(arguments->arena, "int64_t %s",
                    safe_name(arguments, kernel->parameters[i]->name)));
}

/* Whether the kernel has a local tensor. */
static bool has_workspace(const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_tensors; i++)
        if (kernel->tensors[i]->direction == AST_LOCAL)
            return true;
    return false;
}

/* Whether a schedule in force has a parallel loop. */
static bool has_parallel(const struct driver_kernel *kernel)
{
    for (int i = 0; i < kernel->variants.n; i++)
        if (kernel->variants.at[i].program &&
            kernel->variants.at[i].program->has_parallel)
            return true;
    return false;
}

/* "int name(arguments)" with wrapped lines, then "end". */
static void print_prototype(struct text *text, const char *type,
    const char *name, const char *suffix, const struct arguments *arguments,
    const char *end)
{
    size_t line = text->length;

    text_printf(text, "%s %s%s(", type, name, suffix);
    for (int i = 0; i < arguments->list.n; i++) {
        const char *argument = arguments->list.at[i];
        bool is_last = i == arguments->list.n - 1;

        if (text->length - line + strlen(argument) + 2 > LINE_COLUMNS &&
            i > 0) {
            text->length--; /* the space */
            text_append(text, "\n");
            line = text->length;
            text_append(text, "    ");
        }
        text_printf(text, "%s%s", argument, is_last ? "" : ", ");
    }
    text_append(text, arguments->list.n ? ")" : "void)");
    text_append(text, end);
}

void header_print_sizes(struct driver *driver, struct text *text,
    const struct ast_kernel *kernel, const char *name, const char *suffix)
{
    struct arguments sizes = {.arena = driver->c->arena};

    add_parameters(&sizes, kernel);
    print_prototype(
        text, "static inline int64_t", name, suffix, &sizes, "\n{\n");
    for (int i = 0; i < kernel->n_parameters; i++)
        if (!header_is_fixed(kernel->parameters[i]))
            text_printf(text, "    (void)%s;\n",
                safe_name(&sizes, kernel->parameters[i]->name));
}

void header_print_prototypes(struct driver *driver, struct text *text,
    const struct driver_kernel *described)
{
    const struct ast_kernel *kernel = described->kernel;
    struct arguments arguments = {driver->c->arena, driver->is_gpu, {0}};
    struct arguments sizes = {.arena = driver->c->arena};

    if (driver->is_gpu)
        VECTOR_PUSH(
            arguments.arena, &arguments.list, "struct CUstream_st *stream");

    for (int i = 0; i < kernel->n_tensors; i++)
        add_tensor(&arguments, kernel->tensors[i]);
    if (has_workspace(kernel)) {
        VECTOR_PUSH(arguments.arena, &arguments.list, "void *workspace");
        add_parameters(&sizes, kernel);
        print_prototype(
            text, "int64_t", kernel->name->text, "_workspace", &sizes, ";\n");
    }
    add_parameters(&arguments, kernel);
    print_prototype(text, "int", kernel->name->text,
        driver->is_gpu ? "_cuda" : "", &arguments, ";\n");
    if (has_parallel(described)) {
        VECTOR_PUSH(arguments.arena, &arguments.list,
            "const struct tapc_parallel *parallel");
        print_prototype(
            text, "int", kernel->name->text, "_parallel", &arguments, ";\n");
    }
}

void header_print_kernel(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel)
{
    const struct ast_kernel *ast = kernel->kernel;

    text_printf(text, "\n/* %s\n", ast->name->text);
    print_tensors(text, ast, kernel->variants.at[0].model->arrays);
    print_names(text, ast);
    print_conditions(text, ast);
    print_bodies(text, kernel);
    print_report(text, kernel);
    text_append(text, " */\n");
    if (driver->is_gpu)
        header_print_device(driver, text, kernel);
    else
        header_print_prototypes(driver, text, kernel);
}
