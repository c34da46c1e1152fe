/* From the module to bytes: the target machine, the pass pipeline, object,
 * assembly and IR text, all in memory. */
#include "codegen/emit.h"

#include <llvm-c/Error.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- LLVM's complaints ------------------------------------------------- */

/* A diagnostic of the context: keep the first that is an error. */
static void note_problem(LLVMDiagnosticInfoRef info, void *user)
{
    struct codegen *codegen = user;
    if (LLVMGetDiagInfoSeverity(info) != LLVMDSError || codegen->problem)
        return;
    char *text = LLVMGetDiagInfoDescription(info);
    codegen->problem = arena_string(codegen->c->arena, text);
    LLVMDisposeMessage(text);
}

/* LLVM cannot go on and must not return: say so and end with the status of
 * an internal error. Only write and _exit, for nothing can be trusted. */
static void end_process(const char *reason)
{
    static const char head[] = "tapc: internal error: LLVM: ";
    ssize_t n = write(STDERR_FILENO, head, sizeof head - 1);
    if (n >= 0)
        n = write(STDERR_FILENO, reason, strlen(reason));
    if (n >= 0)
        n = write(STDERR_FILENO, "\n", 1);
    _exit(n >= 0 ? DIAG_INTERNAL : DIAG_INTERNAL);
}

void codegen_collect_problems(struct codegen *codegen)
{
    LLVMResetFatalErrorHandler();
    LLVMInstallFatalErrorHandler(end_process);
    LLVMContextSetDiagnosticHandler(codegen->context, note_problem, codegen);
}

/* ---- Target machine ---------------------------------------------------- */

/* LLVM's effort in choosing instructions, from -O. */
static LLVMCodeGenOptLevel get_codegen_level(const struct codegen *codegen)
{
    /* Aggressive is no faster here and takes longer. */
    return codegen->c->options.optimize_level == 0 ? LLVMCodeGenLevelNone
                                                   : LLVMCodeGenLevelLess;
}

/* Options LLVM has for the whole process only, set before the first target
 * is made. Loop strength reduction replaces the few pointers and the one
 * counter of a loop by many counters, spills them, and takes three quarters
 * of the time of code generation. */
static void set_process_options(void)
{
    static const char *const arguments[] = {"tapc", "-disable-lsr"};
    if (!LLVMGetFirstTarget())
        LLVMParseCommandLineOptions(2, arguments, NULL);
}

bool codegen_create_machine(struct codegen *codegen)
{
    const struct codegen_request *request = codegen->request;
    struct source_range nowhere = {NULL, 0, 0};
    const struct machine *lowest =
        codegen->levels.n ? codegen->levels.at[0] : NULL;
    const char *triple =
        lowest && lowest->triple ? lowest->triple : request->target->triple;
    LLVMTargetRef target = NULL;
    char *message = NULL;
    set_process_options();
    request->target->initialize();
    if (LLVMGetTargetFromTriple(triple, &target, &message)) {
        diag_error(codegen->c->diag, nowhere, DIAG_E0501, "unknown target '%s'",
            triple);
        LLVMDisposeMessage(message);
        return false;
    }
    codegen->machine = LLVMCreateTargetMachine(target, triple,
        lowest ? lowest->processor : "", lowest ? lowest->features : "",
        get_codegen_level(codegen), LLVMRelocPIC, LLVMCodeModelDefault);
    codegen->data = LLVMCreateTargetDataLayout(codegen->machine);
    LLVMSetTarget(codegen->module, triple);
    LLVMSetModuleDataLayout(codegen->module, codegen->data);
    return true;
}

/* ---- Passes ------------------------------------------------------------ */

/* Loop IR has decided what is vectorised and unrolled; what is left is to
 * keep scalars in registers, compute things once, and before loops. An
 * element that one iteration stores and the next loads stays in a register
 * (recurrences wait for nothing else). */
static const char *get_pipeline(int optimize_level)
{
    if (optimize_level == 0)
        return "function(sroa)";
    if (optimize_level == 1)
        return "function(sroa,early-cse<memssa>,simplifycfg)";
    return "function(sroa,early-cse<memssa>,simplifycfg,"
           "loop-mssa(licm),early-cse,loop-load-elim,simplifycfg)";
}

bool codegen_optimize(struct codegen *codegen)
{
    struct source_range nowhere = {NULL, 0, 0};
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMPassBuilderOptionsSetLoopInterleaving(options, false);
    LLVMPassBuilderOptionsSetLoopVectorization(options, false);
    LLVMPassBuilderOptionsSetSLPVectorization(options, false);
    LLVMPassBuilderOptionsSetLoopUnrolling(options, false);
    LLVMErrorRef error = LLVMRunPasses(codegen->module,
        get_pipeline(codegen->c->options.optimize_level), codegen->machine,
        options);
    LLVMDisposePassBuilderOptions(options);
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    diag_internal(codegen->c->diag, nowhere, "LLVM: %s", message);
    LLVMDisposeErrorMessage(message);
    return false;
}

/* ---- Bytes ------------------------------------------------------------- */

/* Object or assembly. Emission changes a module, so a copy is emitted. */
static bool emit_code(
    struct codegen *codegen, LLVMCodeGenFileType kind, struct blob *blob)
{
    struct source_range nowhere = {NULL, 0, 0};
    char *message = NULL;
    LLVMMemoryBufferRef buffer = NULL;
    LLVMModuleRef copy = LLVMCloneModule(codegen->module);
    bool failed = LLVMTargetMachineEmitToMemoryBuffer(
        codegen->machine, copy, kind, &message, &buffer);
    LLVMDisposeModule(copy);
    if (failed || codegen->problem) {
        diag_internal(codegen->c->diag, nowhere, "LLVM: %s",
            codegen->problem ? codegen->problem : message);
        LLVMDisposeMessage(message);
        return false;
    }
    blob->size_bytes = LLVMGetBufferSize(buffer);
    blob->bytes = arena_copy(
        codegen->c->arena, LLVMGetBufferStart(buffer), blob->size_bytes);
    LLVMDisposeMemoryBuffer(buffer);
    return true;
}

/* LLVM's own text. */
static bool emit_text(struct codegen *codegen, struct blob *blob)
{
    char *text = LLVMPrintModuleToString(codegen->module);
    blob->size_bytes = strlen(text);
    blob->bytes = arena_string(codegen->c->arena, text);
    LLVMDisposeMessage(text);
    return true;
}

bool codegen_emit(
    struct codegen *codegen, enum codegen_kind kind, struct blob *blob)
{
    switch (kind) {
    case CODEGEN_OBJECT:
        return emit_code(codegen, LLVMObjectFile, blob);
    case CODEGEN_ASSEMBLY:
        return emit_code(codegen, LLVMAssemblyFile, blob);
    case CODEGEN_LLVM:
        break;
    }
    return emit_text(codegen, blob);
}
