/* Functions: the body of a variant, and what every function needs. */
#include "codegen/emit.h"

#include <string.h>

void emit_attribute(struct codegen *codegen, LLVMValueRef function,
    LLVMAttributeIndex index, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(
        function, index, LLVMCreateEnumAttribute(codegen->context, kind, 0));
}

/* Ids run from 0: one more than the largest of the program's arrays. */
static int count_array_ids(const struct loop_program *program)
{
    int n = 0;
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->id >= n)
            n = program->arrays[i]->id + 1;
    return n;
}

/* The tag of accesses to one array: a type of its own below the root. */
static LLVMValueRef make_alias_tag(struct emitter *e, const struct array *array)
{
    LLVMContextRef context = e->context;
    const char *name = arena_printf(
        e->c->arena, "%s.%d", array->name ? array->name->text : "", array->id);
    LLVMMetadataRef zero = LLVMValueAsMetadata(emit_i64(e, 0));
    LLVMMetadataRef type[3] = {
        LLVMMDStringInContext2(context, name, strlen(name)),
        e->codegen->alias_root, zero};
    LLVMMetadataRef node = LLVMMDNodeInContext2(context, type, 3);
    LLVMMetadataRef tag[3] = {node, node, zero};
    return LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, tag, 3));
}

/* For value_foreach: marks the registers that shifts read. */
static void mark_window(const struct value *value, void *user)
{
    struct emitter *e = user;
    if (value->kind != VALUE_SHIFT)
        return;
    for (int i = 0; i < 2; i++)
        if (value->operands[i]->kind == VALUE_LOAD)
            e->arrays[value->operands[i]->array->id].is_window = true;
}

/* Mark them in all statements at and below a node. */
static void mark_windows(struct emitter *e, const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN)
        value_foreach(node->value, mark_window, e);
    for (int i = 0; i < node->n_children; i++)
        mark_windows(e, node->children[i]);
}

/* What an emitter knows before it has arguments. */
static struct emitter *new_emitter(struct codegen *codegen,
    const struct loop_program *program, const struct machine *machine)
{
    struct arena *arena = codegen->c->arena;
    struct emitter *e = ARENA_NEW(arena, struct emitter);
    e->codegen = codegen;
    e->c = codegen->c;
    e->program = program;
    e->machine = machine;
    e->context = codegen->context;
    e->n_variables = program->values->n_variables;
    e->variables = ARENA_ARRAY(arena, e->n_variables, LLVMValueRef);
    e->depths = ARENA_ARRAY(arena, e->n_variables, int);
    e->n_arrays = count_array_ids(program);
    e->arrays = ARENA_ARRAY(arena, e->n_arrays, struct emit_array);
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        e->arrays[array->id].array = array;
        e->arrays[array->id].alias = array->view_of
                                         ? e->arrays[array->view_of->id].alias
                                         : make_alias_tag(e, array);
    }
    return e;
}

struct emitter *emit_begin_function(struct codegen *codegen,
    const struct loop_program *program, const struct machine *machine,
    const char *name, LLVMTypeRef type)
{
    struct emitter *e = new_emitter(codegen, program, machine);
    e->function = LLVMAddFunction(codegen->module, name, type);
    LLVMSetLinkage(e->function, LLVMInternalLinkage);
    emit_attribute(
        codegen, e->function, LLVMAttributeFunctionIndex, "nounwind");
    if (codegen->request->target->begin_function)
        codegen->request->target->begin_function(codegen, e->function, machine);
    e->builder = LLVMCreateBuilderInContext(e->context);
    e->entry = emit_block(e, "entry");
    LLVMBasicBlockRef body = emit_block(e, "body");
    LLVMPositionBuilderAtEnd(e->builder, e->entry);
    LLVMBuildBr(e->builder, body);
    LLVMPositionBuilderAtEnd(e->builder, body);
    emit_debug_function(e, name);
    return e;
}

void emit_end_function(struct emitter *e)
{
    LLVMDisposeBuilder(e->builder);
    e->builder = NULL;
}

/* ---- Arrays ------------------------------------------------------------ */

/* Elements of an array with constant extents. */
static int64_t count_stack_elements(
    struct emitter *e, const struct array *array)
{
    int64_t n = 1;
    for (int i = 0; i < array->n_axes; i++)
        n *= array_axis_extent(e->program->values, array, i)->constant;
    return n;
}

LLVMValueRef emit_alloca(struct emitter *e, LLVMTypeRef type, const char *name)
{
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->builder);
    LLVMMetadataRef place = LLVMGetCurrentDebugLocation2(e->builder);
    LLVMPositionBuilderBefore(
        e->builder, LLVMGetBasicBlockTerminator(e->entry));
    LLVMValueRef result = LLVMBuildAlloca(e->builder, type, name);
    LLVMPositionBuilderAtEnd(e->builder, here);
    LLVMSetCurrentDebugLocation2(e->builder, place);
    return result;
}

