/* What a schedule and the loop passes need to know of a target machine. */
#ifndef TAPC_BASE_MACHINE_H
#define TAPC_BASE_MACHINE_H

#include "base/costs.h"

#include <stdbool.h>
#include <stdint.h>

/* One ISA level of one target.
 *
 * "level" is the suffix of the variant's symbol and the name in the header,
 * such as "x86-64-v4" or "neon". "schedule_targets" are the words after "for"
 * in a schedule that select it, least specific first, NULL at the end:
 * "cpu", "x86", "x86-64-v4".
 * "vector_bytes" is the width of a vector register, "n_vector_registers"
 * their number. "has_fma": a fused multiply-add exists (then contraction is
 * real, else a product and a sum). "has_masks": masked loads, stores and
 * arithmetic are cheap for 32- and 64-bit elements, "has_narrow_masks" for
 * 8- and 16-bit ones. "is_gpu" is for refusing directives.
 * "has_half": f16 to f32 and back are instructions; "has_rounding": floor and
 * round are; "has_gather": a gather is faster than loads one by one.
 * "has_nan_extremes": minimum and maximum are instructions of which a NaN, if
 * one operand is one, is the result.
 * "has_mask_registers": masks live in registers of their own.
 * "near_offset_bytes": an instruction's address may be fewer than so many
 * bytes before or after a pointer, or else a multiple of the access's size
 * after it; -1: any constant away from it.
 * "has_scalable": the length of vector registers is the processor's, and
 * "vector_bytes", if more than 16, the least it must have.
 * "costs" is what its instructions cost, never NULL.
 * "triple", "processor" and "features" are LLVM's. "needs" are the features,
 * LLVM's words separated by commas, that a processor must have to run it.
 */
struct machine {
    const char *level;
    const char *schedule_targets[6];
    int vector_bytes;
    int n_vector_registers;
    bool has_fma;
    bool has_masks;
    bool has_narrow_masks;
    bool is_gpu;
    const char *triple;
    const char *processor;
    const char *features;
    const char *needs;
    bool has_half;
    bool has_rounding;
    bool has_gather;
    bool has_nan_extremes;
    bool has_mask_registers;
    int near_offset_bytes;
    bool has_scalable;
    const struct costs *costs;
};

#endif
