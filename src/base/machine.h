/* What a schedule and the loop passes need to know of a target machine. */
#ifndef TAPC_BASE_MACHINE_H
#define TAPC_BASE_MACHINE_H

#include "base/costs.h"

#include <stdbool.h>
#include <stdint.h>

/* What a GPU allows and has, beside what struct machine says.
 *
 * "capability" is 90 for sm_90. Per block: "block_threads",
 * "block_shared_bytes" without asking for more, "most_shared_bytes" after
 * asking. Per multiprocessor: "unit_threads", "unit_blocks",
 * "unit_shared_bytes", "unit_registers" (32 bits each); "reserved_shared_bytes"
 * of them are taken for each block. "thread_registers" is the most one thread
 * may have. "has_async_copy": copies from memory to shared memory that run
 * beside (cp.async); "has_bulk_copy": by one instruction for a whole range,
 * with barriers in memory; "has_pair_convert": two f32 to f16 or bf16 at once.
 */
struct machine_gpu {
    int capability;
    int block_threads;
    int block_shared_bytes;
    int most_shared_bytes;
    int unit_threads;
    int unit_blocks;
    int unit_shared_bytes;
    int unit_registers;
    int reserved_shared_bytes;
    int thread_registers;
    bool has_async_copy;
    bool has_bulk_copy;
    bool has_pair_convert;
};

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
 * 8- and 16-bit ones. "gpu" is what is true of GPUs only, NULL of a CPU.
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
    const struct machine_gpu *gpu;
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
