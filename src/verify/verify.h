/* The self-check before an object is written.
 *
 * Files: verify.c (the stages), verify_sizes.c (which parameter values),
 * verify_data.c (cases: arrays and what they hold), verify_replay.c (loop IR
 * against the source order, in the interpreter), verify_compare.c (what
 * differs, in words), verify_child.c (the object in a forked child against
 * the interpreter), verify_object.c (loading it), verify_buffers.c (memory
 * between unmapped pages).
 */
#ifndef TAPC_VERIFY_VERIFY_H
#define TAPC_VERIFY_VERIFY_H

#include "codegen/codegen.h"

/* What is checked: one variant with its oracle, the loop IR of the source
 * order under the same bindings and layouts. "sizes" names other parameters
 * that were bound for the check alone ("N = 17"), or is NULL. */
struct verify_variant {
    const struct loop_program *program;
    const struct loop_program *oracle;
    const struct machine *machine;
    const char *symbol; /* of the body in the object */
    int n_bindings;
    const struct model_binding *bindings;
    const char *sizes;
};

/* "max_statements" bounds what is interpreted, all variants together; 0 is
 * the usual bound. */
struct verify_request {
    const struct ast_kernel *kernel;
    int n_variants;
    const struct verify_variant *variants;
    struct blob object; /* empty: not run (another architecture) */
    int64_t max_statements;
};

/* How far it went, for the header. "n_short" variants could not be replayed,
 * or at very few sizes, since theirs are too large. "why_not_run" is a reason
 * when "n_run" is 0, else NULL. */
struct verify_report {
    int n_sizes;
    int n_replayed;
    int n_run;
    int n_short;
    const char *why_not_run;
};

/* Check; false after reporting E0601. */
bool verify_kernel(struct compilation *c, const struct verify_request *request,
    struct verify_report *report);
/* The arguments of the entry, in order. */
enum verify_slot_kind {
    VERIFY_SLOT_ARRAY,
    VERIFY_SLOT_SCALAR,
    VERIFY_SLOT_STRIDES,
    VERIFY_SLOT_WORKSPACE,
    VERIFY_SLOT_PARAMETER
};
struct verify_slot {
    enum verify_slot_kind kind;
    const struct ast_tensor *tensor;
    const struct ast_parameter *parameter;
};
/* Up to "2 * n_tensors + n_parameters + 1" slots; their number. */
int verify_list_slots(
    const struct ast_kernel *kernel, struct verify_slot *slots);
/* Does the argument travel in a register for reals? */
bool verify_slot_is_real(const struct verify_slot *slot);

#endif
