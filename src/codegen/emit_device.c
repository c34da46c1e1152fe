/* What a GPU runs: a function that the host starts for each variant, whose
 * blocks are those of all sections one after the other.
 *
 * A section's blocks, or in a flat one its threads, are counted by one number,
 * which is taken apart into those of its loops, the last one fastest. Numbers
 * are 32 bits where they are known to fit, since division is slow.
 *
 * Accesses of several elements at once need arguments that are aligned. There
 * is a second function for those that are not, if it would differ: the caller
 * looks at the pointers once, and no thread has to.
 */
#include "codegen/emit.h"

#include <string.h>

enum { VECTOR_BYTES = 16, MAX_NARROW = INT32_MAX };

/* ---- Numbers of iterations --------------------------------------------- */

/* The value of a constant, or -1. */
static int64_t get_constant(LLVMValueRef value)
{
    return LLVMIsAConstantInt(value) ? LLVMConstIntGetSExtValue(value) : -1;
}

/* Iterations of the loops of a region, and their product. */
static LLVMValueRef emit_counts(struct emitter *e, int n,
    const struct loop_node *const *loops, LLVMValueRef *counts)
{
    LLVMValueRef total = emit_i64(e, 1);
    for (int i = 0; i < n; i++) {
        counts[i] = emit_count(e, emit_lower(e, loops[i]),
            emit_upper(e, loops[i]), loops[i]->step);
        total = LLVMBuildMul(e->builder, total, counts[i], "");
    }
    return total;
}

LLVMValueRef emit_section_blocks(
    struct emitter *e, const struct loop_section *section)
{
    LLVMValueRef *counts =
        ARENA_ARRAY(e->c->arena, section->n_loops, LLVMValueRef);
    LLVMValueRef total =
        emit_counts(e, section->n_loops, section->loops, counts);
    int64_t n = e->program->n_threads;
    if (!section->is_flat)
        return total;
    total = LLVMBuildAdd(e->builder, total, emit_i64(e, n - 1), "");
    return LLVMBuildUDiv(e->builder, total, emit_i64(e, n), "");
}

/* A quotient and what is left. */
struct division {
    LLVMValueRef quotient;
    LLVMValueRef rest;
};

/* a / b and a % b of 64 bits in 32: right if both fit. */
static struct division divide_narrow(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMTypeRef type = LLVMTypeOf(a);
    struct division result;
    a = LLVMBuildTrunc(e->builder, a, i32, "");
    b = LLVMBuildTrunc(e->builder, b, i32, "");
    result.quotient = LLVMBuildZExt(
        e->builder, LLVMBuildUDiv(e->builder, a, b, ""), type, "");
    result.rest = LLVMBuildZExt(
        e->builder, LLVMBuildURem(e->builder, a, b, ""), type, "");
    return result;
}

/* The same, bit by bit from the highest: slow, but unlike the instruction no
 * call, across which registers would have to be kept in memory. */
static struct division divide_by_bits(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b)
{
    LLVMBuilderRef builder = e->builder;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(builder);
    LLVMBasicBlockRef loop = emit_block(e, "bit");
    LLVMBasicBlockRef after = emit_block(e, "divided");
    LLVMTypeRef i64 = LLVMTypeOf(a);
    LLVMValueRef zero = emit_i64(e, 0), one = emit_i64(e, 1);
    LLVMBuildBr(builder, loop);
    LLVMPositionBuilderAtEnd(builder, loop);
    LLVMValueRef bit = LLVMBuildPhi(builder, i64, "");
    LLVMValueRef rest = LLVMBuildPhi(builder, i64, "");
    LLVMValueRef quotient = LLVMBuildPhi(builder, i64, "");
    LLVMValueRef next =
        LLVMBuildAnd(builder, LLVMBuildLShr(builder, a, bit, ""), one, "");
    next = LLVMBuildOr(builder, LLVMBuildShl(builder, rest, one, ""), next, "");
    LLVMValueRef fits = LLVMBuildICmp(builder, LLVMIntUGE, next, b, "");
    LLVMValueRef less = LLVMBuildSub(builder, next, b, "");
    LLVMValueRef set =
        LLVMBuildOr(builder, quotient, LLVMBuildShl(builder, one, bit, ""), "");
    LLVMValueRef ends[3] = {LLVMBuildSub(builder, bit, one, ""),
        LLVMBuildSelect(builder, fits, less, next, ""),
        LLVMBuildSelect(builder, fits, set, quotient, "")};
    LLVMValueRef is_last = LLVMBuildICmp(builder, LLVMIntEQ, bit, zero, "");
    LLVMBuildCondBr(builder, is_last, after, loop);
    LLVMAddIncoming(bit, (LLVMValueRef[]){emit_i64(e, 63), ends[0]},
        (LLVMBasicBlockRef[]){before, loop}, 2);
    LLVMAddIncoming(rest, (LLVMValueRef[]){zero, ends[1]},
        (LLVMBasicBlockRef[]){before, loop}, 2);
    LLVMAddIncoming(quotient, (LLVMValueRef[]){zero, ends[2]},
        (LLVMBasicBlockRef[]){before, loop}, 2);
    LLVMPositionBuilderAtEnd(builder, after);
    return (struct division){ends[2], ends[1]};
}