struct emit_array *emit_get_place(struct emitter *e, const struct array *array)
{
    struct emit_array *place = &e->arrays[array->id];
    const char *name = array->name ? array->name->text : "";
    if (place->base)
        return place;
    if (array->kind == ARRAY_REGISTER) {
        place->base = emit_alloca(e, emit_register_type(e, array), name);
    } else if (array->kind == ARRAY_STACK) {
        LLVMTypeRef type = LLVMArrayType2(codegen_type(e->context, array->type),
            (uint64_t)count_stack_elements(e, array));
        place->base = emit_alloca(e, type, name);
        LLVMSetAlignment(place->base, 64);
        emit_strides(e, array, NULL);
    } else if (array->kind == ARRAY_SHARED) {
        place->base = emit_shared(e, array, count_stack_elements(e, array));
        emit_strides(e, array, NULL);
    } else {
        diag_internal(
            e->c->diag, array->range, "array '%s' has no place", name);
        place->base = LLVMGetUndef(LLVMPointerTypeInContext(e->context, 0));
        emit_strides(e, array, NULL);
    }
    return place;
}

/* Locals, one after the other in the workspace, each at a multiple of 64. */
static void place_locals(struct emitter *e, LLVMValueRef workspace)
{
    LLVMTypeRef i8 = LLVMInt8TypeInContext(e->context);
    LLVMValueRef offset = emit_i64(e, 0);
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (array->kind != ARRAY_LOCAL)
            continue;
        struct emit_array *place = &e->arrays[array->id];
        place->base = LLVMBuildGEP2(e->builder, i8, workspace, &offset, 1, "");
        emit_strides(e, array, NULL);
        LLVMValueRef bytes = emit_i64(e, codegen_size_bytes(array->type));
        for (int k = 0; k < array->n_axes; k++)
            bytes = LLVMBuildMul(e->builder, bytes,
                emit_affine(e, array_axis_extent(e->program->values, array, k)),
                "");
        offset = LLVMBuildAdd(e->builder, offset, bytes, "");
        offset = LLVMBuildAnd(e->builder,
            LLVMBuildAdd(e->builder, offset, emit_i64(e, 63), ""),
            emit_i64(e, -64), "");
    }
}

void emit_bind_parameters(
    struct emitter *e, const struct emit_signature *signature)
{
    const struct loop_program *program = e->program;
    for (int i = 0; i < program->n_parameters; i++)
        for (int k = 0; k < signature->n; k++) {
            const struct emit_argument *argument = &signature->arguments[k];
            if (argument->kind == EMIT_PARAMETER &&
                argument->parameter->position == program->declared[i]->position)
                e->variables[program->parameters[i]->id] =
                    LLVMGetParam(e->function, (unsigned)k);
        }
}

/* Arrays, parameters and the thread pool from the arguments. */
static void bind_arguments(
    struct emitter *e, const struct emit_signature *signature)
{
    emit_bind_parameters(e, signature);
    for (int k = 0; k < signature->n; k++) {
        const struct emit_argument *argument = &signature->arguments[k];
        LLVMValueRef value = LLVMGetParam(e->function, (unsigned)k);
        if (argument->kind == EMIT_WORKSPACE)
            place_locals(e, value);
        if (argument->kind == EMIT_PARALLEL)
            e->parallel = value;
        if (argument->kind != EMIT_TENSOR && argument->kind != EMIT_SCALAR)
            continue;
        const struct array *array =
            e->program->arrays[argument->tensor->position];
        e->arrays[array->id].base = value;
        if (argument->kind == EMIT_TENSOR)
            emit_strides(e, array,
                array->is_strided ? LLVMGetParam(e->function, (unsigned)k + 1)
                                  : NULL);
    }
}

/* Views are where their arrays are. */
static void bind_views(struct emitter *e)
{
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (array->kind != ARRAY_VIEW)
            continue;
        e->arrays[array->id].base = e->arrays[array->view_of->id].base;
        emit_strides(e, array, NULL);
    }
}

/* What lies before the first line of memory of arrays, and what is known of
 * it. */
static void bind_heads(struct emitter *e)
{
    struct value_context *v = e->program->values;
    for (int i = 0; i < e->program->n_heads; i++) {
        const struct loop_head *head = &e->program->heads[i];
        int64_t bytes = codegen_size_bytes(head->array->type);
        LLVMValueRef at =
            LLVMBuildPtrToInt(e->builder, e->arrays[head->array->id].base,
                LLVMInt64TypeInContext(e->context), "");
        at = LLVMBuildUDiv(e->builder, at, emit_i64(e, bytes), "");
        e->variables[head->variable->id] =
            LLVMBuildAnd(e->builder, LLVMBuildNeg(e->builder, at, ""),
                emit_i64(e, head->n_elements - 1), "");
        const struct affine *form = affine_variable(v, head->variable);
        VECTOR_PUSH(e->c->arena, &e->facts, form);
        VECTOR_PUSH(e->c->arena, &e->facts,
            affine_shift(v, affine_scale(v, form, -1), head->n_elements - 1));
    }
}

