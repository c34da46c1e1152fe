/* The exported functions of a kernel: signature, checks, and the choice of a
 * variant, first by what the processor can run, then by the values of set
 * parameters and by the class of the sizes. */
#include "codegen/emit.h"

#include <string.h>

enum { STATUS_SIZE = 2, STATUS_DEVICE = 5 };

/* ---- Signature --------------------------------------------------------- */

bool emit_has_local(const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_tensors; i++)
        if (kernel->tensors[i]->direction == AST_LOCAL)
            return true;
    return false;
}

/* Does the caller pass it? Constants and fixed parameters are in the code. */
static bool is_argument(const struct ast_parameter *parameter)
{
    return parameter->kind != AST_PARAMETER_CONSTANT && !parameter->is_fixed;
}

/* Append an argument with its LLVM type; "signature" has room for it. */
static void add_argument(struct codegen *codegen,
    struct emit_signature *signature, struct emit_argument argument)
{
    LLVMContextRef context = codegen->context;
    unsigned space = codegen->request->target->memory_space;
    bool is_memory =
        argument.kind == EMIT_TENSOR || argument.kind == EMIT_WORKSPACE;
    LLVMTypeRef type = LLVMPointerTypeInContext(context, is_memory ? space : 0);
    if (argument.kind == EMIT_SCALAR)
        type = codegen_type(context, argument.tensor->type);
    if (argument.kind == EMIT_PARAMETER)
        type = LLVMInt64TypeInContext(context);
    signature->arguments[signature->n] = argument;
    signature->types[signature->n++] = type;
}

/* A tensor, its strides; a scalar argument; nothing for a local. */
static void add_tensor(struct codegen *codegen,
    struct emit_signature *signature, const struct ast_tensor *tensor)
{
    struct emit_argument argument = {EMIT_TENSOR, tensor, NULL};
    if (tensor->direction == AST_LOCAL)
        return;
    if (tensor->n_dimensions == 0 && tensor->direction == AST_IN)
        argument.kind = EMIT_SCALAR;
    add_argument(codegen, signature, argument);
    argument.kind = EMIT_STRIDES;
    if (tensor->is_strided)
        add_argument(codegen, signature, argument);
}

/* The parameters whose values are not known, as i64, in source order. */
static void add_parameters(struct codegen *codegen,
    struct emit_signature *signature, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_parameters; i++) {
        struct emit_argument argument = {
            EMIT_PARAMETER, NULL, kernel->parameters[i]};
        if (is_argument(kernel->parameters[i]))
            add_argument(codegen, signature, argument);
    }
}

/* An empty signature with room for everything. */
static struct emit_signature new_signature(
    struct codegen *codegen, const struct ast_kernel *kernel)
{
    struct arena *arena = codegen->c->arena;
    struct emit_signature signature = {0, NULL, NULL, NULL};
    int n = 2 * kernel->n_tensors + kernel->n_parameters + 3;
    signature.arguments = ARENA_ARRAY(arena, n, struct emit_argument);
    signature.types = ARENA_ARRAY(arena, n, LLVMTypeRef);
    return signature;
}

struct emit_signature emit_get_signature(struct codegen *codegen,
    const struct ast_kernel *kernel, enum emit_entry_kind kind)
{
    struct emit_signature signature = new_signature(codegen, kernel);
    struct emit_argument workspace = {EMIT_WORKSPACE, NULL, NULL};
    struct emit_argument parallel = {EMIT_PARALLEL, NULL, NULL};
    struct emit_argument stream = {EMIT_STREAM, NULL, NULL};
    if (kind == EMIT_ON_STREAM)
        add_argument(codegen, &signature, stream);
    for (int i = 0; i < kernel->n_tensors; i++)
        add_tensor(codegen, &signature, kernel->tensors[i]);
    if (emit_has_local(kernel))
        add_argument(codegen, &signature, workspace);
    add_parameters(codegen, &signature, kernel);
    if (kind == EMIT_WITH_PARALLEL)
        add_argument(codegen, &signature, parallel);
    signature.function_type =
        LLVMFunctionType(LLVMInt32TypeInContext(codegen->context),
            signature.types, (unsigned)signature.n, false);
    return signature;
}

bool emit_kernel_has_parallel(const struct codegen_kernel *kernel)
{
    for (int i = 0; i < kernel->n_variants; i++)
        if (kernel->variants[i].program->has_parallel)
            return true;
    return false;
}

/* ---- Which variant ----------------------------------------------------- */

struct emitter *emit_switch_program(struct emitter *e,
    const struct loop_program *program, const struct emit_signature *signature)
{
    struct emitter *other = ARENA_NEW(e->c->arena, struct emitter);
    *other = *e;
    other->program = program;
    other->n_variables = program->values->n_variables;
    other->variables =
        ARENA_ARRAY(e->c->arena, other->n_variables, LLVMValueRef);
    emit_bind_parameters(other, signature);
    return other;
}