/* The same, in whichever way the numbers allow. */
static struct division divide_wide(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b)
{
    LLVMBuilderRef builder = e->builder;
    LLVMBasicBlockRef blocks[2] = {
        emit_block(e, "narrow"), emit_block(e, "wide")};
    LLVMBasicBlockRef join = emit_block(e, "join");
    LLVMValueRef high = LLVMBuildLShr(
        builder, LLVMBuildOr(builder, a, b, ""), emit_i64(e, 32), "");
    struct division parts[2], result;
    LLVMBuildCondBr(builder,
        LLVMBuildICmp(builder, LLVMIntEQ, high, emit_i64(e, 0), ""), blocks[0],
        blocks[1]);
    for (int i = 0; i < 2; i++) {
        LLVMPositionBuilderAtEnd(builder, blocks[i]);
        parts[i] = i ? divide_by_bits(e, a, b) : divide_narrow(e, a, b);
        blocks[i] = LLVMGetInsertBlock(builder);
        LLVMBuildBr(builder, join);
    }
    LLVMPositionBuilderAtEnd(builder, join);
    result.quotient = LLVMBuildPhi(builder, LLVMTypeOf(a), "");
    result.rest = LLVMBuildPhi(builder, LLVMTypeOf(a), "");
    for (int i = 0; i < 2; i++) {
        LLVMAddIncoming(result.quotient, &parts[i].quotient, &blocks[i], 1);
        LLVMAddIncoming(result.rest, &parts[i].rest, &blocks[i], 1);
    }
    return result;
}

/* Division of a number of iterations: constants need no care. */
static struct division divide(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b, bool is_narrow)
{
    if (!is_narrow && !LLVMIsAConstantInt(b))
        return divide_wide(e, a, b);
    return (struct division){LLVMBuildUDiv(e->builder, a, b, ""),
        LLVMBuildURem(e->builder, a, b, "")};
}

/* As many bits as the number is known to need. */
static LLVMValueRef narrow(
    struct emitter *e, LLVMValueRef value, bool is_narrow)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    return is_narrow ? LLVMBuildTrunc(e->builder, value, i32, "") : value;
}

/* Enter the loops of a region at iteration "number" of all, an i64 known to be
 * below their product. "is_narrow": it fits 32 bits. */
static void enter_loops(struct emitter *e, int n,
    const struct loop_node *const *loops, LLVMValueRef number, bool is_narrow)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    LLVMValueRef *counts = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    LLVMValueRef *numbers = ARENA_ARRAY(e->c->arena, n, LLVMValueRef);
    emit_counts(e, n, loops, counts);
    number = narrow(e, number, is_narrow);
    for (int i = n - 1; i >= 0; i--) {
        LLVMValueRef count = narrow(e, counts[i], is_narrow);
        struct division parts = {NULL, number};
        if (i > 0)
            parts = divide(e, number, count, is_narrow);
        numbers[i] = parts.rest;
        number = parts.quotient;
        numbers[i] =
            is_narrow ? LLVMBuildZExt(b, numbers[i], i64, "") : numbers[i];
    }
    for (int i = 0; i < n; i++)
        emit_enter_loop(e, loops[i], numbers[i]);
}

/* The block's number, or the thread's, as an i64. */
static LLVMValueRef read_index(struct emitter *e, enum target_index index)
{
    LLVMValueRef value =
        e->codegen->request->target->read_index(e->codegen, e->builder, index);
    return LLVMBuildZExt(
        e->builder, value, LLVMInt64TypeInContext(e->context), "");
}

/* ---- Threads of a block ------------------------------------------------ */

/* A region of loops and how many iterations it has. */
struct thread_region {
    int n_loops;
    const struct loop_node **loops;
    bool is_narrow;
};

/* One iteration of a region, for emit_counted_loop. */
static void emit_iteration(
    struct emitter *e, LLVMValueRef number, const void *user)
{
    const struct thread_region *region = user;
    int n_loops = e->loops.n;
    enter_loops(e, region->n_loops, region->loops, number, region->is_narrow);
    emit_children(e, region->loops[region->n_loops - 1]);
    e->loops.n = n_loops;
}

