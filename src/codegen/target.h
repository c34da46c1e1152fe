/* What targets do differently: the hooks the shared translator asks. A hook
 * left NULL means the shared default. */
#ifndef TAPC_CODEGEN_TARGET_H
#define TAPC_CODEGEN_TARGET_H

#include <llvm-c/Core.h>

#include "base/machine.h"
#include "value/value.h"

struct codegen;

/* What of the grid a thread asks for: the number of its block, its own. */
enum target_index { TARGET_BLOCK, TARGET_THREAD };

/* "name" as in --target's first word; "triple" LLVM's.
 * "begin_function": calling convention and attributes of a new function for
 * "machine". "level_test": an i1 that says whether the processor at run time
 * can execute "machine" (NULL result: always); imports nothing.
 * "order_stores": makes stores past the caches visible before later ones
 * (default: a release fence).
 *
 * The rest is for GPUs, NULL and 0 on CPUs. "memory_space" and "shared_space":
 * LLVM's address spaces of the caller's memory and of a block's own.
 * "mark_kernel": "function" is started by the host with "n_threads" in a block.
 * "free_registers": it may have all registers there are, whatever that does to
 * the number of its blocks that run side by side.
 * "read_index": an i32. "wait": all threads of a block arrive. "copy" 4, 8 or
 * 16 bytes of the caller's memory to a block's own, "commit" and "wait_groups":
 * of what loop.h says of copies ahead. "narrow_bf16":
 * an f32 to an i16, NULL where "machine" has no instruction for it. "compute":
 * one of the FAST_... operations, of an f32.
 */
struct target {
    const char *name;
    const char *triple;
    void (*initialize)(void);
    void (*begin_function)(struct codegen *codegen, LLVMValueRef function,
        const struct machine *machine);
    LLVMValueRef (*level_test)(struct codegen *codegen, LLVMBuilderRef builder,
        const struct machine *machine);
    void (*order_stores)(struct codegen *codegen, LLVMBuilderRef builder);
    unsigned memory_space;
    unsigned shared_space;
    void (*mark_kernel)(
        struct codegen *codegen, LLVMValueRef function, int n_threads);
    void (*free_registers)(struct codegen *codegen, LLVMValueRef function);
    LLVMValueRef (*read_index)(struct codegen *codegen, LLVMBuilderRef builder,
        enum target_index index);
    void (*wait)(struct codegen *codegen, LLVMBuilderRef builder);
    void (*copy)(struct codegen *codegen, LLVMBuilderRef builder,
        LLVMValueRef to, LLVMValueRef from, int n_bytes);
    void (*commit)(struct codegen *codegen, LLVMBuilderRef builder);
    void (*wait_groups)(
        struct codegen *codegen, LLVMBuilderRef builder, int64_t n_groups);
    LLVMValueRef (*narrow_bf16)(struct codegen *codegen, LLVMBuilderRef builder,
        const struct machine *machine, LLVMValueRef value);
    LLVMValueRef (*compute)(struct codegen *codegen, LLVMBuilderRef builder,
        enum value_operation operation, LLVMValueRef value);
};

#endif
