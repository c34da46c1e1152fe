/* The target. */
#include "codegen_ptx/codegen_ptx.h"

#include <llvm-c/Target.h>

/* Register LLVM's NVPTX back end; more than once is harmless. */
static void initialize(void)
{
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
}

const struct target target_ptx = {
    .name = PTX_TRIPLE,
    .triple = PTX_TRIPLE,
    .initialize = initialize,
};