/* For emit_if: the iteration of the thread's own number. */
static void emit_own_iteration(struct emitter *e, const void *user)
{
    emit_iteration(e, read_index(e, TARGET_THREAD), user);
}

void emit_thread_region(struct emitter *e, const struct loop_node *node)
{
    struct thread_region region = {0};
    LLVMValueRef *counts, total;
    int64_t n_threads = e->program->n_threads;
    LLVMValueRef thread = read_index(e, TARGET_THREAD);
    region.n_loops = loop_list_region(e->c->arena, node, &region.loops);
    counts = ARENA_ARRAY(e->c->arena, region.n_loops, LLVMValueRef);
    total = emit_counts(e, region.n_loops, region.loops, counts);
    int64_t n = get_constant(total);
    region.is_narrow = n >= 0 && n <= MAX_NARROW;
    if (n == n_threads)
        emit_own_iteration(e, &region);
    else if (n >= 0 && n < n_threads)
        emit_if(e, LLVMBuildICmp(e->builder, LLVMIntULT, thread, total, ""),
            emit_own_iteration, &region);
    else
        emit_counted_loop(
            e, thread, total, n_threads, NULL, emit_iteration, &region);
}

void emit_barrier(struct emitter *e)
{
    e->codegen->request->target->wait(e->codegen, e->builder);
}

void emit_commit(struct emitter *e)
{
    e->codegen->request->target->commit(e->codegen, e->builder);
}

void emit_wait(struct emitter *e, int64_t n_groups)
{
    e->codegen->request->target->wait_groups(e->codegen, e->builder, n_groups);
}

bool emit_copy_ahead(struct emitter *e, const struct loop_node *node)
{
    const struct value *load = node->value;
    unsigned element = (unsigned)codegen_size_bytes(load->array->type);
    unsigned n_bytes = (unsigned)emit_n_lanes(e) * element;
    if (n_bytes > element && emit_lanes_alignment(e, load->array) < n_bytes)
        return false;
    struct emit_address to = emit_get_address(e, node->array, node->index);
    struct emit_address from = emit_get_address(e, load->array, load->index);
    e->codegen->request->target->copy(
        e->codegen, e->builder, to.pointer, from.pointer, (int)n_bytes);
    return true;
}

/* ---- Sections ---------------------------------------------------------- */

/* A section, and the first block of it. */
struct placed_section {
    struct loop_section section;
    LLVMValueRef first;
};

/* A flat section: each thread of the grid one iteration, while there are. */
static void emit_flat_section(
    struct emitter *e, const struct loop_section *section, LLVMValueRef block)
{
    LLVMBuilderRef b = e->builder;
    struct thread_region region = {section->n_loops, section->loops, false};
    LLVMValueRef *counts =
        ARENA_ARRAY(e->c->arena, section->n_loops, LLVMValueRef);
    LLVMValueRef total =
        emit_counts(e, section->n_loops, section->loops, counts);
    LLVMValueRef number = LLVMBuildNUWAdd(b,
        LLVMBuildNUWMul(b, block, emit_i64(e, e->program->n_threads), ""),
        read_index(e, TARGET_THREAD), "");
    int64_t n = get_constant(total);
    region.is_narrow = n >= 0 && n <= MAX_NARROW;
    LLVMBasicBlockRef then = emit_block(e, "thread");
    LLVMBasicBlockRef join = emit_block(e, "join");
    if (n >= 0 && n % e->program->n_threads == 0)
        LLVMBuildBr(b, then);
    else
        LLVMBuildCondBr(
            b, LLVMBuildICmp(b, LLVMIntULT, number, total, ""), then, join);
    LLVMPositionBuilderAtEnd(b, then);
    emit_iteration(e, number, &region);
    LLVMBuildBr(b, join);
    LLVMPositionBuilderAtEnd(b, join);
}

/* For emit_if: the section, run by this block. */
static void emit_section(struct emitter *e, const void *user)
{
    const struct placed_section *placed = user;
    const struct loop_section *section = &placed->section;
    int n_loops = e->loops.n;
    LLVMValueRef block = LLVMBuildSub(
        e->builder, read_index(e, TARGET_BLOCK), placed->first, "");
    if (section->is_flat) {
        emit_flat_section(e, section, block);
        return;
    }
    enter_loops(e, section->n_loops, section->loops, block, true);
    emit_children(e, section->loops[section->n_loops - 1]);
    e->loops.n = n_loops;
}

