/* The module: all kernels, all variants, their entries. */
#include "codegen/emit.h"

#include <llvm-c/Analysis.h>

#include <string.h>

/* Remember each machine once, in the order of the variants (rising). */
static void add_level(struct codegen *codegen, const struct machine *machine)
{
    for (int i = 0; i < codegen->levels.n; i++)
        if (codegen->levels.at[i] == machine)
            return;
    VECTOR_PUSH(codegen->c->arena, &codegen->levels, machine);
}

/* All machines that any kernel has a variant for. */
static void collect_levels(struct codegen *codegen)
{
    const struct codegen_request *request = codegen->request;
    for (int i = 0; i < request->n_kernels; i++)
        for (int k = 0; k < request->kernels[i].n_variants; k++)
            add_level(codegen, request->kernels[i].variants[k].machine);
}

void codegen_set_flags(struct codegen *codegen)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(codegen->context);
    LLVMMetadataRef two = LLVMValueAsMetadata(LLVMConstInt(i32, 2, false));
    LLVMAddModuleFlag(codegen->module, LLVMModuleFlagBehaviorWarning,
        "PIC Level", strlen("PIC Level"), two);
    LLVMMetadataRef root =
        LLVMMDStringInContext2(codegen->context, "tapc", strlen("tapc"));
    codegen->alias_root = LLVMMDNodeInContext2(codegen->context, &root, 1);
}

struct codegen *codegen_new(
    struct compilation *c, const struct codegen_request *request)
{
    struct codegen *codegen = ARENA_NEW(c->arena, struct codegen);
    codegen->c = c;
    codegen->request = arena_copy(c->arena, request, sizeof *request);
    codegen->context = LLVMContextCreate();
    codegen->module =
        LLVMModuleCreateWithNameInContext(request->name, codegen->context);
    LLVMSetSourceFileName(
        codegen->module, request->name, strlen(request->name));
    codegen_collect_problems(codegen);
    return codegen;
}

/* A function for each variant, and on a CPU the entry that chooses among
 * them. */
static void build_kernel(
    struct codegen *codegen, const struct codegen_kernel *kernel)
{
    if (codegen->request->target->mark_kernel) {
        for (int i = 0; i < kernel->n_variants; i++)
            emit_device_variant(codegen, kernel, &kernel->variants[i]);
        return;
    }
    LLVMValueRef *functions =
        ARENA_ARRAY(codegen->c->arena, kernel->n_variants + 1, LLVMValueRef);
    for (int i = 0; i < kernel->n_variants; i++)
        functions[i] = emit_variant(codegen, kernel, &kernel->variants[i]);
    emit_entry(codegen, kernel, functions);
}

bool codegen_verify(struct codegen *codegen)
{
    struct source_range nowhere = {NULL, 0, 0};
    char *message = NULL;
    LLVMBool is_broken =
        LLVMVerifyModule(codegen->module, LLVMReturnStatusAction, &message);
    if (is_broken)
        diag_internal(codegen->c->diag, nowhere, "LLVM IR is not valid: %s",
            message ? message : "");
    LLVMDisposeMessage(message);
    return !is_broken;
}

struct codegen *codegen_build(
    struct compilation *c, const struct codegen_request *request)
{
    int n_errors = diag_n_errors(c->diag);
    struct codegen *codegen = codegen_new(c, request);
    collect_levels(codegen);
    bool ok = codegen_create_machine(codegen);
    if (ok) {
        codegen_set_flags(codegen);
        codegen_debug_begin(codegen);
        for (int i = 0; i < request->n_kernels; i++)
            build_kernel(codegen, &request->kernels[i]);
        codegen_debug_end(codegen);
        ok = diag_n_errors(c->diag) == n_errors && codegen_verify(codegen) &&
             codegen_optimize(codegen);
    }
    return ok ? codegen : codegen_free(codegen);
}

struct codegen *codegen_free(struct codegen *codegen)
{
    if (!codegen)
        return NULL;
    if (codegen->debug)
        LLVMDisposeDIBuilder(codegen->debug);
    if (codegen->data)
        LLVMDisposeTargetData(codegen->data);
    if (codegen->machine)
        LLVMDisposeTargetMachine(codegen->machine);
    LLVMDisposeModule(codegen->module);
    LLVMContextDispose(codegen->context);
    return NULL;
}

void codegen_free_registers(struct codegen *codegen, const char *symbol)
{
    codegen->request->target->free_registers(
        codegen, LLVMGetNamedFunction(codegen->module, symbol));
}

bool codegen_has_symbol(const struct codegen *codegen, const char *symbol)
{
    return LLVMGetNamedFunction(codegen->module, symbol) != NULL;
}

unsigned codegen_get_alignment(
    const struct codegen *codegen, const char *symbol, int position)
{
    unsigned bytes = 0;
    for (int i = 0; i < codegen->alignments.n; i++) {
        const struct codegen_alignment *one = &codegen->alignments.at[i];
        if (one->position == position && strcmp(one->symbol, symbol) == 0 &&
            one->bytes > bytes)
            bytes = one->bytes;
    }
    return bytes;
}

const char *codegen_variant_symbol(struct compilation *c,
    const struct ast_kernel *kernel, const struct codegen_variant *variant)
{
    struct text text = text_new(c->arena);
    text_printf(&text, "%s.%s", kernel->name->text, variant->machine->level);
    for (int i = 0; i < variant->n_bindings; i++)
        text_printf(&text, ".%s%lld",
            variant->bindings[i].parameter->name->text,
            (long long)variant->bindings[i].value);
    if (variant->size_class)
        text_printf(&text, ".%d", variant->size_class);
    return text.at;
}
