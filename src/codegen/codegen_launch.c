/* The object with code for GPUs: what launch.ll does for all, the images, and
 * the functions users call. They check like the entry of a CPU, take the body
 * for the device and the sizes, count its blocks, and start it.
 */
#include "codegen/emit.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/IRReader.h>

#include <string.h>

enum { STATUS_SIZE = 2, STATUS_DEVICE = 5, N_SLOTS = 64, CODE_BYTES = 16 };

/* launch.ll as the build put it into the program, with a zero at its end. */
extern const unsigned char codegen_launch_text[];
extern const size_t codegen_launch_bytes;

/* ---- Symbols of an image ----------------------------------------------- */

/* A VECTOR of names. */
struct symbols {
    const char **at;
    int n;
    int capacity;
};

/* What an image's modules are asked for: of each variant the function for
 * aligned arguments, and the other one if there is one. */
static struct symbols list_symbols(struct codegen *codegen,
    const struct codegen_launcher *launcher, const struct codegen_image *image)
{
    struct compilation *c = codegen->c;
    struct symbols symbols = {0};
    for (int i = 0; i < launcher->n_kernels; i++) {
        const struct codegen_kernel *kernel = &launcher->kernels[i];
        for (int k = 0; k < 2 * kernel->n_variants; k++) {
            const struct codegen_variant *variant = &kernel->variants[k / 2];
            const char *symbol =
                codegen_device_symbol(c, kernel->kernel, variant, k % 2 == 0);
            if (variant->machine == image->machine &&
                codegen_has_symbol(image->codegen, symbol))
                VECTOR_PUSH(c->arena, &symbols, symbol);
        }
    }
    return symbols;
}

/* Where a symbol is in the list; -1 if it is not. */
static int find_symbol(const struct symbols *symbols, const char *symbol)
{
    for (int i = 0; i < symbols->n; i++)
        if (strcmp(symbols->at[i], symbol) == 0)
            return i;
    return -1;
}

/* ---- Data -------------------------------------------------------------- */

/* A variable of the object's own, LLVM's name for which is "name". */
static LLVMValueRef add_global(
    struct codegen *codegen, const char *name, LLVMValueRef value)
{
    LLVMValueRef global =
        LLVMAddGlobal(codegen->module, LLVMTypeOf(value), name);
    LLVMSetInitializer(global, value);
    LLVMSetLinkage(global, LLVMInternalLinkage);
    return global;
}

/* A constant without a symbol. */
static LLVMValueRef add_constant(
    struct codegen *codegen, LLVMValueRef value, unsigned alignment)
{
    LLVMValueRef global = add_global(codegen, "tapc.data", value);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetGlobalConstant(global, true);
    LLVMSetAlignment(global, alignment);
    return global;
}

/* Bytes with a zero behind them; NULL for none. */
static LLVMValueRef add_bytes(
    struct codegen *codegen, const char *bytes, size_t n, unsigned alignment)
{
    if (n == 0)
        return LLVMConstNull(LLVMPointerTypeInContext(codegen->context, 0));
    return add_constant(codegen,
        LLVMConstStringInContext(codegen->context, bytes, (unsigned)n, false),
        alignment);
}

/* An i32 constant. */
static LLVMValueRef make_i32(const struct codegen *codegen, int value)
{
    return LLVMConstInt(LLVMInt32TypeInContext(codegen->context),
        (unsigned long long)value, false);
}

/* Put "value", in a variable of its own, in the place of one launch.ll
 * declares. */
static void define(struct codegen *codegen, const char *name,
    LLVMValueRef value, bool is_constant)
{
    LLVMValueRef declared = LLVMGetNamedGlobal(codegen->module, name);
    LLVMValueRef global = add_global(codegen, "tapc.defined", value);
    LLVMSetGlobalConstant(global, is_constant);
    LLVMReplaceAllUsesWith(declared, global);
    LLVMDeleteGlobal(declared);
    LLVMSetValueName2(global, name, strlen(name));
}

