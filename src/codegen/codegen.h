/* Loop IR to LLVM IR to bytes, for any target. LLVM begins here.
 *
 * Files: codegen.c (the module), codegen_type.c (element types, constants),
 * emit_entry.c (signature, choice of a variant), emit_check.c (status checks),
 * emit_function.c (body of one variant), emit_parallel.c (outlined regions),
 * emit_device.c (functions that GPUs run),
 * codegen_launch.c and launch.ll (objects that start kernels on GPUs),
 * emit_loop.c (for, if, assignment), emit_lockstep.c (long statements several
 * at once), emit_expression.c (arithmetic),
 * emit_convert.c (between element types), emit_affine.c (indices, guards),
 * emit_prove.c (what loop bounds imply), emit_mask.c (known lanes of masks),
 * emit_memory.c (addresses, registers), emit_transpose.c
 * (blocks whose rows become columns), emit_vector.c and emit_strided.c
 * (vector loads and stores), codegen_debug.c (line tables), codegen_output.c
 * (pass pipeline, object / assembly / IR text), codegen_host.c (what this
 * machine can run), emit.h (shared by these), target.h (struct target).
 */
#ifndef TAPC_CODEGEN_CODEGEN_H
#define TAPC_CODEGEN_CODEGEN_H

#include "base/blob.h"
#include "codegen/target.h"
#include "loop/loop.h"

/* One body: the loop program of one specialisation at one ISA level.
 * "bindings" say which values of set parameters it is for (none: general).
 * "size_class" counts those of the same bindings from 1; it is 0 for the one
 * of all sizes. */
struct codegen_variant {
    const struct loop_program *program;
    const struct machine *machine;
    int n_bindings;
    const struct model_binding *bindings;
    int size_class;
};

/* One kernel: its variants, general ISA level first ("levels" of machines in
 * rising order), and for each level the listed values before the general
 * one, classes of sizes before all sizes. All have the same arguments and
 * layouts. "has_open" is false when the entry must refuse values that
 * are not listed. */
struct codegen_kernel {
    const struct ast_kernel *kernel;
    int n_variants;
    const struct codegen_variant *variants;
};

enum codegen_kind { CODEGEN_OBJECT, CODEGEN_ASSEMBLY, CODEGEN_LLVM };

/* The whole object: all kernels, one module. "name" is the module's name
 * (no path). */
struct codegen_request {
    const struct target *target;
    const char *name;
    int n_kernels;
    const struct codegen_kernel *kernels;
};

struct codegen;

/* Build and optimise the module. NULL after reporting. */
struct codegen *codegen_build(
    struct compilation *c, const struct codegen_request *request);

/* Code for one GPU, from codegen_build for it: PTX, and machine code unless
 * that is empty. */
struct codegen_image {
    const struct machine *machine;
    const struct codegen *codegen;
    struct blob cubin;
    struct blob ptx;
};

/* An object for "target", a CPU of the level "machine", with functions that
 * start kernels on GPUs: "images", oldest GPU first, of which "kernels" have
 * all variants. */
struct codegen_launcher {
    const struct target *target;
    const struct machine *machine;
    const char *name;
    int n_kernels;
    const struct codegen_kernel *kernels;
    int n_images;
    const struct codegen_image *images;
};

/* Build and optimise it. NULL after reporting. */
struct codegen *codegen_build_launcher(
    struct compilation *c, const struct codegen_launcher *launcher);

/* Emit; the blob is in the arena. May be called several times. False after
 * reporting. */
bool codegen_emit(
    struct codegen *codegen, enum codegen_kind kind, struct blob *blob);

/* Returns NULL. */
struct codegen *codegen_free(struct codegen *codegen);

/* The symbol of a variant's body inside the object: "k", level, bindings,
 * class of sizes, such as "dwconv1d.LEVEL.K3.1". Local to the object. */
const char *codegen_variant_symbol(struct compilation *c,
    const struct ast_kernel *kernel, const struct codegen_variant *variant);

/* The symbol of what a GPU runs for a variant: "k", its bindings and class of
 * sizes, such as "dwconv1d$K3$1", with "$any" behind it unless some arguments
 * have to be aligned to more than an element. */
const char *codegen_device_symbol(struct compilation *c,
    const struct ast_kernel *kernel, const struct codegen_variant *variant,
    bool is_aligned);

/* The function of a GPU may have all registers there are; holds for what is
 * emitted later. */
void codegen_free_registers(struct codegen *codegen, const char *symbol);

/* Whether the module has a function of this symbol. */
bool codegen_has_symbol(const struct codegen *codegen, const char *symbol);

/* Bytes at a multiple of which the function "symbol" wants the tensor argument
 * at "position" (-1: the workspace); 0 if an element's own are enough. */
unsigned codegen_get_alignment(
    const struct codegen *codegen, const char *symbol, int position);

/* Whether the machine this process runs on can execute the level. */
bool codegen_can_run(const struct machine *machine);

#endif