/* Requires that every fact "all of ... >= 0" holds: the entry checked. */
static void push_requires(struct emitter *e)
{
    for (int i = 0; i < e->program->n_requires; i++) {
        const struct guard *guard = e->program->requires[i];
        for (int k = 0;
             guard && guard->n_clauses == 1 && k < guard->clauses[0].n; k++)
            VECTOR_PUSH(e->c->arena, &e->facts, guard->clauses[0].terms[k]);
    }
}

/* Nothing is said about the upper bits of narrow scalars: calling conventions
 * differ, and most leave them undefined. */
void emit_describe_arguments(struct codegen *codegen, LLVMValueRef function,
    const struct emit_signature *signature)
{
    for (int i = 0; i < signature->n; i++) {
        const struct emit_argument *argument = &signature->arguments[i];
        LLVMAttributeIndex index = (LLVMAttributeIndex)i + 1;
        const char *name =
            argument->kind == EMIT_PARAMETER   ? argument->parameter->name->text
            : argument->kind == EMIT_WORKSPACE ? "workspace"
            : argument->kind == EMIT_PARALLEL  ? "parallel"
            : argument->kind == EMIT_STREAM    ? "stream"
                                               : argument->tensor->name->text;
        LLVMSetValueName2(
            LLVMGetParam(function, (unsigned)i), name, strlen(name));
        if (argument->kind == EMIT_TENSOR || argument->kind == EMIT_WORKSPACE)
            emit_attribute(codegen, function, index, "noalias");
        if (argument->kind == EMIT_STRIDES ||
            (argument->kind == EMIT_TENSOR &&
                argument->tensor->direction == AST_IN))
            emit_attribute(codegen, function, index, "readonly");
    }
}

/* Is the last stride of all strided arrays 1? NULL without any. */
static LLVMValueRef emit_is_dense(struct emitter *e)
{
    LLVMValueRef all = NULL;
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (!array->is_strided || array->n_axes == 0)
            continue;
        LLVMValueRef last = e->arrays[array->id].strides[array->n_axes - 1];
        LLVMValueRef is_one =
            LLVMBuildICmp(e->builder, LLVMIntEQ, last, emit_i64(e, 1), "");
        all = all ? LLVMBuildAnd(e->builder, all, is_one, "") : is_one;
    }
    return all;
}

/* From here on the last strides are known to be 1. */
static void assume_dense(struct emitter *e)
{
    for (int i = 0; i < e->program->n_arrays; i++) {
        const struct array *array = e->program->arrays[i];
        if (array->is_strided && array->n_axes > 0)
            e->arrays[array->id].strides[array->n_axes - 1] = emit_i64(e, 1);
    }
}

void emit_order_stores(struct emitter *e)
{
    const struct target *target = e->codegen->request->target;
    if (!e->has_nontemporal)
        return;
    if (target->order_stores)
        target->order_stores(e->codegen, e->builder);
    else
        LLVMBuildFence(e->builder, LLVMAtomicOrderingRelease, false, "");
}

/* Where there are run-time strides a second time for the case that
 * neighbours are neighbours in memory, the only one in which vectors pay. */
void emit_body(struct emitter *e, void (*body)(struct emitter *))
{
    LLVMValueRef is_dense = emit_is_dense(e);
    LLVMBasicBlockRef dense, other, join;
    if (!is_dense) {
        body(e);
        return;
    }
    dense = emit_block(e, "dense");
    other = emit_block(e, "strided");
    join = emit_block(e, "join");
    LLVMBuildCondBr(e->builder, is_dense, dense, other);
    LLVMPositionBuilderAtEnd(e->builder, other);
    body(e);
    LLVMBuildBr(e->builder, join);
    LLVMPositionBuilderAtEnd(e->builder, dense);
    assume_dense(e);
    body(e);
    LLVMBuildBr(e->builder, join);
    LLVMPositionBuilderAtEnd(e->builder, join);
}

void emit_bind_arguments(
    struct emitter *e, const struct emit_signature *signature)
{
    emit_describe_arguments(e->codegen, e->function, signature);
    mark_windows(e, e->program->body);
    push_requires(e);
    bind_arguments(e, signature);
    bind_views(e);
    bind_heads(e);
}

/* The loops of the program. */
static void emit_program(struct emitter *e)
{
    emit_node(e, e->program->body);
}

LLVMValueRef emit_variant(struct codegen *codegen,
    const struct codegen_kernel *kernel, const struct codegen_variant *variant)
{
    const struct loop_program *program = variant->program;
    struct emit_signature signature =
        emit_get_signature(codegen, kernel->kernel,
            program->has_parallel ? EMIT_WITH_PARALLEL : EMIT_PLAIN);
    struct emitter *e = emit_begin_function(codegen, program, variant->machine,
        codegen_variant_symbol(codegen->c, kernel->kernel, variant),
        signature.function_type);
    emit_bind_arguments(e, &signature);
    emit_body(e, emit_program);
    emit_order_stores(e);
    LLVMBuildRet(
        e->builder, LLVMConstInt(LLVMInt32TypeInContext(e->context), 0, false));
    LLVMValueRef function = e->function;
    emit_end_function(e);
    return function;
}
