/* Addresses, and loads and stores of elements and registers. An address is
 * the array's base plus, term by term, variable * (coefficient * stride),
 * loops from outside to inside and constants last, so that what does not
 * change in a loop can be moved out of it and neighbours share the rest. */
#include "codegen/emit.h"

#include <string.h>

/* One term of an offset in elements: "variable" (NULL: 1) * "factor". */
struct offset_term {
    const struct variable *variable;
    LLVMValueRef factor;
    int depth;
};

struct offset {
    VECTOR(struct offset_term) terms;
    LLVMValueRef lane_factor; /* NULL: the lane does not occur outside atoms */
    LLVMValueRef vector;      /* sum of terms that vary inside atoms */
};

/* a * factor, without an instruction where one of them is 1. */
static LLVMValueRef multiply(
    struct emitter *e, LLVMValueRef a, LLVMValueRef factor)
{
    if (LLVMIsAConstantInt(factor) && LLVMConstIntGetSExtValue(factor) == 1)
        return a;
    if (LLVMIsAConstantInt(a) && LLVMConstIntGetSExtValue(a) == 1)
        return factor;
    return LLVMBuildNSWMul(e->builder, a, factor, "");
}

/* a + b; "a" may be NULL. */
static LLVMValueRef add(struct emitter *e, LLVMValueRef a, LLVMValueRef b)
{
    return a ? LLVMBuildNSWAdd(e->builder, a, b, "") : b;
}

/* How many loops around must run before the variable is known. */
static int get_depth(const struct emitter *e, const struct variable *variable)
{
    if (!variable->of)
        return variable->id < e->n_variables ? e->depths[variable->id] : 0;
    int depth = 0;
    for (int i = 0; i < variable->of->n_terms; i++) {
        int one = get_depth(e, variable->of->terms[i].variable);
        depth = one > depth ? one : depth;
    }
    return depth;
}

/* Does the statement's lane occur in the variable? */
static bool varies(const struct emitter *e, const struct variable *variable)
{
    if (!e->lane)
        return false;
    return variable == e->lane ||
           (variable->of && affine_has(variable->of, e->lane));
}

/* Add variable * factor. */
static void add_term(struct emitter *e, struct offset *offset,
    const struct variable *variable, LLVMValueRef factor)
{
    for (int i = 0; i < offset->terms.n; i++)
        if (offset->terms.at[i].variable == variable) {
            offset->terms.at[i].factor =
                add(e, offset->terms.at[i].factor, factor);
            return;
        }
    struct offset_term term = {
        variable, factor, variable ? get_depth(e, variable) : 1 << 30};
    VECTOR_PUSH(e->c->arena, &offset->terms, term);
    for (int i = offset->terms.n - 1;
         i > 0 && offset->terms.at[i - 1].depth > term.depth; i--) {
        offset->terms.at[i] = offset->terms.at[i - 1];
        offset->terms.at[i - 1] = term;
    }
}

/* Add index * stride of one axis. */
static void add_axis(struct emitter *e, struct offset *offset,
    const struct affine *index, LLVMValueRef stride)
{
    for (int i = 0; i < index->n_terms; i++) {
        const struct variable *variable = index->terms[i].variable;
        LLVMValueRef factor =
            multiply(e, emit_i64(e, index->terms[i].coefficient), stride);
        if (variable == e->lane) {
            offset->lane_factor = add(e, offset->lane_factor, factor);
        } else if (varies(e, variable)) {
            LLVMValueRef vector = emit_variable(e, variable);
            vector = multiply(e, vector, emit_spread(e, factor));
            offset->vector = add(e, offset->vector, vector);
        } else {
            add_term(e, offset, variable, factor);
        }
    }
    if (index->constant != 0)
        add_term(
            e, offset, NULL, multiply(e, emit_i64(e, index->constant), stride));
}

/* How the lanes lie around the pointer. */
static void set_lanes(struct emitter *e, const struct offset *offset,
    struct emit_address *address)
{
    address->varies = offset->lane_factor || offset->vector;
    address->row_stride = offset->vector ? NULL : offset->lane_factor;
    bool is_constant =
        offset->lane_factor && LLVMIsAConstantInt(offset->lane_factor);
    if (!offset->vector && is_constant) {
        address->is_linear = true;
        address->step = LLVMConstIntGetSExtValue(offset->lane_factor);
        return;
    }
    address->offsets = offset->vector;
    if (offset->lane_factor) {
        LLVMValueRef lanes = emit_steps(e, emit_n_lanes(e), 64, 0, 1);
        lanes = multiply(e, lanes, emit_spread(e, offset->lane_factor));
        address->offsets = add(e, address->offsets, lanes);
    }
}

/* pointer + a number of elements. */
static LLVMValueRef advance(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef by)
{
    return LLVMBuildGEP2(
        e->builder, codegen_type(e->context, array->type), pointer, &by, 1, "");
}

