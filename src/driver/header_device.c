/* What the header says of code for GPUs: of an object the functions that start
 * it, of PTX each function with its blocks. */
#include "driver/driver_internal.h"

#include <string.h>

/* ---- Formulas as C ------------------------------------------------------- */

static void append_affine(struct text *text, const struct affine *affine);

/* A parameter, or the helper that computes an atom of parameters. */
static void append_variable(struct text *text, const struct variable *variable)
{
    if (!variable->of) {
        text_append(text, variable->name->text);
        return;
    }
    text_append(
        text, variable->kind == VARIABLE_FLOOR ? "tapc_floor(" : "tapc_clamp(");
    append_affine(text, variable->of);
    text_append(text, ", ");
    if (variable->kind == VARIABLE_FLOOR)
        text_printf(text, "%lld", (long long)variable->divisor);
    else
        append_affine(text, variable->extent);
    text_append(text, ")");
}

/* The sum, constant last. */
static void append_affine(struct text *text, const struct affine *affine)
{
    for (int i = 0; i < affine->n_terms; i++) {
        text_printf(text, "%s%lld*", i ? " + " : "",
            (long long)affine->terms[i].coefficient);
        append_variable(text, affine->terms[i].variable);
    }
    if (affine->constant != 0 || affine->n_terms == 0)
        text_printf(text, "%s%lld", affine->n_terms ? " + " : "",
            (long long)affine->constant);
}

/* The largest ("tapc_max") or smallest of some bounds. */
static void append_bounds(struct text *text, const char *helper, int n,
    const struct affine *const *bounds)
{
    for (int i = 1; i < n; i++)
        text_printf(text, "%s(", helper);
    for (int i = 0; i < n; i++) {
        text_append(text, i ? ", " : "");
        append_affine(text, bounds[i]);
        text_append(text, i ? ")" : "");
    }
}

/* Blocks of one section. */
static void append_blocks(
    struct text *text, const struct loop_section *section, int n_threads)
{
    text_append(text, section->is_flat ? "tapc_count(0, " : "");
    for (int i = 0; i < section->n_loops; i++) {
        const struct loop_node *loop = section->loops[i];

        text_append(text, i ? "\n        * tapc_count(" : "tapc_count(");
        append_bounds(text, "tapc_max", loop->n_lower, loop->lower);
        text_append(text, ", ");
        append_bounds(text, "tapc_min", loop->n_upper, loop->upper);
        text_printf(text, ", %lld)", (long long)loop->step);
    }
    if (section->is_flat)
        text_printf(text, ", %d)", n_threads);
}

/* ---- PTX ----------------------------------------------------------------- */

/* The symbol as a name of C: "dwconv1d$K3" is dwconv1d_K3. */
static const char *c_name(struct arena *arena, const char *symbol)
{
    char *name = arena_string(arena, symbol);

    for (char *at = name; *at; at++)
        if (*at == '$')
            *at = '_';
    return name;
}

/* Which arguments a function wants aligned, and to how many bytes. */
static void print_alignment(struct text *text, const struct codegen *codegen,
    const struct ast_kernel *kernel, const char *symbol)
{
    const char *separator = "\n * aligned to bytes: ";

    for (int i = -1; i < kernel->n_tensors; i++) {
        unsigned bytes = codegen_get_alignment(codegen, symbol, i);

        if (bytes == 0)
            continue;
        text_printf(text, "%s%s %u", separator,
            i < 0 ? "workspace" : kernel->tensors[i]->name->text, bytes);
        separator = ", ";
    }
    if (*separator != ',')
        return;
    text_printf(text, "; else \"%s$any\"", symbol);
}

