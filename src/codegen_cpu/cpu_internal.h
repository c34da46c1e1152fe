/* What the files of codegen_cpu/ share. */
#ifndef TAPC_CODEGEN_CPU_CPU_INTERNAL_H
#define TAPC_CODEGEN_CPU_CPU_INTERNAL_H

#include "codegen/target.h"

/* The families of cpu_costs.def, and what they cost. */
enum cpu_family {
#define COSTS(identifier, name, ...) FAMILY_##identifier,
#include "codegen_cpu/cpu_costs.def"
#undef COSTS
};
extern const struct costs cpu_costs[];

/* See struct target: an i1 that says whether the processor at run time has
 * the level, NULL if every processor of the target does. */
LLVMValueRef cpu_test_x86_level(struct codegen *codegen, LLVMBuilderRef builder,
    const struct machine *machine);
LLVMValueRef cpu_test_arm_level(struct codegen *codegen, LLVMBuilderRef builder,
    const struct machine *machine);

#endif
