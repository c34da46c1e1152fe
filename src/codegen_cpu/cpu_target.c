/* The two targets. */
#include "codegen_cpu/codegen_cpu.h"
#include "codegen_cpu/cpu_internal.h"

#include <llvm-c/Target.h>

#include <string.h>

/* Register the parts of LLVM's x86 back end; more than once is harmless. */
static void initialize_x86_64(void)
{
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
}

/* The same for AArch64. */
static void initialize_aarch64(void)
{
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
}

/* A function attribute of two strings, copied by LLVM. */
static void add_attribute(
    LLVMValueRef function, const char *name, const char *value)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
        LLVMCreateStringAttribute(context, name, (unsigned)strlen(name), value,
            (unsigned)strlen(value)));
}

/* Scalable registers have at least "bytes" bytes: LLVM then keeps vectors of
 * that size in them, the lanes beyond switched off. 2048 bits are the most. */
static void set_least_length(LLVMValueRef function, int bytes)
{
    enum { UNIT_BYTES = 16, MOST_BYTES = 256 };
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    static const char name[] = "vscale_range";
    unsigned kind = LLVMGetEnumAttributeKindForName(name, sizeof name - 1);
    uint64_t range =
        (uint64_t)(bytes / UNIT_BYTES) << 32 | MOST_BYTES / UNIT_BYTES;
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
        LLVMCreateEnumAttribute(context, kind, range));
}

/* The function is for this processor, whatever the module is for. Left to
 * itself LLVM prefers 256 bits on some that have 512. */
static void begin_function(struct codegen *codegen, LLVMValueRef function,
    const struct machine *machine)
{
    (void)codegen;
    add_attribute(function, "frame-pointer", "none");
    add_attribute(function, "target-cpu", machine->processor);
    if (*machine->features)
        add_attribute(function, "target-features", machine->features);
    if (machine->has_scalable)
        set_least_length(function, machine->vector_bytes);
    else if (machine->vector_bytes == 64)
        add_attribute(function, "prefer-vector-width", "512");
}

/* sfence: cheaper than a full fence, which would wait for loads as well. */
static void order_x86_stores(struct codegen *codegen, LLVMBuilderRef builder)
{
    static const char name[] = "llvm.x86.sse.sfence";
    unsigned id = LLVMLookupIntrinsicID(name, sizeof name - 1);
    LLVMModuleRef module = LLVMGetGlobalParent(
        LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module, id, NULL, 0);
    (void)codegen;
    LLVMBuildCall2(
        builder, LLVMGlobalGetValueType(function), function, NULL, 0, "");
}

const struct target target_x86_64 = {
    .name = "x86_64-linux-gnu",
    .triple = "x86_64-unknown-linux-gnu",
    .initialize = initialize_x86_64,
    .begin_function = begin_function,
    .level_test = cpu_test_x86_level,
    .order_stores = order_x86_stores,
};

const struct target target_aarch64 = {
    .name = "aarch64-linux-gnu",
    .triple = "aarch64-unknown-linux-gnu",
    .initialize = initialize_aarch64,
    .begin_function = begin_function,
    .level_test = cpu_test_arm_level,
};
