/* What the processor can do, asked at run time without a library: cpuid and
 * xgetbv (the system must save the registers too), and the identification
 * register that Linux lets a program read. */
#include "codegen_cpu/cpu_internal.h"

#include <string.h>

/* The context of the function being built. */
static LLVMContextRef get_context(LLVMBuilderRef b)
{
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(b));
    return LLVMGetTypeContext(LLVMTypeOf(function));
}

/* An inline assembly call with i32 operands. */
static LLVMValueRef build_assembly(LLVMBuilderRef b, LLVMTypeRef type,
    const char *text, const char *constraints, LLVMValueRef *arguments,
    unsigned n)
{
    LLVMValueRef assembly =
        LLVMGetInlineAsm(type, text, strlen(text), constraints,
            strlen(constraints), true, false, LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(b, type, assembly, arguments, n, "");
}

/* eax, ebx, ecx, edx of a leaf, as a struct. */
static LLVMValueRef build_cpuid(LLVMBuilderRef b, unsigned leaf)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(get_context(b));
    LLVMTypeRef four[4] = {i32, i32, i32, i32};
    LLVMTypeRef result =
        LLVMStructTypeInContext(get_context(b), four, 4, false);
    LLVMTypeRef type = LLVMFunctionType(result, four, 2, false);
    LLVMValueRef arguments[2] = {
        LLVMConstInt(i32, leaf, false), LLVMConstInt(i32, 0, false)};
    return build_assembly(b, type, "cpuid",
        "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}",
        arguments, 2);
}

/* Are all bits of "mask" set in register "i" of a leaf? */
static LLVMValueRef has_bits(
    LLVMBuilderRef b, LLVMValueRef leaf, unsigned i, unsigned mask)
{
    LLVMValueRef value = LLVMBuildExtractValue(b, leaf, i, "");
    LLVMValueRef wanted = LLVMConstInt(LLVMTypeOf(value), mask, false);
    return LLVMBuildICmp(
        b, LLVMIntEQ, LLVMBuildAnd(b, value, wanted, ""), wanted, "");
}

/* The low half of XCR0: which registers the system saves. */
static LLVMValueRef build_xgetbv(LLVMBuilderRef b)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(get_context(b));
    LLVMTypeRef two[2] = {i32, i32};
    LLVMTypeRef result = LLVMStructTypeInContext(get_context(b), two, 2, false);
    LLVMTypeRef type = LLVMFunctionType(result, two, 1, false);
    LLVMValueRef zero = LLVMConstInt(i32, 0, false);
    return build_assembly(b, type, "xgetbv",
        "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", &zero, 1);
}

/* Bits that a level needs: leaf 1 ecx, leaf 7 ebx, leaf 0x80000001 ecx,
 * XCR0. */
struct level_bits {
    unsigned leaf1_ecx;
    unsigned leaf7_ebx;
    unsigned extended_ecx;
    unsigned xcr0;
};

/* sse3, ssse3, fma, cmpxchg16b, sse4.1, sse4.2, movbe, popcnt, osxsave, avx,
 * f16c; bmi, avx2, bmi2; lahf, lzcnt; xmm and ymm. */
static const struct level_bits bits_v3 = {
    1u | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 22 |
        1u << 23 | 1u << 27 | 1u << 28 | 1u << 29,
    1u << 3 | 1u << 5 | 1u << 8, 1u | 1u << 5, 6};

/* avx512 f, dq, cd, bw, vl besides; mask registers and zmm. */
static const struct level_bits bits_v4 = {
    0, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31, 0, 0xe6};

/* The test where leaves 7 and 0x80000001 exist and xgetbv is allowed. */
static LLVMValueRef test_bits(LLVMBuilderRef b, const struct level_bits *more)
{
    LLVMValueRef leaf7 = build_cpuid(b, 7);
    LLVMValueRef extended = build_cpuid(b, 0x80000001u);
    LLVMValueRef xcr0 = build_xgetbv(b);
    LLVMValueRef all =
        has_bits(b, leaf7, 1, bits_v3.leaf7_ebx | more->leaf7_ebx);
    all = LLVMBuildAnd(
        b, all, has_bits(b, extended, 2, bits_v3.extended_ecx), "");
    return LLVMBuildAnd(
        b, all, has_bits(b, xcr0, 0, bits_v3.xcr0 | more->xcr0), "");
}