/* One %image: capability, number of functions, machine code, PTX, names. */
static LLVMValueRef make_image(struct codegen *codegen,
    const struct codegen_image *image, const struct symbols *symbols)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(codegen->context, 0);
    LLVMValueRef *names =
        ARENA_ARRAY(codegen->c->arena, symbols->n, LLVMValueRef);
    for (int i = 0; i < symbols->n; i++)
        names[i] =
            add_bytes(codegen, symbols->at[i], strlen(symbols->at[i]), 1);
    LLVMValueRef fields[5] = {
        make_i32(codegen, image->machine->gpu->capability),
        make_i32(codegen, symbols->n),
        add_bytes(
            codegen, image->cubin.bytes, image->cubin.size_bytes, CODE_BYTES),
        add_bytes(codegen, image->ptx.bytes, image->ptx.size_bytes, 1),
        add_constant(
            codegen, LLVMConstArray2(pointer, names, (uint64_t)symbols->n), 8)};
    return LLVMConstStructInContext(codegen->context, fields, 5, false);
}

/* All that launch.ll leaves open. */
static void define_images(
    struct codegen *codegen, const struct codegen_launcher *launcher)
{
    int n = launcher->n_images;
    int most = 1;
    LLVMTypeRef pointer = LLVMPointerTypeInContext(codegen->context, 0);
    LLVMValueRef *images = ARENA_ARRAY(codegen->c->arena, n, LLVMValueRef);
    for (int i = 0; i < n; i++) {
        struct symbols symbols =
            list_symbols(codegen, launcher, &launcher->images[i]);
        images[i] = make_image(codegen, &launcher->images[i], &symbols);
        most = symbols.n > most ? symbols.n : most;
    }
    define(codegen, "tapc.images",
        LLVMConstArray2(LLVMTypeOf(images[0]), images, (uint64_t)n), true);
    define(codegen, "tapc.n_images", make_i32(codegen, n), true);
    define(codegen, "tapc.n_functions", make_i32(codegen, most), true);
    define(codegen, "tapc.functions",
        LLVMConstNull(LLVMArrayType2(pointer, (uint64_t)(N_SLOTS * most))),
        false);
}

/* ---- Starting a function ----------------------------------------------- */

/* Call a function of launch.ll. */
static LLVMValueRef call_common(
    struct emitter *e, const char *name, int n, LLVMValueRef *arguments)
{
    LLVMValueRef function = LLVMGetNamedFunction(e->codegen->module, name);
    return LLVMBuildCall2(e->builder, LLVMGlobalGetValueType(function),
        function, arguments, (unsigned)n, "");
}

/* Field "i" of the slot or image at "pointer", both of type "name". */
static LLVMValueRef load_field(struct emitter *e, const char *name,
    LLVMValueRef pointer, unsigned i, LLVMTypeRef type)
{
    LLVMTypeRef whole = LLVMGetTypeByName2(e->context, name);
    return LLVMBuildLoad2(e->builder, type,
        LLVMBuildStructGEP2(e->builder, whole, pointer, i, ""), "");
}

/* Blocks of all sections; the function returns TAPC_E_SIZE if a grid cannot
 * have as many, and 0 if there are none. */
static LLVMValueRef emit_blocks(struct emitter *e)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef sum = emit_i64(e, 0);
    int n;
    struct loop_section *sections =
        loop_list_sections(e->c->arena, e->program, &n);
    for (int i = 0; i < n; i++)
        sum = LLVMBuildAdd(b, sum, emit_section_blocks(e, &sections[i]), "");
    LLVMBasicBlockRef some =
        emit_branch_if(e, LLVMBuildICmp(b, LLVMIntEQ, sum, emit_i64(e, 0), ""));
    emit_return_status(e, 0);
    LLVMPositionBuilderAtEnd(b, some);
    LLVMBasicBlockRef fitting = emit_branch_if(
        e, LLVMBuildICmp(b, LLVMIntUGT, sum, emit_i64(e, INT32_MAX), ""));
    emit_return_status(e, STATUS_SIZE);
    LLVMPositionBuilderAtEnd(b, fitting);
    return LLVMBuildTrunc(b, sum, LLVMInt32TypeInContext(e->context), "");
}

/* An array of pointers to the arguments; strides are where the caller has
 * them. The stream, the last argument, is none of them. */
static LLVMValueRef emit_argument_list(
    struct emitter *e, const struct emit_signature *signature)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(e->context, 0);
    LLVMTypeRef type = LLVMArrayType2(pointer, (uint64_t)signature->n + 1);
    LLVMValueRef list = emit_alloca(e, type, "arguments");
    for (int i = 1; i < signature->n; i++) {
        LLVMValueRef value = LLVMGetParam(e->function, (unsigned)i);
        LLVMValueRef at = emit_i64(e, i - 1);
        LLVMValueRef place = value;
        if (signature->arguments[i].kind != EMIT_STRIDES) {
            place = emit_alloca(e, LLVMTypeOf(value), "argument");
            LLVMBuildStore(e->builder, value, place);
        }
        LLVMBuildStore(e->builder, place,
            LLVMBuildGEP2(e->builder, pointer, list, &at, 1, ""));
    }
    return list;
}

