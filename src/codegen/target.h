/* What targets do differently: the hooks the shared translator asks. A hook
 * left NULL means the shared default. */
#ifndef TAPC_CODEGEN_TARGET_H
#define TAPC_CODEGEN_TARGET_H

#include <llvm-c/Core.h>

#include "base/machine.h"

struct codegen;

/* "name" as in --target's first word; "triple" LLVM's.
 * "begin_function": calling convention and attributes of a new function for
 * "machine". "level_test": an i1 that says whether the processor at run time
 * can execute "machine" (NULL result: always); imports nothing.
 * "order_stores": makes stores past the caches visible before later ones
 * (default: a release fence).
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
};

#endif