/* The part of a constant number of elements that instructions cannot hold:
 * where they hold multiples of the access's size from 0 on, the rest of the
 * division and the multiples below 0. Neighbours then share one pointer for
 * each rest. */
static int64_t get_far_part(
    const struct emitter *e, const struct array *array, int64_t elements)
{
    enum { N_MULTIPLES = 4096 };
    int64_t size = codegen_size_bytes(array->type);
    int64_t n = emit_n_lanes(e);
    int64_t reach = N_MULTIPLES * n;
    int64_t rest = (elements % n + n) % n;
    int64_t near_bytes = e->machine->near_offset_bytes;

    if (near_bytes < 0 || !e->lane ||
        (elements * size >= -near_bytes && elements * size < near_bytes))
        return 0;
    elements -= rest;
    return rest + elements - ((elements % reach + reach) % reach);
}

/* The pointer plus the term of an offset that comes last, a constant. */
static LLVMValueRef add_constant(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef by)
{
    int64_t elements;
    int64_t far;

    if (!LLVMIsAConstantInt(by))
        return advance(e, array, pointer, by);
    elements = LLVMConstIntGetSExtValue(by);
    far = get_far_part(e, array, elements);
    pointer = emit_advance(e, array, pointer, far);
    return emit_advance(e, array, pointer, elements - far);
}

struct emit_address emit_get_address(struct emitter *e,
    const struct array *array, const struct affine *const *index)
{
    struct emit_array *place = emit_get_place(e, array);
    struct emit_address address = {.pointer = place->base};
    struct offset offset;
    memset(&offset, 0, sizeof offset);
    for (int i = 0; i < array->n_axes; i++)
        add_axis(e, &offset,
            array_axis_index(e->program->values, array, i, index),
            place->strides[i]);
    for (int i = 0; i < offset.terms.n; i++) {
        struct offset_term *term = &offset.terms.at[i];
        if (!term->variable) {
            address.pointer =
                add_constant(e, array, address.pointer, term->factor);
            continue;
        }
        address.pointer = advance(e, array, address.pointer,
            multiply(e, emit_variable(e, term->variable), term->factor));
    }
    set_lanes(e, &offset, &address);
    return address;
}

/* Product of the extents of the axes after "axis". */
static LLVMValueRef multiply_extent(
    struct emitter *e, const struct array *array, int axis, LLVMValueRef stride)
{
    const struct affine *extent =
        array_axis_extent(e->program->values, array, axis);
    return multiply(e, stride, emit_affine(e, extent));
}

void emit_strides(
    struct emitter *e, const struct array *array, LLVMValueRef runtime_strides)
{
    struct emit_array *place = &e->arrays[array->id];
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    LLVMValueRef stride = emit_i64(e, 1);
    place->strides = ARENA_ARRAY(e->c->arena, array->n_axes + 1, LLVMValueRef);
    for (int i = array->n_axes - 1; i >= 0; i--) {
        if (runtime_strides) {
            LLVMValueRef at = emit_i64(e, i);
            LLVMValueRef pointer =
                LLVMBuildGEP2(e->builder, i64, runtime_strides, &at, 1, "");
            place->strides[i] = LLVMBuildLoad2(e->builder, i64, pointer, "");
            continue;
        }
        place->strides[i] = stride;
        if (i > 0)
            stride = multiply_extent(e, array, i, stride);
    }
}

/* Mark a load or store: arrays never overlap, inputs never change. */
void emit_tag(
    struct emitter *e, const struct array *array, LLVMValueRef instruction)
{
    unsigned kind = LLVMGetMDKindIDInContext(e->context, "tbaa", 4);
    LLVMSetMetadata(instruction, kind, e->arrays[array->id].alias);
    bool is_load = LLVMGetTypeKind(LLVMTypeOf(instruction)) != LLVMVoidTypeKind;
    if (array_base(array)->kind != ARRAY_IN || !is_load ||
        !LLVMIsALoadInst(instruction))
        return;
    kind = LLVMGetMDKindIDInContext(e->context, "invariant.load", 14);
    LLVMSetMetadata(instruction, kind,
        LLVMMetadataAsValue(
            e->context, LLVMMDNodeInContext2(e->context, NULL, 0)));
}

/* ---- Registers --------------------------------------------------------- */

LLVMTypeRef emit_register_type(
    const struct emitter *e, const struct array *array)
{
    LLVMTypeRef type = codegen_type(e->context, array->type);
    if (e->arrays[array->id].is_window)
        type =
            LLVMIntTypeInContext(e->context, (unsigned)dtype_bits(array->type));
    if (array->n_lanes > 1)
        type = LLVMVectorType(type, (unsigned)array->n_lanes);
    return type;
}

/* The register's value now, all its lanes, in its own type. */
static LLVMValueRef load_register(struct emitter *e, const struct array *array)
{
    LLVMTypeRef type = codegen_type(e->context, array->type);
    LLVMValueRef value = LLVMBuildLoad2(e->builder,
        emit_register_type(e, array), emit_get_place(e, array)->base, "");
    return LLVMBuildBitCast(e->builder, value, emit_type_like(value, type), "");
}

