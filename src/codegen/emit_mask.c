/* Masks that are known when compiling. */
#include "codegen/emit.h"

#include <string.h>

bool emit_get_mask_bits(LLVMValueRef mask, uint64_t *bits)
{
    unsigned n = LLVMGetVectorSize(LLVMTypeOf(mask));
    if (!LLVMIsConstant(mask) || n > 64)
        return false;
    *bits = 0;
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef lane = LLVMGetAggregateElement(mask, i);
        if (!lane || !LLVMIsAConstantInt(lane))
            return false;
        *bits |= (uint64_t)LLVMConstIntGetZExtValue(lane) << i;
    }
    return true;
}

/* The constant in memory that holds these bits, where LLVM may not look. */
static LLVMValueRef get_global(
    struct emitter *e, LLVMTypeRef type, unsigned n, uint64_t bits)
{
    LLVMModuleRef module = e->codegen->module;
    const char *name = arena_printf(
        e->c->arena, "tapc.mask%u.%llx", n, (unsigned long long)bits);
    LLVMValueRef global = LLVMGetNamedGlobal(module, name);
    if (global)
        return global;
    global = LLVMAddGlobal(module, type, name);
    LLVMSetInitializer(global, LLVMConstInt(type, bits, false));
    LLVMSetLinkage(global, LLVMInternalLinkage);
    LLVMSetGlobalConstant(global, true);
    LLVMSetExternallyInitialized(global, true);
    LLVMSetAlignment(global, n / 8);
    return global;
}

/* A mask LLVM knows becomes a blend after the operation; one it does not know
 * is part of the operation, where masks have registers of their own. */
LLVMValueRef emit_settle_mask(struct emitter *e, LLVMValueRef mask)
{
    unsigned n = LLVMGetVectorSize(LLVMTypeOf(mask));
    uint64_t bits;
    if (!emit_get_mask_bits(mask, &bits))
        return mask;
    if (bits == (n == 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1))
        return NULL;
    if (!e->machine->has_mask_registers || bits == 0 || n < 8 ||
        (n & (n - 1)) != 0)
        return mask;
    LLVMTypeRef type = LLVMIntTypeInContext(e->context, n);
    LLVMValueRef load =
        LLVMBuildLoad2(e->builder, type, get_global(e, type, n, bits), "");
    LLVMSetAlignment(load, n / 8);
    return LLVMBuildBitCast(e->builder, load, LLVMTypeOf(mask), "");
}
