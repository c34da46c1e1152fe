/* Stages as text: --emit, explain and -save-temps. */
#include "driver/driver_internal.h"

void dump_title(struct text *text, const struct driver_kernel *kernel,
    const struct driver_variant *variant)
{
    text_append(text, kernel->kernel->name->text);
    if (variant->machine)
        text_printf(text, ", %s", variant->machine->level);
    for (int i = 0; i < variant->n_bindings; i++)
        text_printf(text, ", %s = %lld",
            variant->bindings[i].parameter->name->text,
            (long long)variant->bindings[i].value);
    model_print_class(text, variant->model, ", ", ", ");
}

/* "// --- loop: dwconv1d, x86-64-v4, K = 3" */
static void print_heading(struct text *text, enum driver_emit emit,
    const struct driver_kernel *kernel, const struct driver_variant *variant)
{
    text_printf(text, "// --- %s: ", driver_emit_name(emit));
    dump_title(text, kernel, variant);
    text_append(text, "\n");
}

/* Whether an earlier variant has the same model. */
static bool has_model_before(const struct driver_kernel *kernel, int at)
{
    for (int i = 0; i < at; i++)
        if (kernel->variants.at[i].model == kernel->variants.at[at].model)
            return true;
    return false;
}

/* One stage of one variant. */
static void dump_variant(struct text *text, enum driver_emit emit,
    const struct driver_kernel *kernel, int at)
{
    const struct driver_variant *variant = &kernel->variants.at[at];
    struct driver_variant choice = *variant;

    if (emit == DRIVER_EMIT_MODEL) {
        if (has_model_before(kernel, at))
            return;
        choice.machine = NULL; /* models know no machine */
        print_heading(text, emit, kernel, &choice);
        model_print(text, variant->model);
        return;
    }
    print_heading(text, emit, kernel, variant);
    if (emit == DRIVER_EMIT_SCHEDULE)
        schedule_print(text, variant->schedule);
    else
        loop_print(text, variant->program);
}

/* One stage of all variants of all kernels. */
static void dump_variants(
    struct driver *driver, struct text *text, enum driver_emit emit)
{
    for (int i = 0; i < driver->kernels.n; i++)
        for (int j = 0; j < driver->kernels.at[i].variants.n; j++)
            dump_variant(text, emit, &driver->kernels.at[i], j);
}

/* What the code generator emits, as it is. */
static bool dump_code(
    struct driver *driver, struct text *text, enum codegen_kind kind)
{
    struct blob blob = {0};

    pass_begin(driver, "codegen_emit");
    if (!pass_end(driver, codegen_emit(driver->codegen, kind, &blob)))
        return false;
    text_append_bytes(text, blob.bytes, blob.size_bytes);
    return true;
}

bool dump_stage(struct driver *driver, struct text *text, enum driver_emit emit)
{
    bool is_device = driver->is_gpu && emit >= DRIVER_EMIT_LLVM &&
                     emit <= DRIVER_EMIT_RESOURCES;

    if (is_device)
        return device_dump(driver, text, emit);
    switch (emit) {
    case DRIVER_EMIT_AST:
        ast_print(text, driver->program);
        return true;
    case DRIVER_EMIT_MODEL:
    case DRIVER_EMIT_SCHEDULE:
    case DRIVER_EMIT_LOOP:
        dump_variants(driver, text, emit);
        return true;
    case DRIVER_EMIT_ROOF:
        return roof_print(driver, text);
    case DRIVER_EMIT_LLVM:
        return dump_code(driver, text, CODEGEN_LLVM);
    case DRIVER_EMIT_ASSEMBLY:
        return dump_code(driver, text, CODEGEN_ASSEMBLY);
    case DRIVER_EMIT_PTX:
    case DRIVER_EMIT_RESOURCES:
        break; /* of GPUs only */
    case DRIVER_EMIT_OBJECT:
        text_append_bytes(
            text, driver->object.bytes, driver->object.size_bytes);
        return true;
    case DRIVER_EMIT_HEADER:
        header_print(driver, text);
        return true;
    case DRIVER_N_EMITS:
        break;
    }
    return false;
}
