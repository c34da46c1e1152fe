/* The program tapc: the only code that knows every pass.
 *
 * Files: main.c (the subcommands), options.def (the command line, one
 * table), options.c (command line to options), options_set.c (each option's
 * meaning), response.c (@file), help.c (--help, --version, explain CODE),
 * explanations.def (the long text of every code), target.c (--target, --isa,
 * -march to machines), input.c (reading files), compile.c (the pipeline, top
 * to bottom), device.c (code for GPUs), assemble.c (ptxas, and what it says),
 * condition.c (schedules for some sizes), choose.c (which of the default's
 * schedules), small.c (the self-check of large fixed sizes at small ones),
 * pass.c (contract and time of a pass), layout.c (layouts agree), plan.c (which
 * files), run.c (plan, build, write), dump.c (stages as text), roof.c
 * (--emit=roof), header.c, header_kernel.c and
 * header_device.c (the C header), depfile.c (-MD),
 * timing.c (tapc bench), output.c (files that appear whole or not at all),
 * crash.c (signals), doctor.c (tapc doctor), db.c (tapc db, tapc worker),
 * winners.c (writes
 * NAME.tapc).
 */
#ifndef TAPC_DRIVER_DRIVER_H
#define TAPC_DRIVER_DRIVER_H

#include "base/vector.h"
#include "codegen_cpu/codegen_cpu.h"
#include "codegen_ptx/codegen_ptx.h"
#include "parser/parser.h"
#include "verify/verify.h"

/* ---- Options ----------------------------------------------------------- */

enum driver_command {
    DRIVER_COMPILE,
    DRIVER_CHECK,
    DRIVER_EXPLAIN,
    DRIVER_BENCH,
    DRIVER_TUNE,
    DRIVER_DB,
    DRIVER_WORKER,
    DRIVER_DOCTOR,
    DRIVER_HELP,
    DRIVER_VERSION
};

/* What is made of the source, in the order of the stages. */
enum driver_emit {
    DRIVER_EMIT_AST,
    DRIVER_EMIT_MODEL,
    DRIVER_EMIT_SCHEDULE,
    DRIVER_EMIT_LOOP,
    DRIVER_EMIT_ROOF,
    DRIVER_EMIT_LLVM,
    DRIVER_EMIT_ASSEMBLY,
    DRIVER_EMIT_PTX,
    DRIVER_EMIT_RESOURCES,
    DRIVER_EMIT_OBJECT,
    DRIVER_EMIT_HEADER,
    DRIVER_N_EMITS
};

enum driver_color {
    DRIVER_COLOR_AUTO,
    DRIVER_COLOR_ALWAYS,
    DRIVER_COLOR_NEVER
};

/* "-D name=value". */
struct driver_define {
    const char *name;
    int64_t value;
};

/* "tapc tune": what to look for, how long, where it is kept. Of 0 or NULL: what
 * tune/ says. "shapes" are those of --shape, as written: "N=1,C=64". */
struct driver_search {
    bool is_list;
    int64_t budget_ns;
    int64_t n_trials;
    int64_t seed;
    const char *strategy;
    const char *picture;
    const char *plan;
    VECTOR(const char *) shapes;
    VECTOR(const char *) results;
    VECTOR(const char *) compare;
    int64_t n_remeasured;
    bool is_cold;
    bool is_fresh;
};

/* The command line. Strings are NULL when the option was not given. "emits"
 * are in the order given, empty for the default of the command. "words" are
 * the command line for the header and "-###". */
struct driver_options {
    enum driver_command command;
    struct options passes;
    const char *input;
    const char *output;
    const char *header;
    const char *depfile;
    const char *depfile_target;
    bool wants_depfile;
    bool wants_phony;
    bool wants_temps;
    VECTOR(enum driver_emit) emits;
    VECTOR(struct driver_define) defines;
    const char *schedule;
    bool is_untuned; /* NAME.tapc is not read */
    const char
        *schedule_text; /* schedules in memory: no file of them is read */
    const char *kernel; /* all others are left out */
    const char *target;
    const char *isa;
    const char *processor;
    const char *features;
    const char *gpu_arch;
    const char *ptxas;
    enum driver_color color;
    bool is_json;
    bool is_json_report; /* of bench and comparisons */
    bool is_verbose;
    bool is_dry_run;
    const char *code;              /* explain E0203 */
    VECTOR(const char *) operands; /* of db */
    const char *part;              /* of a worker, "2/8" */
    VECTOR(const char *) done;     /* files of results that are there */
    bool only_rest;                /* the jobs they leave are printed */
    const char *database;
    bool is_t4;
    struct driver_search search;
};

/* A compilation with the default options; its arenas are the caller's. */
struct compilation driver_compilation_new(void);

/* Fill "options" from the command line. False after reporting E0701. */
bool options_parse(struct compilation *c, struct driver_options *options,
    int n_words, const char *const *words);

/* The name of an emit kind as in --emit=, and back (DRIVER_N_EMITS: none). */
const char *driver_emit_name(enum driver_emit emit);
enum driver_emit driver_emit_of(const char *name);

/* ---- One compilation --------------------------------------------------- */

/* A schedule that was looked at, and what the model of costs says of it. */
struct driver_candidate {
    const char *name;
    double cycles;
};

/* A variant with everything that was made for it. "schedule" and "model"
 * are lent. "oracle" is NULL with --no-verify. "size_class" as in
 * struct codegen_variant. */