/* Are the arguments where the function wants them? i1. */
static LLVMValueRef emit_is_aligned(struct emitter *e,
    const struct emit_signature *signature, const struct codegen *device,
    const char *symbol)
{
    LLVMBuilderRef b = e->builder;
    LLVMValueRef bits = emit_i64(e, 0);
    for (int i = 1; i < signature->n; i++) {
        const struct emit_argument *argument = &signature->arguments[i];
        unsigned bytes = codegen_get_alignment(
            device, symbol, argument->tensor ? argument->tensor->position : -1);
        if ((argument->kind != EMIT_TENSOR &&
                argument->kind != EMIT_WORKSPACE) ||
            bytes == 0)
            continue;
        LLVMValueRef address =
            LLVMBuildPtrToInt(b, LLVMGetParam(e->function, (unsigned)i),
                LLVMInt64TypeInContext(e->context), "");
        address = LLVMBuildAnd(b, address, emit_i64(e, bytes - 1), "");
        bits = LLVMBuildOr(b, bits, address, "");
    }
    return LLVMBuildICmp(b, LLVMIntEQ, bits, emit_i64(e, 0), "");
}

/* Which of the slot's functions: the number of the one for aligned arguments
 * if they are, else of the other. */
static LLVMValueRef emit_choose_function(struct emitter *e,
    const struct emit_signature *signature, const struct codegen_image *image,
    const struct symbols *symbols, const struct codegen_variant *variant)
{
    const struct ast_kernel *kernel = variant->program->kernel;
    const char *aligned = codegen_device_symbol(e->c, kernel, variant, true);
    const char *any = codegen_device_symbol(e->c, kernel, variant, false);
    LLVMValueRef first = make_i32(e->codegen, find_symbol(symbols, aligned));
    int other = find_symbol(symbols, any);
    if (other < 0)
        return first;
    return LLVMBuildSelect(e->builder,
        emit_is_aligned(e, signature, image->codegen, aligned), first,
        make_i32(e->codegen, other), "");
}

/* Start a variant, and return what comes of it. */
static void emit_start(struct emitter *e,
    const struct emit_signature *signature, const struct codegen_image *image,
    const struct symbols *symbols, const struct codegen_variant *variant,
    LLVMValueRef functions)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(e->context, 0);
    struct emitter *one = emit_switch_program(e, variant->program, signature);
    LLVMValueRef blocks = emit_blocks(one);
    LLVMValueRef which =
        emit_choose_function(e, signature, image, symbols, variant);
    LLVMValueRef arguments[5] = {
        LLVMBuildLoad2(e->builder, pointer,
            LLVMBuildGEP2(e->builder, pointer, functions, &which, 1, ""), ""),
        blocks, make_i32(e->codegen, variant->program->n_threads),
        LLVMGetParam(e->function, 0), emit_argument_list(e, signature)};
    LLVMBuildRet(e->builder, call_common(e, "tapc.launch", 5, arguments));
}

/* The variants for one image's GPU, the first that matches. */
static void emit_image(struct emitter *e,
    const struct codegen_launcher *launcher,
    const struct codegen_kernel *kernel, const struct emit_signature *signature,
    const struct codegen_image *image, LLVMValueRef functions)
{
    struct symbols symbols = list_symbols(e->codegen, launcher, image);
    for (int i = 0; i < kernel->n_variants; i++) {
        const struct codegen_variant *variant = &kernel->variants[i];
        if (variant->machine != image->machine)
            continue;
        LLVMBasicBlockRef next =
            emit_branch_if(e, emit_matches(e, signature, variant));
        emit_start(e, signature, image, &symbols, variant, functions);
        LLVMPositionBuilderAtEnd(e->builder, next);
    }
    emit_return_status(e, STATUS_SIZE);
}

/* ---- Functions users call ---------------------------------------------- */

