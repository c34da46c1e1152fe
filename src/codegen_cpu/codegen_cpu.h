/* What x86-64 and AArch64 do differently.
 *
 * Files: cpu_target.c (struct target of each), cpu_machines.c (the table of
 * ISA levels and processors), cpu_costs.c (what their instructions cost, from
 * cpu_costs.def), cpu_dispatch.c (cpuid and hwcap tests).
 */
#ifndef TAPC_CODEGEN_CPU_CODEGEN_CPU_H
#define TAPC_CODEGEN_CPU_CODEGEN_CPU_H

#include "base/compilation.h"
#include "codegen/target.h"

extern const struct target target_x86_64;
extern const struct target target_aarch64;

/* The machine of an --isa level ("x86-64", "x86-64-v3", "x86-64-v4"; for
 * AArch64 "neon", "sve" for registers of any length of which 16 bytes are
 * used, "sve256" and "sve512" for those of at least that many bits), or NULL.
 */
const struct machine *cpu_machine_of_level(
    const struct target *target, const char *level);

/* The machine of -march / -mcpu (a processor LLVM knows, or "native").
 * "level" of the result is the processor's name. NULL after reporting E0501
 * with close names. */
const struct machine *cpu_machine_of_processor(
    struct compilation *c, const struct target *target, const char *processor);

/* -mattr=+a,-b on top of a machine; unknown features are E0501. */
const struct machine *cpu_machine_with_features(
    struct compilation *c, const struct machine *machine, const char *features);

/* The levels a target's default object holds, lowest first, NULL-ended. */
const char *const *cpu_default_levels(const struct target *target);

/* All levels of a target, lowest first, NULL-ended. */
const char *const *cpu_all_levels(const struct target *target);

#endif
