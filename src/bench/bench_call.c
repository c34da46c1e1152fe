/* C that calls the compiled kernel the way any program would: through its
 * header. */
#include "bench/bench_internal.h"

/* "(const int64_t[]){L_1 * 1, 1}": a strided tensor is handed over
 * contiguous. */
static void print_strides(struct text *text, const struct loop_program *program,
    const struct array *array)
{
    text_append(text, ", (const int64_t[]){");
    for (int i = 0; i < array->n_dimensions; i++) {
        text_append(text, i ? ", 1" : "1");
        for (int j = i + 1; j < array->n_dimensions; j++)
            text_printf(text, " * (%s)",
                bench_affine(program->values, array->extents[j]));
    }
    text_append(text, "}");
}

/* The tensors of the call; returns whether any is local. */
static bool print_tensors(struct text *text, const struct loop_program *program)
{
    const char *separator = "";
    bool has_local = false;
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        has_local |= array->kind == ARRAY_LOCAL;
        if (array->kind != ARRAY_IN && array->kind != ARRAY_OUT &&
            array->kind != ARRAY_INOUT)
            continue;
        text_append(text, separator);
        if (array->n_dimensions == 0)
            text_printf(text, "*(const %s *)", dtype_c_name(array->type));
        text_printf(text, "tensors[%d]", i);
        if (array->is_strided)
            print_strides(text, program, array);
        separator = ", ";
    }
    return has_local;
}

/* The kernel's parameters as arguments of the call, after a comma unless
 * nothing comes before. */
static void print_parameters(
    struct text *text, const struct loop_program *program, bool is_first)
{
    for (int i = 0; i < program->n_parameters; i++)
        text_printf(text, "%sparameters[%d]", i || !is_first ? ", " : "", i);
}

/* The parameters as constants with their names, for strides. */
static void print_names(struct text *text, const struct loop_program *program)
{
    for (int i = 0; i < program->n_parameters; i++)
        text_printf(text, "    const int64_t %s = parameters[%d];\n",
            bench_affine(program->values,
                affine_variable(program->values, program->parameters[i])),
            i);
}

void bench_print_device_call(struct text *text, const struct ast_kernel *kernel,
    const struct loop_program *program, const char *header)
{
    const char *name = kernel->name->text;
    bool has_local = false;
    for (int i = 0; i < program->n_arrays; i++)
        has_local |= program->arrays[i]->kind == ARRAY_LOCAL;
    text_printf(text, "#include \"%s\"\n\n", header);
    text_printf(
        text, "int load(void)\n{\n    return %s_cuda_load();\n}\n", name);
    text_printf(text,
        "const char *describe(void)\n{\n    return %s_cuda_error();\n}\n",
        name);
    text_append(text, "int64_t count_workspace(const int64_t *parameters)\n"
                      "{\n    (void)parameters;\n    return ");
    if (has_local) {
        text_printf(text, "%s_workspace(", name);
        print_parameters(text, program, true);
        text_append(text, ")");
    } else {
        text_append(text, "0");
    }
    text_append(text, ";\n}\nint compiled(void *stream, void *const *tensors, "
                      "void *workspace, const int64_t *parameters)\n{\n");
    print_names(text, program);
    text_append(text, "    (void)tensors;\n    (void)workspace;\n"
                      "    (void)parameters;\n");
    text_printf(text, "    return %s_cuda(stream, ", name);
    print_tensors(text, program);
    text_append(text, has_local ? ", workspace" : "");
    print_parameters(text, program, false);
    text_append(text, ");\n}\n");
}

void bench_print_call(struct text *text, const struct ast_kernel *kernel,
    const struct loop_program *program, const char *header)
{
    bool has_local = false;
    text_printf(text, "#include \"%s\"\n#include <stdlib.h>\n\n", header);
    text_append(text,
        "int compiled(void *const *tensors, const int64_t *parameters)\n{\n");
    print_names(text, program);
    for (int i = 0; i < program->n_arrays; i++)
        has_local |= program->arrays[i]->kind == ARRAY_LOCAL;
    if (has_local) {
        text_printf(text,
            "    static void *workspace;\n    if (!workspace)\n"
            "        workspace = malloc((size_t)%s_workspace(",
            kernel->name->text);
        print_parameters(text, program, true);
        text_append(text, ") + 1);\n");
    }
    text_append(text, "    (void)tensors;\n    (void)parameters;\n");
    text_printf(text, "    return %s(", kernel->name->text);
    print_tensors(text, program);
    if (has_local)
        text_append(text, ", workspace");
    print_parameters(text, program, program->n_arrays == 0);
    text_append(text, ");\n}\n");
}
