/* What the files of the driver share. */
#ifndef TAPC_DRIVER_DRIVER_INTERNAL_H
#define TAPC_DRIVER_DRIVER_INTERNAL_H

#include "cost/cost.h"
#include "driver/driver.h"

/* ---- options_set.c, response.c, help.c --------------------------------- */

enum option_id {
#define OPTION_GROUP(text)
#define OPTION(id, spelling, argument, argument_name, help) OPTION_##id,
#include "driver/options.def"
#undef OPTION
#undef OPTION_GROUP
    OPTION_N
};

/* Note option "id" with its argument (NULL for none). False after
 * reporting. */
bool options_set(struct compilation *c, struct driver_options *options,
    enum option_id id, const char *argument);

/* Words with every "@file" replaced by the words in the file; false after
 * reporting. The result is NULL-ended. */
bool response_expand(struct compilation *c, int n_words,
    const char *const *words, int *n_expanded, const char *const **expanded);

void help_print_usage(struct text *text);
void help_print(struct text *text);
void help_print_version(struct text *text);
/* The long text of a code such as "E0203"; false after reporting that there
 * is no such code. */
bool help_explain(struct compilation *c, struct text *text, const char *code);

/* ---- input.c ----------------------------------------------------------- */

/* File name without folder and extension; "stdin" for "-". */
const char *input_stem(struct compilation *c, const char *path);

/* The file of schedules that goes with the input: that of --schedule, or
 * NAME.tapc beside NAME.dsl, or NULL. */
const char *input_find_schedules(struct driver *driver);

/* ---- pass.c, layout.c -------------------------------------------------- */

/* Before and after a pass. "pass_end" returns "ok", and false when errors
 * were reported; it reports a pass that failed in silence. */
void pass_begin(struct driver *driver, const char *name);
bool pass_end(struct driver *driver, bool ok);
/* The passes and their times, for -v. */
void pass_print(const struct driver *driver, struct text *text);

/* Whether all variants of a kernel agree on the layouts of its arguments and
 * locals; false after reporting E0404. */
bool layout_check(struct driver *driver, const struct driver_kernel *kernel);

/* ---- small.c ----------------------------------------------------------- */

/* Where the fixed sizes of a kernel are too large to be replayed, replay the
 * same schedules at small ones; counts them in "n_small". False after
 * reporting E0601. */
bool small_check(struct driver *driver, struct driver_kernel *kernel);

/* ---- plan.c ------------------------------------------------------------ */

enum plan_content {
    PLAN_MAIN,
    PLAN_TIMING,
    PLAN_HEADER,
    PLAN_DEPFILE,
    PLAN_STAGE
};

/* A file to be written; "emit" is the stage of PLAN_STAGE. */
struct planned {
    const char *path;
    enum plan_content content;
    enum driver_emit emit;
};

/* What is to be made. "emits" make up PLAN_MAIN; "last" is the furthest
 * stage any file needs. */
struct plan {
    VECTOR(enum driver_emit) emits;
    VECTOR(struct planned) files;
    enum driver_emit last;
};

/* Decide. False after reporting. */
bool plan_make(struct driver *driver, struct plan *plan);

/* ---- condition.c -------------------------------------------------------- */

/* Bind the parameters that the condition of a schedule fixes, on top of what is
 * bound. False where the kernel has a body for these values already. */
bool condition_bind(struct compilation *c, const struct driver_kernel *kernel,
    const struct ast_expression *condition, struct driver_variant *variant);

/* ---- choose.c ----------------------------------------------------------- */

/* Replace the schedule of a variant of fixed sizes by that of a better point of
 * the default's space, if there is one, and set its program, unless that is
 * impossible. False after reporting that the order is wrong. */
bool choose_schedule(struct driver *driver, struct driver_variant *variant);

/* ---- dump.c, roof.c ---------------------------------------------------- */

/* Append stage "emit" as text. */
bool dump_stage(
    struct driver *driver, struct text *text, enum driver_emit emit);

/* A heading such as "dwconv1d, x86-64-v4, K = 3". */
void dump_title(struct text *text, const struct driver_kernel *kernel,
    const struct driver_variant *variant);

/* Work and traffic of every variant, and what bounds it. */
bool roof_print(struct driver *driver, struct text *text);