/* Is the variant for one class of sizes only? */
static bool has_class(const struct codegen_variant *variant)
{
    return variant->program->n_given > 0 || variant->program->large;
}

/* Are the sizes of the variant's class? i1. */
static LLVMValueRef emit_is_in_class(struct emitter *e,
    const struct emit_signature *signature,
    const struct codegen_variant *variant)
{
    struct emitter *one = emit_switch_program(e, variant->program, signature);
    return LLVMBuildNot(e->builder, emit_given_fail(one), "");
}

LLVMValueRef emit_matches(struct emitter *e,
    const struct emit_signature *signature,
    const struct codegen_variant *variant)
{
    LLVMValueRef all =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 1, false);
    for (int i = 0; i < variant->n_bindings; i++)
        for (int k = 0; k < signature->n; k++) {
            const struct emit_argument *argument = &signature->arguments[k];
            if (argument->kind != EMIT_PARAMETER ||
                argument->parameter->position !=
                    variant->bindings[i].parameter->position)
                continue;
            LLVMValueRef is_equal = LLVMBuildICmp(e->builder, LLVMIntEQ,
                LLVMGetParam(e->function, (unsigned)k),
                emit_i64(e, variant->bindings[i].value), "");
            all = LLVMBuildAnd(e->builder, all, is_equal, "");
        }
    if (has_class(variant))
        all = LLVMBuildAnd(
            e->builder, all, emit_is_in_class(e, signature, variant), "");
    return all;
}

/* Does "variant" bind whatever "other" binds, to the same values, so that
 * what holds for "other" in general holds for it? */
static bool is_special_case(
    const struct codegen_variant *variant, const struct codegen_variant *other)
{
    for (int i = 0; i < other->n_bindings; i++) {
        bool found = false;
        for (int k = 0; k < variant->n_bindings; k++)
            found |= variant->bindings[k].parameter->position ==
                         other->bindings[i].parameter->position &&
                     variant->bindings[k].value == other->bindings[i].value;
        if (!found)
            return false;
    }
    return true;
}

/* Is there an earlier or more general variant that can stand for it in
 * checks? All levels have the same arguments. One of a class of sizes always
 * has one for all sizes. */
static bool is_represented(const struct codegen_kernel *kernel, int i)
{
    const struct codegen_variant *variant = &kernel->variants[i];
    for (int k = 0; k < kernel->n_variants; k++) {
        const struct codegen_variant *other = &kernel->variants[k];
        bool is_smaller = other->n_bindings < variant->n_bindings ||
                          (other->n_bindings == variant->n_bindings &&
                              (k < i || has_class(variant)));
        if (k != i && !has_class(other) && is_smaller &&
            is_special_case(variant, other))
            return true;
    }
    return false;
}

void emit_return_status(struct emitter *e, int status)
{
    LLVMBuildRet(e->builder, LLVMConstInt(LLVMInt32TypeInContext(e->context),
                                 (unsigned long long)status, false));
}

LLVMBasicBlockRef emit_branch_if(struct emitter *e, LLVMValueRef condition)
{
    LLVMBasicBlockRef then = emit_block(e, "match");
    LLVMBasicBlockRef next = emit_block(e, "next");
    LLVMBuildCondBr(e->builder, condition, then, next);
    LLVMPositionBuilderAtEnd(e->builder, then);
    return next;
}

void emit_all_checks(struct emitter *e, const struct codegen_kernel *kernel,
    const struct emit_signature *signature)
{
    LLVMBasicBlockRef checked = emit_block(e, "checked");
    for (int i = 0; i < kernel->n_variants; i++) {
        const struct codegen_variant *variant = &kernel->variants[i];
        if (is_represented(kernel, i))
            continue;
        LLVMBasicBlockRef next =
            emit_branch_if(e, emit_matches(e, signature, variant));
        struct emitter *one =
            emit_switch_program(e, variant->program, signature);
        emit_checks(one, signature);
        LLVMBuildBr(e->builder, checked);
        LLVMPositionBuilderAtEnd(e->builder, next);
    }
    emit_return_status(e, STATUS_SIZE);
    LLVMPositionBuilderAtEnd(e->builder, checked);
}