struct driver_variant {
    struct model *model;
    struct schedule *schedule;
    struct loop_program *program;
    struct loop_program *oracle;
    const struct machine *machine;
    const struct ast_schedule *source; /* NULL: the default's */
    int n_bindings;
    const struct model_binding *bindings;
    int size_class;
    VECTOR(struct driver_candidate) candidates;
};

/* A kernel with its variants, in the order of struct codegen_kernel.
 * "n_small" small sizes were checked in place of large fixed ones. */
struct driver_kernel {
    const struct ast_kernel *kernel;
    VECTOR(struct driver_variant) variants;
    struct verify_report report;
    bool has_report;
    int n_small;
};

/* What ptxas says of one function. "spilled_bytes" are loads and stores of
 * registers that there were too few of, "local_bytes" memory of a thread. */
struct driver_resources {
    const char *symbol;
    int n_registers;
    int local_bytes;
    int spilled_bytes;
    int shared_bytes;
};

/* The code of all kernels for one GPU. "cubin" is empty where there is no
 * ptxas; then nothing is known of "resources" either. */
struct driver_device {
    const struct machine *machine;
    struct codegen *codegen;
    struct blob ptx;
    struct blob cubin;
    VECTOR(struct driver_resources) resources;
};

/* What the functions of the first GPU need: registers of a thread and bytes
 * spilled at most, warps that a multiprocessor has at least of those it can
 * have. */
struct driver_load {
    int n_registers;
    int spilled_bytes;
    int n_warps;
    int most_warps;
};

/* A pass that ran "n" times, "time_ns" in all. */
struct driver_pass {
    const char *name;
    int64_t time_ns;
    int n;
};

/* A compilation under way. "inputs" are the paths read, the source first.
 * "models" are freed by driver_free. With "is_gpu" the machines are GPUs and
 * "target" is that of the launcher, which "codegen" is then. "pass_begin_ns"
 * and "pass_n_errors" are of the pass that runs, the last of "passes" to begin
 * ("pass"). */
struct driver {
    struct compilation *c;
    const struct driver_options *options;
    const struct source *source;
    struct ast_program *program;
    const struct target *target;
    bool is_gpu;
    VECTOR(const struct machine *) machines;
    VECTOR(const char *) inputs;
    VECTOR(struct driver_kernel) kernels;
    VECTOR(struct model *) models;
    VECTOR(struct driver_pass) passes;
    int pass;
    int64_t pass_begin_ns;
    int pass_n_errors;
    struct codegen *codegen;
    VECTOR(struct driver_device) devices;
    struct blob object;
};

/* What ptxas said; all 0 where it said nothing. */
void driver_get_load(struct driver *driver, struct driver_load *load);

/* Read a file ("-": standard input) of at most 16 MiB. NULL after reporting
 * E0004 or E0001. */
const struct source *driver_read(struct compilation *c, const char *path);

/* From here on the first interrupt (Ctrl-C) only makes the question that
 * follows be answered with yes. */
void driver_catch_interrupts(void);
bool driver_is_interrupted(void);

/* What one call of a kernel whose sizes are fixed does at least, the figures
 * of --emit=roof: bytes of arguments, each element once, and operations as
 * written (a multiplication with addition is two, a function one). False:
 * there are too many to count. */
struct driver_work {
    int64_t n_bytes;
    double n_operations;
};
bool driver_count_work(
    struct compilation *c, struct model *model, struct driver_work *work);

/* "tapc 0.1.0, LLVM 19.1.7, isl 0.25". */
const char *driver_versions(struct compilation *c);

/* Print to the standard error, now. */
void driver_print_aside(const struct text *text);

/* Write a file whole or not at all; false after reporting E0004. */
bool driver_write(struct compilation *c, const char *path, struct blob blob);

/* NAME.tapc beside NAME.dsl; NULL for the standard input. */
const char *driver_schedule_path(struct compilation *c, const char *input);

/* Whether every parameter of the kernels has a value; false after reporting,
 * of the command of this name. */
bool driver_check_fixed(struct driver *driver, const char *command);

/* A schedule that was found. "condition" is on parameters, as the language has
 * it, NULL for all sizes; "directives" end in ";" each, empty where no schedule
 * is as good; "comment" are lines for people (NULL: none). "kernel_hash" is
 * that of ast_hash_kernel. */
struct winner {
    const char *kernel;
    const char *kernel_hash;
    const char *target;
    const char *condition;
    const char *directives;
    const char *comment;
};

/* Put them into NAME.tapc ("-": the standard output): entries for the same
 * kernel, target and sizes are replaced, those for another text of the kernel
 * removed, all others stay as they are. The file appears whole or not at all.
 * False after reporting, also what a person wrote and would be replaced.
 * "only_check": report, but write nothing. */
bool driver_write_winners(struct compilation *c, const char *path, int n,
    const struct winner *winners, bool only_check);

/* Run the command on "options->input". Everything is reported; nothing is
 * written unless all went well. */
void driver_run(struct driver *driver);

/* Set "target" and "machines" of the driver; false after reporting. */
bool driver_select(struct driver *driver);

/* The stages in order up to "last"; false after reporting. */
bool driver_build(struct driver *driver, enum driver_emit last);

/* Frees models and the LLVM module. */
void driver_free(struct driver *driver);

#endif