LLVMValueRef cpu_test_x86_level(struct codegen *codegen, LLVMBuilderRef builder,
    const struct machine *machine)
{
    LLVMBuilderRef b = builder;
    (void)codegen;
    if (machine->vector_bytes == 16)
        return NULL;
    LLVMTypeRef i1 = LLVMInt1TypeInContext(get_context(b));
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(b));
    LLVMBasicBlockRef more =
        LLVMAppendBasicBlockInContext(get_context(b), function, "more");
    LLVMBasicBlockRef done =
        LLVMAppendBasicBlockInContext(get_context(b), function, "done");
    LLVMValueRef leaf0 = build_cpuid(b, 0);
    LLVMValueRef largest = LLVMBuildExtractValue(b, leaf0, 0, "");
    LLVMValueRef leaf1 = build_cpuid(b, 1);
    LLVMValueRef may_ask = LLVMBuildAnd(b,
        LLVMBuildICmp(b, LLVMIntUGE, largest,
            LLVMConstInt(LLVMTypeOf(largest), 7, false), ""),
        has_bits(b, leaf1, 2, bits_v3.leaf1_ecx), "");
    LLVMBasicBlockRef blocks[2] = {LLVMGetInsertBlock(b), more};
    LLVMBuildCondBr(b, may_ask, more, done);
    LLVMPositionBuilderAtEnd(b, more);
    LLVMValueRef values[2] = {LLVMConstInt(i1, 0, false), NULL};
    values[1] = test_bits(b, machine->vector_bytes == 64 ? &bits_v4 : &bits_v3);
    LLVMBuildBr(b, done);
    LLVMPositionBuilderAtEnd(b, done);
    LLVMValueRef result = LLVMBuildPhi(b, i1, "");
    LLVMAddIncoming(result, values, blocks, 2);
    return result;
}

/* Does the identification register say that there is SVE? i1. */
static LLVMValueRef has_scalable(LLVMBuilderRef b)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(get_context(b));
    LLVMTypeRef type = LLVMFunctionType(i64, NULL, 0, false);
    LLVMValueRef value =
        build_assembly(b, type, "mrs $0, ID_AA64PFR0_EL1", "=r", NULL, 0);
    LLVMValueRef field =
        LLVMBuildAnd(b, value, LLVMConstInt(i64, 15ull << 32, false), "");
    return LLVMBuildICmp(b, LLVMIntNE, field, LLVMConstInt(i64, 0, false), "");
}

/* Are vector registers at least "bytes" long, where there is SVE? The
 * instruction is rdvl x0, 1, which the function's features do not include. */
static LLVMValueRef has_length(LLVMBuilderRef b, int bytes)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(get_context(b));
    LLVMTypeRef type = LLVMFunctionType(i64, NULL, 0, false);
    LLVMValueRef length =
        build_assembly(b, type, ".inst 0x04bf5020", "={x0}", NULL, 0);
    LLVMValueRef least = LLVMConstInt(i64, (unsigned long long)bytes, false);
    return LLVMBuildICmp(b, LLVMIntUGE, length, least, "");
}

LLVMValueRef cpu_test_arm_level(
    struct codegen *codegen, LLVMBuilderRef b, const struct machine *machine)
{
    (void)codegen;
    if (!machine->has_scalable)
        return NULL;
    LLVMTypeRef i1 = LLVMInt1TypeInContext(get_context(b));
    LLVMValueRef found = has_scalable(b);
    if (machine->vector_bytes == 16)
        return found;
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(b));
    LLVMBasicBlockRef more =
        LLVMAppendBasicBlockInContext(get_context(b), function, "more");
    LLVMBasicBlockRef done =
        LLVMAppendBasicBlockInContext(get_context(b), function, "done");
    LLVMBasicBlockRef blocks[2] = {LLVMGetInsertBlock(b), more};
    LLVMBuildCondBr(b, found, more, done);
    LLVMPositionBuilderAtEnd(b, more);
    LLVMValueRef values[2] = {
        LLVMConstInt(i1, 0, false), has_length(b, machine->vector_bytes)};
    LLVMBuildBr(b, done);
    LLVMPositionBuilderAtEnd(b, done);
    LLVMValueRef result = LLVMBuildPhi(b, i1, "");
    LLVMAddIncoming(result, values, blocks, 2);
    return result;
}
