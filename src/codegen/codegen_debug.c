/* -g: each instruction's line in the .dsl file. */
#include "codegen/emit.h"

#include <string.h>

/* The file all kernels of the module come from. */
static const struct source *find_source(const struct codegen *codegen)
{
    const struct codegen_request *request = codegen->request;
    for (int i = 0; i < request->n_kernels; i++)
        if (request->kernels[i].kernel->range.source)
            return request->kernels[i].kernel->range.source;
    return NULL;
}

/* An integer among the module's flags; to link modules that differ in it is
 * worth a warning. */
static void add_flag(struct codegen *codegen, const char *name, int value)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(codegen->context);
    LLVMAddModuleFlag(codegen->module, LLVMModuleFlagBehaviorWarning, name,
        strlen(name),
        LLVMValueAsMetadata(
            LLVMConstInt(i32, (unsigned long long)value, false)));
}

/* The path as the user gave it, no folder: the same bytes everywhere. */
void codegen_debug_begin(struct codegen *codegen)
{
    const struct source *source = find_source(codegen);
    const char *producer = "tapc " TAPC_VERSION;
    if (!codegen->c->options.debug_lines || !source)
        return;
    add_flag(codegen, "Debug Info Version", 3);
    add_flag(codegen, "Dwarf Version", 4);
    codegen->debug = LLVMCreateDIBuilder(codegen->module);
    codegen->debug_file = LLVMDIBuilderCreateFile(
        codegen->debug, source->path, strlen(source->path), "", 0);
    LLVMDIBuilderCreateCompileUnit(codegen->debug, LLVMDWARFSourceLanguageC,
        codegen->debug_file, producer, strlen(producer), true, "", 0, 0, "", 0,
        LLVMDWARFEmissionLineTablesOnly, 0, false, false, "", 0, "", 0);
    codegen->debug_function_type = LLVMDIBuilderCreateSubroutineType(
        codegen->debug, codegen->debug_file, NULL, 0, LLVMDIFlagZero);
}

void codegen_debug_end(struct codegen *codegen)
{
    if (codegen->debug)
        LLVMDIBuilderFinalize(codegen->debug);
}

/* The line where the range begins, counted from 1; 0, "no line", without a
 * source. */
static unsigned get_line(struct source_range range)
{
    if (!range.source)
        return 0;
    return (unsigned)source_locate(range.source, range.begin).line;
}

/* Give the function a scope; its own code is at the kernel's line. */
void emit_debug_function(struct emitter *e, const char *name)
{
    struct codegen *codegen = e->codegen;
    if (!codegen->debug)
        return;
    unsigned line = get_line(e->program->kernel->range);
    e->debug_scope = LLVMDIBuilderCreateFunction(codegen->debug,
        codegen->debug_file, name, strlen(name), name, strlen(name),
        codegen->debug_file, line, codegen->debug_function_type, true, true,
        line, LLVMDIFlagZero, true);
    LLVMSetSubprogram(e->function, e->debug_scope);
    emit_debug_at(e, e->program->kernel->range);
}

/* What is emitted from here on belongs to this place. */
void emit_debug_at(struct emitter *e, struct source_range range)
{
    if (!e->debug_scope || !range.source)
        return;
    struct source_position at = source_locate(range.source, range.begin);
    LLVMSetCurrentDebugLocation2(e->builder,
        LLVMDIBuilderCreateDebugLocation(e->context, (unsigned)at.line,
            (unsigned)at.column, e->debug_scope, NULL));
}
