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
    if (machine->vector_bytes == 64)
        add_attribute(function, "prefer-vector-width", "512");
}

const struct target target_x86_64 = {
    .name = "x86_64-linux-gnu",
    .triple = "x86_64-unknown-linux-gnu",
    .initialize = initialize_x86_64,
    .begin_function = begin_function,
    .level_test = cpu_test_x86_level,
};

const struct target target_aarch64 = {
    .name = "aarch64-linux-gnu",
    .triple = "aarch64-unknown-linux-gnu",
    .initialize = initialize_aarch64,
    .begin_function = begin_function,
    .level_test = cpu_test_arm_level,
};