/* All sections: each is for the blocks from its first one on, as many as it
 * has. */
static void emit_sections(struct emitter *e)
{
    LLVMBuilderRef b = e->builder;
    int n;
    struct loop_section *sections =
        loop_list_sections(e->c->arena, e->program, &n);
    LLVMValueRef first = emit_i64(e, 0);
    for (int i = 0; i < n; i++) {
        struct placed_section placed = {sections[i], first};
        LLVMValueRef block = read_index(e, TARGET_BLOCK);
        LLVMValueRef next =
            LLVMBuildAdd(b, first, emit_section_blocks(e, &sections[i]), "");
        LLVMValueRef is_here =
            LLVMBuildAnd(b, LLVMBuildICmp(b, LLVMIntUGE, block, first, ""),
                LLVMBuildICmp(b, LLVMIntULT, block, next, ""), "");
        emit_if(e, n > 1 ? is_here : NULL, emit_section, &placed);
        first = next;
    }
}

/* ---- Memory ------------------------------------------------------------ */

/* The function at hand wants an argument at a multiple of "bytes". */
static void note_alignment(struct emitter *e, int position, unsigned bytes)
{
    struct codegen *codegen = e->codegen;
    struct codegen_alignment alignment = {e->symbol, position, bytes};
    if (codegen_get_alignment(codegen, e->symbol, position) < bytes)
        VECTOR_PUSH(e->c->arena, &codegen->alignments, alignment);
}

unsigned emit_lanes_alignment(struct emitter *e, const struct array *array)
{
    int64_t element = codegen_size_bytes(array->type);
    int64_t bytes = emit_n_lanes(e) * element;
    enum array_kind kind = array_base(array)->kind;
    bool is_argument = kind != ARRAY_SHARED && kind != ARRAY_STACK;
    if (bytes > VECTOR_BYTES)
        bytes = VECTOR_BYTES;
    if (!is_argument)
        return (unsigned)bytes;
    if (!e->is_aligned || bytes == element)
        return (unsigned)element;
    note_alignment(e, kind == ARRAY_LOCAL ? -1 : array_base(array)->position,
        (unsigned)bytes);
    return (unsigned)bytes;
}

/* The type lanes have elsewhere. */
static LLVMTypeRef get_lanes_type(struct emitter *e, const struct array *array)
{
    unsigned bits = (unsigned)dtype_bits(array->type);
    return emit_lanes_type(e, LLVMIntTypeInContext(e->context, bits));
}

/* The type lanes have in memory: vectors of elements below 32 bits would be
 * loaded one by one, so that theirs is one of 32-bit integers, or one integer
 * if they do not fill one. Arrays of a thread are registers in the end. */
static LLVMTypeRef get_wide_type(
    struct emitter *e, const struct array *array, unsigned alignment)
{
    unsigned bits = (unsigned)dtype_bits(array->type);
    unsigned n = (unsigned)emit_n_lanes(e);
    if (array->kind == ARRAY_STACK || bits >= 32 || alignment * 8 <= bits)
        return get_lanes_type(e, array);
    if (n * bits % 32 != 0)
        return LLVMIntTypeInContext(e->context, n * bits);
    return LLVMVectorType(LLVMInt32TypeInContext(e->context), n * bits / 32);
}

LLVMValueRef emit_wide_load(
    struct emitter *e, const struct array *array, LLVMValueRef pointer)
{
    unsigned alignment = emit_lanes_alignment(e, array);
    LLVMValueRef load = LLVMBuildLoad2(
        e->builder, get_wide_type(e, array, alignment), pointer, "");
    LLVMSetAlignment(load, alignment);
    emit_tag(e, array, load);
    return LLVMBuildBitCast(e->builder, load, get_lanes_type(e, array), "");
}

/* Four bytes from lane "first" on as a word. */
static LLVMValueRef join_word(struct emitter *e, LLVMValueRef lanes, int first)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef word = LLVMConstInt(i32, 0, false);
    for (int i = 0; i < 4; i++) {
        LLVMValueRef at =
            LLVMConstInt(i32, (unsigned long long)(first + i), false);
        LLVMValueRef lane = LLVMBuildZExt(
            b, LLVMBuildExtractElement(b, lanes, at, ""), i32, "");
        LLVMValueRef bits =
            LLVMConstInt(i32, (unsigned long long)(8 * i), false);
        word = LLVMBuildOr(b, word, LLVMBuildShl(b, lane, bits, ""), "");
    }
    return word;
}

/* The lanes as "type". Words are put together from bytes one by one: the store
 * of a whole vector of bytes seen as words would be one of bytes again, in
 * pieces of a word each. */
