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

/* Call an intrinsic without overloads. */
static LLVMValueRef call_with(
    LLVMBuilderRef builder, const char *name, int n, LLVMValueRef *arguments)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMModuleRef module = LLVMGetGlobalParent(
        LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module, id, NULL, 0);
    return LLVMBuildCall2(builder, LLVMGlobalGetValueType(function), function,
        arguments, (unsigned)n, "");
}

/* The same with one argument, or none: NULL. */
static LLVMValueRef call_intrinsic(
    LLVMBuilderRef builder, const char *name, LLVMValueRef argument)
{
    return call_with(builder, name, argument ? 1 : 0, &argument);
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

/* cp.async; of 16 bytes past the first-level cache, which nothing else would
 * use them from. */
static void copy(struct codegen *codegen, LLVMBuilderRef builder,
    LLVMValueRef to, LLVMValueRef from, int n_bytes)
{
    LLVMValueRef arguments[2] = {to, from};
    (void)codegen;
    call_with(builder,
        n_bytes == 4   ? "llvm.nvvm.cp.async.ca.shared.global.4"
        : n_bytes == 8 ? "llvm.nvvm.cp.async.ca.shared.global.8"
                       : "llvm.nvvm.cp.async.cg.shared.global.16",
        2, arguments);
}

/* cp.async.commit_group */
static void commit(struct codegen *codegen, LLVMBuilderRef builder)
{
    (void)codegen;
    call_with(builder, "llvm.nvvm.cp.async.commit.group", 0, NULL);
}

/* cp.async.wait_group */
static void wait_groups(
    struct codegen *codegen, LLVMBuilderRef builder, int64_t n_groups)
{
    LLVMModuleRef module = LLVMGetGlobalParent(
        LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMValueRef n =
        LLVMConstInt(LLVMInt32TypeInContext(LLVMGetModuleContext(module)),
            (unsigned long long)n_groups, false);
    (void)codegen;
    call_with(builder, "llvm.nvvm.cp.async.wait.group", 1, &n);
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
    .copy = copy,
    .commit = commit,
    .wait_groups = wait_groups,
    .narrow_bf16 = narrow_bf16,
    .compute = compute,
};
