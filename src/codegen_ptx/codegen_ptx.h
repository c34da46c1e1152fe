/* What NVIDIA's GPUs do differently.
 *
 * Files: ptx_target.c (struct target), ptx_machines.c (the table of GPUs,
 * from ptx_machines.def).
 */
#ifndef TAPC_CODEGEN_PTX_CODEGEN_PTX_H
#define TAPC_CODEGEN_PTX_CODEGEN_PTX_H

#include "base/compilation.h"
#include "codegen/target.h"

#define PTX_TRIPLE "nvptx64-nvidia-cuda"

extern const struct target target_ptx;

/* The GPU of a word of --gpu-arch, such as "sm_90", or NULL. */
const struct machine *ptx_machine_of_arch(const char *arch);

/* All GPUs, oldest first; NULL at the end. */
const struct machine *ptx_machine_at(int i);

#endif