static LLVMValueRef join_lanes(
    struct emitter *e, LLVMValueRef lanes, LLVMTypeRef type)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMTypeRef element = LLVMGetElementType(LLVMTypeOf(lanes));
    bool is_vector = LLVMGetTypeKind(type) == LLVMVectorTypeKind;
    if (!is_vector || LLVMGetIntTypeWidth(element) != 8 ||
        type == LLVMTypeOf(lanes))
        return LLVMBuildBitCast(e->builder, lanes, type, "");
    LLVMValueRef result = LLVMGetPoison(type);
    for (unsigned i = 0; i < LLVMGetVectorSize(type); i++)
        result = LLVMBuildInsertElement(e->builder, result,
            join_word(e, lanes, 4 * (int)i), LLVMConstInt(i32, i, false), "");
    return result;
}

LLVMValueRef emit_wide_store(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value)
{
    unsigned alignment = emit_lanes_alignment(e, array);
    value = join_lanes(e, value, get_wide_type(e, array, alignment));
    LLVMValueRef store = LLVMBuildStore(e->builder, value, pointer);
    LLVMSetAlignment(store, alignment);
    return store;
}

LLVMValueRef emit_shared(
    struct emitter *e, const struct array *array, int64_t n_elements)
{
    LLVMTypeRef type = LLVMArrayType2(
        codegen_type(e->context, array->type), (uint64_t)n_elements);
    size_t length;
    const char *name = arena_printf(e->c->arena, "%s$shared%d",
        LLVMGetValueName2(e->function, &length), array->id);
    LLVMValueRef global = LLVMAddGlobalInAddressSpace(e->codegen->module, type,
        name, e->codegen->request->target->shared_space);
    LLVMSetInitializer(global, LLVMGetUndef(type));
    LLVMSetLinkage(global, LLVMInternalLinkage);
    LLVMSetAlignment(global, VECTOR_BYTES);
    return global;
}

/* ---- Functions --------------------------------------------------------- */

const char *codegen_device_symbol(struct compilation *c,
    const struct ast_kernel *kernel, const struct codegen_variant *variant,
    bool is_aligned)
{
    struct text text = text_new(c->arena);
    text_append(&text, kernel->name->text);
    for (int i = 0; i < variant->n_bindings; i++)
        text_printf(&text, "$%s%lld",
            variant->bindings[i].parameter->name->text,
            (long long)variant->bindings[i].value);
    if (variant->size_class)
        text_printf(&text, "$%d", variant->size_class);
    text_append(&text, is_aligned ? "" : "$any");
    return text.at;
}

/* Strides are in the arguments themselves, not behind a pointer. */
static void pass_strides_by_value(struct codegen *codegen,
    LLVMValueRef function, const struct emit_signature *signature)
{
    static const char name[] = "byval";
    unsigned kind = LLVMGetEnumAttributeKindForName(name, sizeof name - 1);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(codegen->context);
    for (int i = 0; i < signature->n; i++) {
        if (signature->arguments[i].kind != EMIT_STRIDES)
            continue;
        int n = signature->arguments[i].tensor->n_dimensions;
        LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)i + 1,
            LLVMCreateTypeAttribute(
                codegen->context, kind, LLVMArrayType2(i64, (uint64_t)n)));
    }
}

/* One function. */
static void emit_device_function(struct codegen *codegen,
    const struct codegen_kernel *kernel, const struct codegen_variant *variant,
    bool is_aligned)
{
    struct emit_signature signature =
        emit_get_signature(codegen, kernel->kernel, EMIT_PLAIN);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(codegen->context),
        signature.types, (unsigned)signature.n, false);
    const char *symbol =
        codegen_device_symbol(codegen->c, kernel->kernel, variant, is_aligned);
    struct emitter *e = emit_begin_function(
        codegen, variant->program, variant->machine, symbol, type);
    LLVMSetLinkage(e->function, LLVMExternalLinkage);
    codegen->request->target->mark_kernel(
        codegen, e->function, variant->program->n_threads);
    pass_strides_by_value(codegen, e->function, &signature);
    e->is_aligned = is_aligned;
    e->symbol = symbol;
    emit_bind_arguments(e, &signature);
    emit_body(e, emit_sections);
    LLVMBuildRetVoid(e->builder);
    emit_end_function(e);
}

void emit_device_variant(struct codegen *codegen,
    const struct codegen_kernel *kernel, const struct codegen_variant *variant)
{
    int n = codegen->alignments.n;
    emit_device_function(codegen, kernel, variant, true);
    if (codegen->alignments.n > n)
        emit_device_function(codegen, kernel, variant, false);
}