/* Call a variant with our own arguments and return what it returns. */
static void emit_call_variant(struct emitter *e,
    const struct emit_signature *signature,
    const struct codegen_variant *variant, LLVMValueRef function)
{
    LLVMValueRef *arguments =
        ARENA_ARRAY(e->c->arena, signature->n + 1, LLVMValueRef);
    bool has_pool =
        signature->n > 0 &&
        signature->arguments[signature->n - 1].kind == EMIT_PARALLEL;
    int n = has_pool ? signature->n - 1 : signature->n;
    for (int i = 0; i < signature->n; i++)
        arguments[i] = LLVMGetParam(e->function, (unsigned)i);
    if (!has_pool)
        arguments[n] = LLVMConstNull(LLVMPointerTypeInContext(e->context, 0));
    if (variant->program->has_parallel)
        n++;
    LLVMValueRef call = LLVMBuildCall2(e->builder,
        LLVMGlobalGetValueType(function), function, arguments, (unsigned)n, "");
    LLVMSetTailCall(call, true);
    LLVMBuildRet(e->builder, call);
}

/* Variants of one level in their order: listed values, then the general
 * one. */
static void emit_level(struct emitter *e, const struct codegen_kernel *kernel,
    const struct emit_signature *signature, LLVMValueRef *functions,
    const struct machine *level)
{
    for (int i = 0; i < kernel->n_variants; i++) {
        const struct codegen_variant *variant = &kernel->variants[i];
        if (variant->machine != level)
            continue;
        LLVMBasicBlockRef next =
            emit_branch_if(e, emit_matches(e, signature, variant));
        emit_call_variant(e, signature, variant, functions[i]);
        LLVMPositionBuilderAtEnd(e->builder, next);
    }
    emit_return_status(e, STATUS_SIZE);
}

/* Has the kernel a variant for this ISA level? */
static bool has_level(
    const struct codegen_kernel *kernel, const struct machine *level)
{
    for (int i = 0; i < kernel->n_variants; i++)
        if (kernel->variants[i].machine == level)
            return true;
    return false;
}

/* ---- The processor ----------------------------------------------------- */

/* The i32 that remembers the level: 0 not known yet, 1 none, i + 2 for
 * codegen->levels[i]. */
static LLVMValueRef get_level_cache(struct codegen *codegen)
{
    LLVMValueRef cache = LLVMGetNamedGlobal(codegen->module, "tapc.level");
    if (cache)
        return cache;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(codegen->context);
    cache = LLVMAddGlobal(codegen->module, i32, "tapc.level");
    LLVMSetInitializer(cache, LLVMConstInt(i32, 0, false));
    LLVMSetLinkage(cache, LLVMInternalLinkage);
    LLVMSetAlignment(cache, 4);
    return cache;
}

/* Make a load or store of the i32 atomic: threads may race to fill it, and all
 * write the same. */
static void set_relaxed(LLVMValueRef access)
{
    LLVMSetOrdering(access, LLVMAtomicOrderingMonotonic);
    LLVMSetAlignment(access, 4);
}

/* int tapc.detect(void): asks the processor and remembers. Two threads may
 * do it at once; they find the same. */
static LLVMValueRef get_level_function(
    struct codegen *codegen, const struct emitter *like)
{
    const struct target *target = codegen->request->target;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(codegen->context);
    if (codegen->level_function)
        return codegen->level_function;
    struct emitter *e =
        emit_begin_function(codegen, like->program, codegen->levels.at[0],
            "tapc.detect", LLVMFunctionType(i32, NULL, 0, false));
    emit_attribute(
        codegen, e->function, LLVMAttributeFunctionIndex, "noinline");
    LLVMValueRef level = LLVMConstInt(i32, 1, false);
    for (int i = 0; i < codegen->levels.n; i++) {
        LLVMValueRef test =
            target->level_test
                ? target->level_test(codegen, e->builder, codegen->levels.at[i])
                : NULL;
        LLVMValueRef this = LLVMConstInt(i32, (unsigned long long)i + 2, false);
        level =
            test ? LLVMBuildSelect(e->builder, test, this, level, "") : this;
    }
    set_relaxed(LLVMBuildStore(e->builder, level, get_level_cache(codegen)));
    LLVMBuildRet(e->builder, level);
    codegen->level_function = e->function;
    emit_end_function(e);
    return codegen->level_function;
}

/* The level as remembered, or found now. */
static LLVMValueRef emit_get_level(struct emitter *e)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef function = get_level_function(e->codegen, e);
    LLVMBasicBlockRef unknown = emit_block(e, "unknown");
    LLVMBasicBlockRef known = emit_block(e, "known");
    LLVMValueRef cached =
        LLVMBuildLoad2(b, i32, get_level_cache(e->codegen), "");
    set_relaxed(cached);
    LLVMBasicBlockRef blocks[2] = {LLVMGetInsertBlock(b), unknown};
    LLVMBuildCondBr(b,
        LLVMBuildICmp(b, LLVMIntEQ, cached, LLVMConstInt(i32, 0, false), ""),
        unknown, known);
    LLVMPositionBuilderAtEnd(b, unknown);
    LLVMValueRef found = LLVMBuildCall2(
        b, LLVMGlobalGetValueType(function), function, NULL, 0, "");
    LLVMBuildBr(b, known);
    LLVMPositionBuilderAtEnd(b, known);
    LLVMValueRef level = LLVMBuildPhi(b, i32, "");
    LLVMValueRef values[2] = {cached, found};
    LLVMAddIncoming(level, values, blocks, 2);
    return level;
}