/* One function: when it is for, its blocks and threads. */
static void print_function(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel, const struct driver_variant *variant,
    const struct driver_device *device)
{
    struct arena *arena = driver->c->arena;
    const struct loop_program *program = variant->program;
    struct codegen_variant described = {program, variant->machine,
        variant->n_bindings, variant->bindings, variant->size_class};
    const char *symbol =
        codegen_device_symbol(driver->c, kernel->kernel, &described, true);
    const char *name = c_name(arena, symbol);
    int n;
    struct loop_section *sections = loop_list_sections(arena, program, &n);

    text_printf(text, "/* PTX function \"%s\": for ", symbol);
    header_append_bindings(text, variant);
    print_alignment(text, device->codegen, kernel->kernel, symbol);
    text_printf(text,
        " */\nenum { %s_threads = %d, %s_shared_bytes = %lld };\n", name,
        program->n_threads, name, (long long)program->shared_bytes);
    header_print_sizes(driver, text, kernel->kernel, name, "_blocks");
    text_append(text, "    return ");
    for (int i = 0; i < n; i++) {
        text_append(text, i ? "\n        + " : "");
        append_blocks(text, &sections[i], program->n_threads);
    }
    text_append(text, ";\n}\n");
}

/* What the formulas need. */
static void print_helpers(struct text *text)
{
    text_append(text,
        "#ifndef TAPC_GRID\n"
        "#define TAPC_GRID\n"
        "static inline int64_t tapc_min(int64_t a, int64_t b)\n"
        "{ return a < b ? a : b; }\n"
        "static inline int64_t tapc_max(int64_t a, int64_t b)\n"
        "{ return a < b ? b : a; }\n"
        "static inline int64_t tapc_floor(int64_t a, int64_t b)\n"
        "{ return a / b - (a % b < 0); }\n"
        "static inline int64_t tapc_clamp(int64_t a, int64_t n)\n"
        "{ return tapc_min(tapc_max(a, 0), n - 1); }\n"
        "static inline int64_t tapc_count(int64_t from, int64_t to, "
        "int64_t step)\n"
        "{ return from < to ? (to - from - 1) / step + 1 : 0; }\n"
        "#endif\n");
}

/* All functions of a kernel in PTX given out by itself. */
static void print_functions(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel)
{
    const struct driver_device *device = &driver->devices.at[0];

    print_helpers(text);
    for (int i = 0; i < kernel->variants.n; i++)
        if (kernel->variants.at[i].machine == device->machine)
            print_function(
                driver, text, kernel, &kernel->variants.at[i], device);
}

/* ---- Objects ------------------------------------------------------------- */

void header_print_device(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel)
{
    const char *name = kernel->kernel->name->text;

    if (driver->object.size_bytes == 0) {
        print_functions(driver, text, kernel);
        return;
    }
    text_printf(text,
        "/* Load for the current context, once, and not while a graph is "
        "captured; start\n"
        " * on a stream, with pointers to the GPU's memory (strides to the "
        "host's);\n"
        " * unload. The text is the driver's last error of this object. */\n"
        "int %s_cuda_load(void);\n",
        name);
    header_print_prototypes(driver, text, kernel);
    text_printf(text,
        "void %s_cuda_unload(void);\n"
        "const char *%s_cuda_error(void);\n",
        name, name);
}

void header_print_devices(struct driver *driver, struct text *text)
{
    bool has_code = true;

    text_append(text, "\n * GPUs: ");
    for (int i = 0; i < driver->devices.n; i++) {
        text_printf(
            text, "%s%s", i ? ", " : "", driver->devices.at[i].machine->level);
        has_code &= driver->devices.at[i].cubin.size_bytes > 0;
    }
    if (driver->object.size_bytes > 0)
        text_printf(text,
            has_code ? " by machine code, others by PTX.\n"
                       " * Started from %s.\n"
                     : " by PTX, since there was no ptxas.\n"
                       " * Started from %s.\n",
            driver->target->triple);
    else
        text_append(text, "; PTX, which later ones run too.\n");
    text_append(text, " * Functions return 0 or TAPC_E_..., found before "
                      "anything is started.\n");
}