/* ---- header.c, depfile.c ----------------------------------------------- */

void header_print(struct driver *driver, struct text *text);
/* Append text into a comment: nothing in it can end or open one. */
void header_append_comment(struct text *text, const char *words);
/* Whether a parameter has one value in this object: no argument then. */
bool header_is_fixed(const struct ast_parameter *parameter);
/* Prototype and comment of one kernel. */
void header_print_kernel(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel);

/* "K = 3 and L >= 16", or "any" */
void header_append_bindings(
    struct text *text, const struct driver_variant *variant);
/* All prototypes of a kernel. */
void header_print_prototypes(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel);
/* The head of an inline function of the parameters that are arguments. */
void header_print_sizes(struct driver *driver, struct text *text,
    const struct ast_kernel *kernel, const char *name, const char *suffix);
/* Of one kernel, what there is for GPUs; and for which. */
void header_print_device(struct driver *driver, struct text *text,
    const struct driver_kernel *kernel);
void header_print_devices(struct driver *driver, struct text *text);

/* "target: inputs" for make. */
void depfile_print(
    struct driver *driver, struct text *text, const char *target);

/* ---- output.c ---------------------------------------------------------- */

/* Files to be written together. */
struct output_file {
    const char *path; /* "-" is the standard output */
    struct blob blob;
};

struct output_set {
    VECTOR(struct output_file) files;
};

void output_add(struct compilation *c, struct output_set *set, const char *path,
    struct blob blob);

/* Whether the outputs can be what they are: not an input, not twice the
 * same (E0701), not a folder (E0004). False after reporting. */
bool output_check(struct compilation *c, const struct output_set *set,
    int n_inputs, const char *const *inputs);

/* Write all or nothing. False after reporting E0004. */
bool output_commit(struct compilation *c, const struct output_set *set);

/* Write all of "bytes" to a file descriptor; false with errno. */
bool output_write(int descriptor, const char *bytes, size_t n);

/* ---- crash.c ----------------------------------------------------------- */

/* From here on a fatal signal, or an exit nobody planned, removes temporary
 * files and ends with status 70 (interrupts: with the signal). */
void crash_install(void);
/* From here on memory is limited, so that a runaway compilation ends with
 * status 4 before it takes the machine down. */
void crash_limit_memory(void);
/* What is being done, for the message; lives for ever. */
void crash_set_stage(const char *stage);
/* Remember a temporary file; forget it again. "path" must stay valid. */
void crash_add_temporary(const char *path);
void crash_remove_temporary(const char *path);
/* The exit that follows is planned. */
void crash_end(void);

/* ---- timing.c ---------------------------------------------------------- */

/* Time all kernels; table or JSON. */
bool timing_print(struct driver *driver, struct text *text);

/* ---- db.c -------------------------------------------------------------- */

/* Do what "tapc db ..." was told. Everything is reported. */
void db_run(struct compilation *c, const struct driver_options *options);
/* The same of "tapc worker". */
void db_work(struct compilation *c, const struct driver_options *options);

/* ---- doctor.c ---------------------------------------------------------- */

void doctor_print(struct text *text);
/* Where PATH finds a program, or NULL. */
const char *doctor_find_program(struct compilation *c, const char *name);

/* ---- compile.c, device.c, assemble.c ----------------------------------- */

/* A kernel as the code generator sees it, with the variants of one machine
 * only (NULL: all). */
struct codegen_kernel compile_describe_kernel(struct driver *driver,
    const struct driver_kernel *kernel, const struct machine *machine);

/* The "devices", with machine code if that is wanted and there is a ptxas.
 * False after reporting. */
bool device_build(struct driver *driver, bool wants_machine_code);
/* The object that starts kernels on the devices, unless --emit asks for their
 * code by itself. False after reporting. */
bool device_build_launcher(struct driver *driver);
/* LLVM IR, PTX or what ptxas says of the devices, as text. */
bool device_dump(
    struct driver *driver, struct text *text, enum driver_emit emit);

/* The ptxas to use; NULL: none. */
const char *assemble_find(const struct driver *driver);
/* A device's PTX to machine code. False after reporting. */
bool assemble(
    struct driver *driver, const char *ptxas, struct driver_device *device);

#endif
