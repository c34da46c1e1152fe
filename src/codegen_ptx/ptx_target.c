/* The target. */
#include "codegen_ptx/codegen_ptx.h"

#include <llvm-c/Target.h>

#include <string.h>

/* LLVM's numbers: a kernel's calling convention, memory, shared memory. */
enum { KERNEL_CONVENTION = 71, GLOBAL_SPACE = 1, SHARED_SPACE = 3 };

/* Register LLVM's NVPTX back end; more than once is harmless. */
static void initialize(void)
{
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
}

/* Call an intrinsic without overloads; "argument" may be NULL. */
static LLVMValueRef call_intrinsic(
    LLVMBuilderRef builder, const char *name, LLVMValueRef argument)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMModuleRef module = LLVMGetGlobalParent(
        LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module, id, NULL, 0);
    return LLVMBuildCall2(builder, LLVMGlobalGetValueType(function), function,
        &argument, argument ? 1 : 0, "");
}

/* Tell the back end a number about a function. */
static void annotate(LLVMValueRef function, const char *name, int number)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);
    LLVMContextRef context = LLVMGetModuleContext(module);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(context);
    LLVMMetadataRef fields[3] = {LLVMValueAsMetadata(function),
        LLVMMDStringInContext2(context, name, strlen(name)),
        LLVMValueAsMetadata(
            LLVMConstInt(i32, (unsigned long long)number, false))};
    LLVMAddNamedMetadataOperand(module, "nvvm.annotations",
        LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, fields, 3)));
}

/* A kernel that ptxas may rely on being started with this many threads. */
static void mark_kernel(
    struct codegen *codegen, LLVMValueRef function, int n_threads)
{
    (void)codegen;
    LLVMSetFunctionCallConv(function, KERNEL_CONVENTION);
    annotate(function, "reqntidx", n_threads);
}

/* Left to itself ptxas keeps to a number of registers that lets more blocks run
 * side by side, and puts what is too many into memory. */
static void free_registers(struct codegen *codegen, LLVMValueRef function)
{
    (void)codegen;
    annotate(function, "minctasm", 1);
}

/* blockIdx.x, threadIdx.x */
static LLVMValueRef read_index(
    struct codegen *codegen, LLVMBuilderRef builder, enum target_index index)
{
    (void)codegen;
    return call_intrinsic(builder,
        index == TARGET_BLOCK ? "llvm.nvvm.read.ptx.sreg.ctaid.x"
                              : "llvm.nvvm.read.ptx.sreg.tid.x",
        NULL);
}

/* bar.sync 0 */
static void wait(struct codegen *codegen, LLVMBuilderRef builder)
{
    (void)codegen;
    call_intrinsic(builder, "llvm.nvvm.barrier0", NULL);
}

/* cvt.rn.bf16.f32 */
static LLVMValueRef narrow_bf16(struct codegen *codegen, LLVMBuilderRef builder,
    const struct machine *machine, LLVMValueRef value)
{
    LLVMTypeRef i16 =
        LLVMInt16TypeInContext(LLVMGetTypeContext(LLVMTypeOf(value)));
    (void)codegen;
    if (!machine->gpu->has_pair_convert)
        return NULL;
    value = call_intrinsic(builder, "llvm.nvvm.f2bf16.rn", value);
    return LLVMBuildBitCast(builder, value, i16, "");
}

/* LLVM's own exp2 has no instruction here and ends the process; its division
 * is the exact one whatever the flags. */
static LLVMValueRef compute(struct codegen *codegen, LLVMBuilderRef builder,
    enum value_operation operation, LLVMValueRef value)
{
    (void)codegen;
    return call_intrinsic(builder,
        operation == VALUE_FAST_EXP2         ? "llvm.nvvm.ex2.approx.ftz.f"
        : operation == VALUE_FAST_RECIPROCAL ? "llvm.nvvm.rcp.approx.ftz.f"
                                             : "llvm.nvvm.rsqrt.approx.f",
        value);
}

const struct target target_ptx = {
    .name = PTX_TRIPLE,
    .triple = PTX_TRIPLE,
    .initialize = initialize,
    .memory_space = GLOBAL_SPACE,
    .shared_space = SHARED_SPACE,
    .mark_kernel = mark_kernel,
    .free_registers = free_registers,
    .read_index = read_index,
    .wait = wait,
    .narrow_bf16 = narrow_bf16,
    .compute = compute,
};