/* int k_cuda(stream, ...) */
static void emit_launch_entry(struct codegen *codegen,
    const struct codegen_launcher *launcher,
    const struct codegen_kernel *kernel)
{
    struct emit_signature signature =
        emit_get_signature(codegen, kernel->kernel, EMIT_ON_STREAM);
    struct emitter *e =
        emit_begin_exported(codegen, kernel, "_cuda", &signature);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(codegen->context);
    emit_all_checks(e, kernel, &signature);
    LLVMValueRef slot = call_common(e, "tapc.find", 0, NULL);
    LLVMBasicBlockRef loaded =
        emit_branch_if(e, LLVMBuildIsNull(e->builder, slot, ""));
    emit_return_status(e, STATUS_DEVICE);
    LLVMPositionBuilderAtEnd(e->builder, loaded);
    LLVMValueRef image = load_field(e, "slot", slot, 2, i32);
    LLVMValueRef functions = call_common(e, "tapc.functions_of", 1, &slot);
    for (int i = 0; i < launcher->n_images; i++) {
        LLVMBasicBlockRef next =
            emit_branch_if(e, LLVMBuildICmp(e->builder, LLVMIntEQ, image,
                                  make_i32(codegen, i), ""));
        emit_image(
            e, launcher, kernel, &signature, &launcher->images[i], functions);
        LLVMPositionBuilderAtEnd(e->builder, next);
    }
    emit_return_status(e, STATUS_DEVICE);
    emit_end_function(e);
}

/* A function without arguments, exported, that does what "common" does. */
static void emit_forward(struct codegen *codegen,
    const struct codegen_kernel *kernel, const char *suffix, const char *common)
{
    LLVMValueRef function = LLVMGetNamedFunction(codegen->module, common);
    struct emit_signature signature = {
        0, NULL, NULL, LLVMGlobalGetValueType(function)};
    struct emitter *e =
        emit_begin_exported(codegen, kernel, suffix, &signature);
    LLVMValueRef result = call_common(e, common, 0, NULL);
    if (LLVMGetTypeKind(LLVMTypeOf(result)) == LLVMVoidTypeKind)
        LLVMBuildRetVoid(e->builder);
    else
        LLVMBuildRet(e->builder, result);
    emit_end_function(e);
}

/* All functions of one kernel. */
static void emit_kernel(struct codegen *codegen,
    const struct codegen_launcher *launcher,
    const struct codegen_kernel *kernel)
{
    emit_launch_entry(codegen, launcher, kernel);
    emit_forward(codegen, kernel, "_cuda_load", "tapc.load");
    emit_forward(codegen, kernel, "_cuda_unload", "tapc.unload");
    emit_forward(codegen, kernel, "_cuda_error", "tapc.describe");
    if (emit_has_local(kernel->kernel))
        emit_workspace_function(codegen, kernel);
}

/* ---- The module -------------------------------------------------------- */

/* The module begins as launch.ll. False after reporting. */
static bool read_common(struct codegen *codegen)
{
    struct source_range nowhere = {NULL, 0, 0};
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(
        (const char *)codegen_launch_text, codegen_launch_bytes, "launch.ll");
    char *message = NULL;
    LLVMModuleRef module;
    if (!LLVMParseIRInContext(codegen->context, buffer, &module, &message)) {
        LLVMSetModuleIdentifier(
            module, codegen->request->name, strlen(codegen->request->name));
        LLVMSetSourceFileName(
            module, codegen->request->name, strlen(codegen->request->name));
        LLVMDisposeModule(codegen->module);
        codegen->module = module;
        return true;
    }
    diag_internal(codegen->c->diag, nowhere, "launch.ll: %s", message);
    LLVMDisposeMessage(message);
    return false;
}

struct codegen *codegen_build_launcher(
    struct compilation *c, const struct codegen_launcher *launcher)
{
    struct codegen_request *request =
        ARENA_NEW(c->arena, struct codegen_request);
    *request = (struct codegen_request){launcher->target, launcher->name,
        launcher->n_kernels, launcher->kernels};
    int n_errors = diag_n_errors(c->diag);
    struct codegen *codegen = codegen_new(c, request);
    VECTOR_PUSH(c->arena, &codegen->levels, launcher->machine);
    bool ok = read_common(codegen) && codegen_create_machine(codegen);
    if (ok) {
        codegen_set_flags(codegen);
        define_images(codegen, launcher);
        for (int i = 0; i < launcher->n_kernels; i++)
            emit_kernel(codegen, launcher, &launcher->kernels[i]);
        ok = diag_n_errors(c->diag) == n_errors && codegen_verify(codegen) &&
             codegen_optimize(codegen);
    }
    return ok ? codegen : codegen_free(codegen);
}