/* Store a vector, or a scalar, under the mask. */
static void store_register(
    struct emitter *e, const struct array *array, LLVMValueRef value)
{
    if (array->n_lanes > 1) {
        value = emit_spread(e, value);
        if (e->mask)
            value = LLVMBuildSelect(
                e->builder, e->mask, value, load_register(e, array), "");
    }
    value =
        LLVMBuildBitCast(e->builder, value, emit_register_type(e, array), "");
    LLVMBuildStore(e->builder, value, emit_get_place(e, array)->base);
}

/* ---- Loads and stores -------------------------------------------------- */

/* One element. */
static LLVMValueRef load_scalar(
    struct emitter *e, const struct array *array, LLVMValueRef pointer)
{
    LLVMTypeRef type = codegen_type(e->context, array->type);
    LLVMValueRef value = LLVMBuildLoad2(e->builder, type, pointer, "");
    LLVMSetAlignment(value, (unsigned)codegen_size_bytes(array->type));
    emit_tag(e, array, value);
    return value;
}

/* The pointer of an access so many elements back along the last axis. */
static LLVMValueRef get_pointer_before(struct emitter *e,
    const struct array *array, const struct affine *const *index,
    int64_t elements)
{
    struct value_context *v = e->program->values;
    const struct affine **before = arena_copy(
        v->arena, index, (size_t)array->n_dimensions * sizeof *before);
    int last = array->axes[array->n_axes - 1].dimension;
    before[last] = affine_shift(v, before[last], -elements);
    return emit_get_address(e, array, before).pointer;
}

/* What is known to be inside around a load with a step: back to the multiple
 * of the step along the last axis where neighbouring taps start, and up to the
 * end of its last vector. */
static void set_phase(struct emitter *e, const struct array *array,
    const struct affine *const *index, struct emit_address *address)
{
    struct value_context *v = e->program->values;
    int64_t step = address->step;
    int last = array->n_axes - 1;
    if (!address->is_linear || step < 2 || step > COSTS_MOST_STEP ||
        array->axes[last].block != 0)
        return;
    const struct affine *at = index[array->axes[last].dimension];
    const struct affine *extent = array->extents[array->axes[last].dimension];
    int64_t phase = (at->constant % step + step) % step;
    if (emit_prove(e, affine_shift(v, at, -phase)))
        address->phase = phase;
    if (address->phase)
        address->start = get_pointer_before(e, array, index, phase);
    const struct affine *end = affine_shift(v, at, step - address->phase);
    address->is_whole = emit_prove(e, affine_subtract(v, extent, end));
}

LLVMValueRef emit_load(struct emitter *e, const struct array *array,
    const struct affine *const *index)
{
    if (array->kind == ARRAY_REGISTER)
        return load_register(e, array);
    if (array->n_dimensions == 0 && array->kind == ARRAY_IN)
        return e->arrays[array->id].base;
    struct emit_address address = emit_get_address(e, array, index);
    if (!address.varies)
        return load_scalar(e, array, address.pointer);
    set_phase(e, array, index, &address);
    LLVMValueRef mask = e->mask;
    if (address.is_linear && address.step > 1 && e->known_mask)
        mask = e->known_mask;
    if (mask && address.is_linear && address.step == 1 &&
        !emit_count_first(e) && emit_prove_inside(e, array, index))
        mask = NULL;
    LLVMValueRef bits = mask ? emit_narrow_load(e, array, &address) : NULL;
    if (!bits)
        bits = emit_vector_load(e, array, &address, mask);
    LLVMTypeRef type = codegen_type(e->context, array->type);
    return LLVMBuildBitCast(e->builder, bits, emit_lanes_type(e, type), "");
}

/* One element from a scalar statement. */
static void store_scalar(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value)
{
    LLVMValueRef store = LLVMBuildStore(e->builder, value, pointer);
    LLVMSetAlignment(store, (unsigned)codegen_size_bytes(array->type));
    emit_tag(e, array, store);
}

void emit_store(
    struct emitter *e, const struct loop_node *node, LLVMValueRef value)
{
    const struct array *array = node->array;
    if (array->kind == ARRAY_REGISTER) {
        LLVMValueRef mask = e->mask;
        e->mask = node->is_first ? NULL : mask;
        store_register(e, array, value);
        e->mask = mask;
        return;
    }
    struct emit_address address = emit_get_address(e, array, node->index);
    if (!address.varies && !emit_is_vector(value)) {
        store_scalar(e, array, address.pointer, value);
        return;
    }
    LLVMTypeRef bits =
        LLVMIntTypeInContext(e->context, (unsigned)dtype_bits(array->type));
    value = LLVMBuildBitCast(
        e->builder, emit_spread(e, value), emit_lanes_type(e, bits), "");
    emit_vector_store(e, array, &address, e->mask, value, node->is_nontemporal);
}
