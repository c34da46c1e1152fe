/* The object in memory: loaded by LLVM's JIT linker, its functions found by
 * name, called through a trampoline that spreads an array of arguments.
 */
#include "verify/verify_internal.h"

#include <elf.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/Target.h>
#include <string.h>

/* "calls" are the trampolines without and with a pool as last argument;
 * "entry" is the address of the kernel's entry, "parallel" of the one with a
 * pool, 0 if there is none. */
struct verify_object {
    struct verify_run *run;
    LLVMOrcLLJITRef jit;
    int n_slots;
    struct verify_slot *slots;
    uint64_t entry;
    uint64_t parallel;
    uint64_t calls[2];
};

typedef int32_t (*trampoline)(uint64_t function, const uint64_t *arguments);

/* ---- Arguments --------------------------------------------------------- */

/* Append a slot. */
static void add_slot(struct verify_slot *slots, int *n,
    enum verify_slot_kind kind, const struct ast_tensor *tensor,
    const struct ast_parameter *parameter)
{
    struct verify_slot slot = {kind, tensor, parameter};
    slots[(*n)++] = slot;
}

int verify_list_slots(
    const struct ast_kernel *kernel, struct verify_slot *slots)
{
    int n = 0;
    bool has_local = false;
    for (int i = 0; i < kernel->n_tensors; i++) {
        const struct ast_tensor *tensor = kernel->tensors[i];
        bool is_scalar =
            tensor->n_dimensions == 0 && tensor->direction == AST_IN;
        if (tensor->direction == AST_LOCAL) {
            has_local = true;
            continue;
        }
        add_slot(slots, &n, is_scalar ? VERIFY_SLOT_SCALAR : VERIFY_SLOT_ARRAY,
            tensor, NULL);
        if (tensor->is_strided)
            add_slot(slots, &n, VERIFY_SLOT_STRIDES, tensor, NULL);
    }
    if (has_local)
        add_slot(slots, &n, VERIFY_SLOT_WORKSPACE, NULL, NULL);
    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i]->kind != AST_PARAMETER_CONSTANT &&
            !kernel->parameters[i]->is_fixed)
            add_slot(
                slots, &n, VERIFY_SLOT_PARAMETER, NULL, kernel->parameters[i]);
    return n;
}

/* ---- The trampoline ---------------------------------------------------- */

/* LLVM's type of one argument. */
static LLVMTypeRef get_slot_type(
    LLVMContextRef context, const struct verify_slot *slot)
{
    if (slot->kind == VERIFY_SLOT_PARAMETER)
        return LLVMInt64TypeInContext(context);
    if (slot->kind != VERIFY_SLOT_SCALAR)
        return LLVMPointerTypeInContext(context, 0);
    if (slot->tensor->type == DTYPE_F64)
        return LLVMDoubleTypeInContext(context);
    if (slot->tensor->type == DTYPE_F32)
        return LLVMFloatTypeInContext(context);
    return LLVMIntTypeInContext(
        context, (unsigned)dtype_bits(slot->tensor->type));
}

/* The body: load each argument from its 8 bytes, call. */
static void build_call(struct verify_object *object, LLVMContextRef context,
    LLVMValueRef function, int n)
{
    struct arena *arena = object->run->arena;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(context);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(context);
    LLVMTypeRef *types = ARENA_ARRAY(arena, n + 1, LLVMTypeRef);
    LLVMValueRef *values = ARENA_ARRAY(arena, n + 1, LLVMValueRef);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);
    LLVMPositionBuilderAtEnd(
        builder, LLVMAppendBasicBlockInContext(context, function, ""));
    for (int i = 0; i < n; i++) {
        LLVMValueRef at = LLVMConstInt(i64, (unsigned long long)i, false);
        types[i] = i < object->n_slots
                       ? get_slot_type(context, &object->slots[i])
                       : LLVMPointerTypeInContext(context, 0);
        at = LLVMBuildGEP2(builder, i64, LLVMGetParam(function, 1), &at, 1, "");
        values[i] = LLVMBuildLoad2(builder, types[i], at, "");
    }
    LLVMTypeRef type = LLVMFunctionType(i32, types, (unsigned)n, false);
    LLVMBuildRet(
        builder, LLVMBuildCall2(builder, type, LLVMGetParam(function, 0),
                     values, (unsigned)n, ""));
    LLVMDisposeBuilder(builder);
}

/* A module with both trampolines. */
static LLVMOrcThreadSafeModuleRef build_module(struct verify_object *object)
{
    LLVMOrcThreadSafeContextRef safe = LLVMOrcCreateNewThreadSafeContext();
    LLVMContextRef context = LLVMOrcThreadSafeContextGetContext(safe);
    LLVMModuleRef module =
        LLVMModuleCreateWithNameInContext("trampolines", context);
    LLVMTypeRef pointer = LLVMPointerTypeInContext(context, 0);
    LLVMTypeRef types[2] = {pointer, pointer};
    LLVMTypeRef type =
        LLVMFunctionType(LLVMInt32TypeInContext(context), types, 2, false);
    build_call(object, context, LLVMAddFunction(module, ".tapc.call", type),
        object->n_slots);
    build_call(object, context,
        LLVMAddFunction(module, ".tapc.call_pool", type), object->n_slots + 1);
    LLVMOrcThreadSafeModuleRef result =
        LLVMOrcCreateNewThreadSafeModule(module, safe);
    LLVMOrcDisposeThreadSafeContext(safe);
    return result;
}

/* ---- Loading ----------------------------------------------------------- */

/* True when there is no error; else its text goes to "problem". */
static bool is_fine(
    struct arena *arena, LLVMErrorRef error, const char **problem)
{
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    *problem = arena_string(arena, message);
    LLVMDisposeErrorMessage(message);
    return false;
}

