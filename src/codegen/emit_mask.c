/* Masks that are known when compiling, all or some of their lanes. */
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

/* What is known of lanes taken from two masks. */
static struct emit_known_lanes get_known_shuffle(LLVMValueRef shuffle)
{
    LLVMValueRef first = LLVMGetOperand(shuffle, 0);
    int n_first = (int)LLVMGetVectorSize(LLVMTypeOf(first));
    struct emit_known_lanes a = emit_get_known_lanes(first);
    struct emit_known_lanes b =
        emit_get_known_lanes(LLVMGetOperand(shuffle, 1));
    struct emit_known_lanes known = {0, 0};
    for (unsigned i = 0; i < LLVMGetNumMaskElements(shuffle); i++) {
        int from = LLVMGetMaskValue(shuffle, i);
        const struct emit_known_lanes *source = from < n_first ? &a : &b;
        if (from < 0)
            continue;
        from = from < n_first ? from : from - n_first;
        known.on |= (source->on >> from & 1) << i;
        known.off |= (source->off >> from & 1) << i;
    }
    return known;
}

/* What is known of a op b. */
static struct emit_known_lanes get_known_binary(LLVMValueRef mask)
{
    struct emit_known_lanes known = {0, 0};
    struct emit_known_lanes a = emit_get_known_lanes(LLVMGetOperand(mask, 0));
    struct emit_known_lanes b = emit_get_known_lanes(LLVMGetOperand(mask, 1));
    LLVMOpcode opcode = LLVMGetInstructionOpcode(mask);
    if (opcode == LLVMAnd) {
        known.on = a.on & b.on;
        known.off = a.off | b.off;
    } else if (opcode == LLVMOr) {
        known.on = a.on | b.on;
        known.off = a.off & b.off;
    } else {
        known.on = (a.on & b.off) | (a.off & b.on);
        known.off = (a.on & b.on) | (a.off & b.off);
    }
    return known;
}

struct emit_known_lanes emit_get_known_lanes(LLVMValueRef mask)
{
    struct emit_known_lanes known = {0, 0};
    unsigned n = LLVMGetVectorSize(LLVMTypeOf(mask));
    if (n <= 64 && emit_get_mask_bits(mask, &known.on)) {
        known.off = ~known.on & (~(uint64_t)0 >> (64 - n));
        return known;
    }
    known.on = 0;
    if (n > 64 || !LLVMIsAInstruction(mask))
        return known;
    LLVMOpcode opcode = LLVMGetInstructionOpcode(mask);
    if (opcode == LLVMShuffleVector)
        return get_known_shuffle(mask);
    if (opcode == LLVMAnd || opcode == LLVMOr || opcode == LLVMXor)
        return get_known_binary(mask);
    return known;
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
