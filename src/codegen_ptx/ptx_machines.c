/* The GPUs of --gpu-arch as machines. */
#include "codegen_ptx/codegen_ptx.h"

#include <string.h>

enum {
    BLOCK_THREADS = 1024,
    BLOCK_SHARED_BYTES = 48 << 10,
    UNIT_REGISTERS = 64 << 10,
    THREAD_REGISTERS = 255,
    ASYNC_CAPABILITY = 80, /* cp.async, pairs of conversions, max.NaN */
    BULK_CAPABILITY = 90,  /* cp.async.bulk */
    VECTOR_BYTES = 16,
    VECTOR_REGISTERS = 32
};

/* A row of ptx_machines.def: the machine and what only a GPU has. */
static const struct machine_gpu limits[] = {
#define GPU(number, llvm, version, threads, blocks, kib, block_kib)            \
    {.capability = (number),                                                   \
        .block_threads = BLOCK_THREADS,                                        \
        .block_shared_bytes = BLOCK_SHARED_BYTES,                              \
        .most_shared_bytes = (block_kib) << 10,                                \
        .unit_threads = (threads),                                             \
        .unit_blocks = (blocks),                                               \
        .unit_shared_bytes = (kib) << 10,                                      \
        .unit_registers = UNIT_REGISTERS,                                      \
        .reserved_shared_bytes = (number) >= ASYNC_CAPABILITY ? 1024 : 0,      \
        .thread_registers = THREAD_REGISTERS,                                  \
        .has_async_copy = (number) >= ASYNC_CAPABILITY,                        \
        .has_bulk_copy = (number) >= BULK_CAPABILITY,                          \
        .has_pair_convert = (number) >= ASYNC_CAPABILITY},
#include "codegen_ptx/ptx_machines.def"
#undef GPU
};

/* Where each row of the table is, by its capability. */
enum {
#define GPU(number, llvm, version, threads, blocks, kib, block_kib)            \
    ROW_##number,
#include "codegen_ptx/ptx_machines.def"
#undef GPU
};

/* One of each in a cycle. */
#define ONE_EACH                                                               \
    {                                                                          \
        .fmas = 1, .adds = 1, .others = 1, .shuffles = 1, .byte_shuffles = 1,  \
        .fmas_adds = 1, .fmas_shuffles = 1, .all = 1, .loads = 1, .stores = 1  \
    }

/* What passes made for CPUs ask of the costs: lanes are registers of their
 * own, so that shuffles are renamings, and caches need no hints. The default
 * schedule of a GPU does not rest on these. */
static const struct costs gpu_costs = {.family = "gpu",
    .vector_bytes = VECTOR_BYTES,
    .wide = ONE_EACH,
    .narrow = ONE_EACH,
    .issue = 1,
    .fma_latency = 4,
    .add_latency = 4,
    .shuffle_latency = 1,
    .load_latency = 33,
    .forward_latency = 33,
    .pair_shift = 2,
    .divide = 16,
    .square_root = 16,
    .gather_element = 1,
    .levels = {{64 << 10, 0, 0}, {32 << 20, 4, 4}, {32 << 20, 4, 4}, {0, 8, 8}},
    .stream = 8,
    .stream_bytes = INT64_MAX,
    .fork = 5000};

static const struct machine machines[] = {
#define GPU(number, llvm, version, threads, blocks, kib, block_kib)            \
    {.level = "sm_" #number,                                                   \
        .schedule_targets = {"gpu", "cuda", "sm_" #number, NULL},              \
        .vector_bytes = VECTOR_BYTES,                                          \
        .n_vector_registers = VECTOR_REGISTERS,                                \
        .has_fma = true,                                                       \
        .has_half = true,                                                      \
        .has_rounding = true,                                                  \
        .has_nan_extremes = (number) >= ASYNC_CAPABILITY,                      \
        .near_offset_bytes = -1,                                               \
        .triple = PTX_TRIPLE,                                                  \
        .processor = (llvm),                                                   \
        .features = (version),                                                 \
        .needs = "",                                                           \
        .gpu = &limits[ROW_##number],                                          \
        .costs = &gpu_costs},
#include "codegen_ptx/ptx_machines.def"
#undef GPU
};

const struct machine *ptx_machine_at(int i)
{
    int n = (int)(sizeof machines / sizeof *machines);
    return i < n ? &machines[i] : NULL;
}

const struct machine *ptx_machine_of_arch(const char *arch)
{
    const struct machine *machine;
    for (int i = 0; (machine = ptx_machine_at(i)); i++)
        if (strcmp(machine->level, arch) == 0)
            return machine;
    return NULL;
}