/* The address of an exported function, 0 if there is none. */
static uint64_t look_up(struct verify_object *object, const char *name)
{
    LLVMOrcExecutorAddress address = 0;
    LLVMErrorRef error = LLVMOrcLLJITLookup(object->jit, &address, name);
    if (error)
        LLVMConsumeError(error);
    return error ? 0 : address;
}

/* Add the object, the trampolines and what the process itself exports. */
static bool add_code(struct verify_object *object, const char **problem)
{
    struct arena *arena = object->run->arena;
    const struct blob *blob = &object->run->request->object;
    LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(object->jit);
    LLVMOrcDefinitionGeneratorRef generator;
    if (!is_fine(arena,
            LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(&generator,
                LLVMOrcLLJITGetGlobalPrefix(object->jit), NULL, NULL),
            problem))
        return false;
    LLVMOrcJITDylibAddGenerator(library, generator);
    return is_fine(arena,
               LLVMOrcLLJITAddObjectFile(object->jit, library,
                   LLVMCreateMemoryBufferWithMemoryRangeCopy(
                       blob->bytes, blob->size_bytes, "object")),
               problem) &&
           is_fine(arena,
               LLVMOrcLLJITAddLLVMIRModule(
                   object->jit, library, build_module(object)),
               problem);
}

struct verify_object *verify_object_load(
    struct verify_run *run, const char **problem)
{
    const struct ast_kernel *kernel = run->request->kernel;
    struct verify_object *object = ARENA_NEW(run->arena, struct verify_object);
    const char *name = kernel->name->text;
    object->run = run;
    object->slots = ARENA_ARRAY(run->arena,
        2 * kernel->n_tensors + kernel->n_parameters + 1, struct verify_slot);
    object->n_slots = verify_list_slots(kernel, object->slots);
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    if (!is_fine(run->arena, LLVMOrcCreateLLJIT(&object->jit, NULL), problem) ||
        !add_code(object, problem))
        return NULL;
    object->entry = look_up(object, name);
    object->parallel =
        look_up(object, arena_printf(run->arena, "%s_parallel", name));
    object->calls[0] = look_up(object, ".tapc.call");
    object->calls[1] = look_up(object, ".tapc.call_pool");
    if (object->entry && object->calls[0] && object->calls[1])
        return object;
    *problem = "a symbol is missing";
    return NULL;
}

/* ---- Local functions --------------------------------------------------- */

/* A table inside the object, checked to lie within it; NULL if not. */
static const void *get_range(
    const struct blob *blob, uint64_t offset, uint64_t n_bytes)
{
    if (offset > blob->size_bytes || n_bytes > blob->size_bytes - offset)
        return NULL;
    return blob->bytes + offset;
}

/* Read section header "i"; false if there is none. */
static bool read_section(const struct blob *blob, const Elf64_Ehdr *head,
    uint64_t i, Elf64_Shdr *section)
{
    const void *at =
        get_range(blob, head->e_shoff + i * sizeof *section, sizeof *section);
    if (at)
        memcpy(section, at, sizeof *section);
    return at != NULL;
}

/* The function called "name" in one symbol table; false if it is not there. */
static bool find_in_table(const struct blob *blob, const Elf64_Shdr *table,
    const Elf64_Shdr *strings, const char *name, Elf64_Sym *symbol)
{
    size_t length = strlen(name) + 1;
    for (uint64_t i = 0; i < table->sh_size / sizeof *symbol; i++) {
        const void *at = get_range(
            blob, table->sh_offset + i * sizeof *symbol, sizeof *symbol);
        if (!at)
            return false;
        memcpy(symbol, at, sizeof *symbol);
        const char *text =
            get_range(blob, strings->sh_offset + symbol->st_name, length);
        if (text && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
            memcmp(text, name, length) == 0)
            return true;
    }
    return false;
}

/* The symbol called "name" in the object; false if it is not there. */
static bool find_symbol(
    const struct blob *blob, const char *name, Elf64_Sym *symbol)
{
    Elf64_Ehdr head;
    Elf64_Shdr table, strings;
    const void *at = get_range(blob, 0, sizeof head);
    if (!at)
        return false;
    memcpy(&head, at, sizeof head);
    if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    for (uint64_t i = 0; i < head.e_shnum; i++)
        if (read_section(blob, &head, i, &table) &&
            table.sh_type == SHT_SYMTAB &&
            read_section(blob, &head, table.sh_link, &strings))
            return find_in_table(blob, &table, &strings, name, symbol);
    return false;
}

void *verify_object_find(struct verify_object *object,
    const struct verify_variant *variant, bool by_entry)
{
    const struct blob *blob = &object->run->request->object;
    const char *entry_name = object->run->request->kernel->name->text;
    Elf64_Sym entry, body;
    void *function = NULL;
    uint64_t address = object->entry;
    if (by_entry && variant->program->has_parallel)
        address = object->parallel;
    if (!by_entry) {
        if (!variant->symbol || !find_symbol(blob, entry_name, &entry) ||
            !find_symbol(blob, variant->symbol, &body) ||
            entry.st_shndx != body.st_shndx)
            return NULL;
        address += body.st_value - entry.st_value;
    }
    memcpy(&function, &address, sizeof function);
    return function;
}

int verify_object_call(struct verify_object *object, void *function,
    uint64_t *arguments, bool has_pool)
{
    trampoline call;
    uint64_t address = object->calls[has_pool], target;
    memcpy(&call, &address, sizeof call);
    memcpy(&target, &function, sizeof target);
    return call(target, arguments);
}