/* The best level this processor has, then the variant. */
static void emit_dispatch(struct emitter *e,
    const struct codegen_kernel *kernel, const struct emit_signature *signature,
    LLVMValueRef *functions)
{
    const struct codegen *codegen = e->codegen;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    if (codegen->levels.n == 1) {
        emit_level(e, kernel, signature, functions, codegen->levels.at[0]);
        return;
    }
    LLVMValueRef level = emit_get_level(e);
    for (int i = codegen->levels.n - 1; i >= 0; i--) {
        const struct machine *machine = codegen->levels.at[i];
        if (!has_level(kernel, machine))
            continue;
        LLVMValueRef least =
            LLVMConstInt(i32, (unsigned long long)i + 2, false);
        LLVMBasicBlockRef next = emit_branch_if(
            e, LLVMBuildICmp(e->builder, LLVMIntUGE, level, least, ""));
        emit_level(e, kernel, signature, functions, machine);
        LLVMPositionBuilderAtEnd(e->builder, next);
    }
    emit_return_status(e, STATUS_DEVICE);
}

/* ---- Exported functions ------------------------------------------------ */

struct emitter *emit_begin_exported(struct codegen *codegen,
    const struct codegen_kernel *kernel, const char *suffix,
    const struct emit_signature *signature)
{
    const char *name = arena_printf(
        codegen->c->arena, "%s%s", kernel->kernel->name->text, suffix);
    struct emitter *e =
        emit_begin_function(codegen, kernel->variants[0].program,
            codegen->levels.at[0], name, signature->function_type);
    LLVMSetLinkage(e->function, LLVMExternalLinkage);
    emit_describe_arguments(codegen, e->function, signature);
    return e;
}

/* An entry whole: checks first, then the variant that fits. */
static void emit_checked_entry(struct codegen *codegen,
    const struct codegen_kernel *kernel, LLVMValueRef *functions,
    bool is_parallel)
{
    struct emit_signature signature = emit_get_signature(
        codegen, kernel->kernel, is_parallel ? EMIT_WITH_PARALLEL : EMIT_PLAIN);
    struct emitter *e = emit_begin_exported(
        codegen, kernel, is_parallel ? "_parallel" : "", &signature);
    emit_all_checks(e, kernel, &signature);
    emit_dispatch(e, kernel, &signature, functions);
    emit_end_function(e);
}

/* It returns the most bytes any variant for these parameters wants, or -1 if a
 * condition does not hold or a product overflows. */
void emit_workspace_function(
    struct codegen *codegen, const struct codegen_kernel *kernel)
{
    struct emit_signature signature = new_signature(codegen, kernel->kernel);
    add_parameters(codegen, &signature, kernel->kernel);
    signature.function_type =
        LLVMFunctionType(LLVMInt64TypeInContext(codegen->context),
            signature.types, (unsigned)signature.n, false);
    struct emitter *e =
        emit_begin_exported(codegen, kernel, "_workspace", &signature);
    LLVMBuilderRef b = e->builder;
    LLVMValueRef most = emit_i64(e, -1);
    LLVMValueRef is_bad_at_all =
        LLVMConstInt(LLVMInt1TypeInContext(e->context), 0, false);
    for (int i = 0; i < kernel->n_variants; i++) {
        const struct codegen_variant *variant = &kernel->variants[i];
        struct emitter *one =
            emit_switch_program(e, variant->program, &signature);
        LLVMValueRef matches = emit_matches(e, &signature, variant);
        LLVMValueRef is_bad = emit_requires_fail(one);
        LLVMValueRef bytes = emit_workspace_bytes(one, &is_bad);
        bytes = LLVMBuildSelect(b, matches, bytes, emit_i64(e, -1), "");
        most = emit_intrinsic2(e, "llvm.smax", most, bytes);
        is_bad = LLVMBuildAnd(b, is_bad, matches, "");
        is_bad_at_all = LLVMBuildOr(b, is_bad_at_all, is_bad, "");
    }
    LLVMBuildRet(
        b, LLVMBuildSelect(b, is_bad_at_all, emit_i64(e, -1), most, ""));
    emit_end_function(e);
}

void emit_entry(struct codegen *codegen, const struct codegen_kernel *kernel,
    LLVMValueRef *functions)
{
    emit_checked_entry(codegen, kernel, functions, false);
    if (emit_kernel_has_parallel(kernel))
        emit_checked_entry(codegen, kernel, functions, true);
    if (emit_has_local(kernel->kernel))
        emit_workspace_function(codegen, kernel);
}
