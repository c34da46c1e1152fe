/* Vector loads and stores: contiguous, reversed, strided, scattered; with and
 * without masks. No byte outside the active elements' span is touched, and
 * none of an inactive element where there is a mask. Vectors are of integers
 * of the element's size: shuffles of integers are the better instructions.
 */
#include "codegen/emit.h"

/* The integer type of an element's size. */
static LLVMTypeRef get_element(
    const struct emitter *e, const struct array *array)
{
    return LLVMIntTypeInContext(e->context, (unsigned)dtype_bits(array->type));
}

/* pointer + elements. */
LLVMValueRef emit_advance(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, int64_t elements)
{
    if (elements == 0)
        return pointer;
    LLVMValueRef by = emit_i64(e, elements);
    return LLVMBuildGEP2(
        e->builder, get_element(e, array), pointer, &by, 1, "");
}

/* Is a lane of a constant mask on? */
static bool has_lane(LLVMValueRef mask)
{
    for (unsigned i = 0; i < LLVMGetVectorSize(LLVMTypeOf(mask)); i++) {
        LLVMValueRef lane = LLVMGetAggregateElement(mask, i);
        if (lane && LLVMIsAConstantInt(lane) && !LLVMIsNull(lane))
            return true;
    }
    return false;
}

LLVMValueRef emit_any(struct emitter *e, LLVMValueRef mask)
{
    if (!emit_is_vector(mask))
        return mask;
    if (LLVMIsConstant(mask) && has_lane(mask))
        return LLVMConstInt(LLVMInt1TypeInContext(e->context), 1, false);
    return emit_intrinsic1(e, "llvm.vector.reduce.or", mask);
}

/* The lanes in the other order. */
static LLVMValueRef reverse(struct emitter *e, LLVMValueRef vector)
{
    int n = emit_n_lanes(e);
    return LLVMBuildShuffleVector(e->builder, vector,
        LLVMGetPoison(LLVMTypeOf(vector)), emit_steps(e, n, 32, n - 1, -1), "");
}

/* A pointer for every lane. */
static LLVMValueRef get_pointers(struct emitter *e, const struct array *array,
    const struct emit_address *address)
{
    LLVMValueRef offsets = address->offsets;
    if (address->is_linear)
        offsets = emit_steps(e, emit_n_lanes(e), 64, 0, address->step);
    if (!address->varies)
        return emit_spread(e, address->pointer);
    return LLVMBuildGEP2(
        e->builder, get_element(e, array), address->pointer, &offsets, 1, "");
}

/* The alignment of one element in bytes, as the i32 constant that masked
 * intrinsics take. */
static LLVMValueRef get_alignment(
    const struct emitter *e, const struct array *array)
{
    return LLVMConstInt(LLVMInt32TypeInContext(e->context),
        (unsigned long long)codegen_size_bytes(array->type), false);
}

/* All lanes on. */
static LLVMValueRef get_full_mask(struct emitter *e)
{
    LLVMTypeRef i1 = LLVMInt1TypeInContext(e->context);
    return emit_spread(e, LLVMConstInt(i1, 1, false));
}

/* ---- Pieces of masked accesses ----------------------------------------- */

/* Are these lanes known, "width" from "first" on? */
static bool is_known(struct emit_known_lanes known, int first, int width)
{
    uint64_t all = ~(uint64_t)0 >> (64 - width);
    return ((known.on | known.off) >> first & all) == all;
}

/* The lanes of one register, where an access under the mask is to be made
 * register by register because all lanes of one are known, those of others
 * not; 0: as a whole. LLVM 19 loses such constants on their way to masks whose
 * sign bits alone matter, and loads lanes that are off. */
static int get_piece_lanes(
    const struct emitter *e, const struct array *array, LLVMValueRef mask)
{
    int n = emit_n_lanes(e);
    int width = e->machine->vector_bytes / (int)codegen_size_bytes(array->type);
    if (e->machine->has_mask_registers || LLVMIsConstant(mask))
        return 0;
    width = width < n ? width : n;
    struct emit_known_lanes known = emit_get_known_lanes(mask);
    for (int first = 0; first < n; first += width)
        if (is_known(known, first, width))
            return width;
    return 0;
}

/* "width" lanes of a mask from "first" on, a constant if all are known. */
static LLVMValueRef get_piece_mask(
    struct emitter *e, LLVMValueRef mask, int first, int width)
{
    struct emit_known_lanes known = emit_get_known_lanes(mask);
    LLVMTypeRef i1 = LLVMInt1TypeInContext(e->context);
    LLVMValueRef lanes[64];
    if (!is_known(known, first, width))
        return LLVMBuildShuffleVector(e->builder, mask,
            LLVMGetPoison(LLVMTypeOf(mask)), emit_steps(e, width, 32, first, 1),
            "");
    for (int i = 0; i < width; i++)
        lanes[i] = LLVMConstInt(i1, known.on >> (first + i) & 1, false);
    return LLVMConstVector(lanes, (unsigned)width);
}

/* ---- Loads ------------------------------------------------------------- */

/* n elements from "pointer" on, all of them. */
LLVMValueRef emit_full_load(
    struct emitter *e, const struct array *array, LLVMValueRef pointer)
{
    if (e->machine->gpu)
        return emit_wide_load(e, array, pointer);
    LLVMTypeRef type = emit_lanes_type(e, get_element(e, array));
    LLVMValueRef load = LLVMBuildLoad2(e->builder, type, pointer, "");
    LLVMSetAlignment(load, (unsigned)codegen_size_bytes(array->type));
    emit_tag(e, array, load);
    return load;
}

/* As many elements as the mask has lanes, the others are 0: one intrinsic. */
static LLVMValueRef load_masked(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask)
{
    unsigned n = LLVMGetVectorSize(LLVMTypeOf(mask));
    LLVMTypeRef types[2] = {
        LLVMVectorType(get_element(e, array), n), LLVMTypeOf(pointer)};
    LLVMValueRef arguments[4] = {
        pointer, get_alignment(e, array), mask, LLVMConstNull(types[0])};
    LLVMValueRef load =
        emit_intrinsic(e, "llvm.masked.load", 2, types, 4, arguments);
    emit_tag(e, array, load);
    return load;
}

/* n elements from "pointer" on under a mask; the others are 0. */
LLVMValueRef emit_masked_load(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask)
{
    int width = get_piece_lanes(e, array, mask);
    LLVMTypeRef type = emit_lanes_type(e, get_element(e, array));
    LLVMValueRef result = LLVMConstNull(type);
    if (!width)
        return load_masked(e, array, pointer, mask);
    for (int first = 0; first < emit_n_lanes(e); first += width) {
        LLVMValueRef some = get_piece_mask(e, mask, first, width);
        if (LLVMIsNull(some))
            continue;
        LLVMValueRef piece =
            load_masked(e, array, emit_advance(e, array, pointer, first), some);
        LLVMTypeRef types[2] = {type, LLVMTypeOf(piece)};
        LLVMValueRef arguments[3] = {result, piece, emit_i64(e, first)};
        result =
            emit_intrinsic(e, "llvm.vector.insert", 2, types, 3, arguments);
    }
    return result;
}

int emit_count_first(const struct emitter *e)
{
    int n = e->known_mask ? emit_n_lanes(e) : 0;
    uint64_t bits = 0;
    if (n < 8 || !emit_get_mask_bits(e->known_mask, &bits) || !bits)
        return 0;
    while (n > 4 && bits >> (n / 2) == 0)
        n /= 2;
    return n < emit_n_lanes(e) ? n : 0;
}

LLVMValueRef emit_narrow_load(struct emitter *e, const struct array *array,
    const struct emit_address *address)
{
    int n = emit_n_lanes(e);
    int width = emit_count_first(e);
    int size_bits = (int)dtype_bits(array->type);
    if (!width || !e->machine->has_mask_registers || !address->is_linear ||
        address->step != 1 || width * size_bits < 128 || size_bits < 32)
        return NULL;
    LLVMTypeRef type = LLVMVectorType(get_element(e, array), (unsigned)width);
    LLVMValueRef mask = LLVMBuildShuffleVector(e->builder, e->known_mask,
        LLVMGetPoison(LLVMTypeOf(e->known_mask)),
        emit_steps(e, width, 32, 0, 1), "");
    mask = emit_settle_mask(e, mask);
    LLVMValueRef load;
    if (mask) {
        LLVMTypeRef types[2] = {type, LLVMTypeOf(address->pointer)};
        LLVMValueRef arguments[4] = {address->pointer, get_alignment(e, array),
            mask, LLVMConstNull(type)};
        load = emit_intrinsic(e, "llvm.masked.load", 2, types, 4, arguments);
    } else {
        load = LLVMBuildLoad2(e->builder, type, address->pointer, "");
        LLVMSetAlignment(load, (unsigned)codegen_size_bytes(array->type));
    }
    emit_tag(e, array, load);
    LLVMValueRef lanes[64];
    for (int i = 0; i < n; i++)
        lanes[i] = LLVMConstInt(LLVMInt32TypeInContext(e->context),
            (unsigned long long)(i < width ? i : width), false);
    return LLVMBuildShuffleVector(e->builder, load, LLVMConstNull(type),
        LLVMConstVector(lanes, (unsigned)n), "");
}

/* Lanes from anywhere. */
static LLVMValueRef load_gather(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask)
{
    LLVMValueRef pointers = get_pointers(e, array, address);
    LLVMTypeRef types[2] = {
        emit_lanes_type(e, get_element(e, array)), LLVMTypeOf(pointers)};
    LLVMValueRef arguments[4] = {pointers, get_alignment(e, array),
        mask ? mask : get_full_mask(e), LLVMConstNull(types[0])};
    LLVMValueRef load =
        emit_intrinsic(e, "llvm.masked.gather", 2, types, 4, arguments);
    emit_tag(e, array, load);
    return load;
}

/* Lanes of a mask as the bits of an integer, from which each is one test. */
static LLVMValueRef get_mask_bits(struct emitter *e, LLVMValueRef mask)
{
    LLVMTypeRef type =
        LLVMIntTypeInContext(e->context, (unsigned)emit_n_lanes(e));
    return LLVMBuildBitCast(e->builder, mask, type, "");
}

/* The pointer of lane "i", or "other" where the lane is off. "pointers" is
 * for addresses that are not linear; "bits" NULL: all lanes are on. */
static LLVMValueRef get_lane_pointer(struct emitter *e,
    const struct array *array, const struct emit_address *address,
    LLVMValueRef pointers, int i, LLVMValueRef bits, LLVMValueRef other)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef at = LLVMConstInt(i32, (unsigned long long)i, false);
    LLVMValueRef pointer =
        address->is_linear
            ? emit_advance(e, array, address->pointer, address->step * i)
            : LLVMBuildExtractElement(b, pointers, at, "");
    if (!bits)
        return pointer;
    LLVMValueRef bit =
        LLVMConstInt(LLVMTypeOf(bits), (unsigned long long)1 << i, false);
    LLVMValueRef is_on = LLVMBuildICmp(b, LLVMIntNE,
        LLVMBuildAnd(b, bits, bit, ""), LLVMConstNull(LLVMTypeOf(bits)), "");
    return LLVMBuildSelect(b, is_on, pointer, other, "");
}

/* Eight zero bytes to load from instead of what a masked lane may not. */
static LLVMValueRef get_zeros(struct emitter *e)
{
    LLVMValueRef zeros = LLVMGetNamedGlobal(e->codegen->module, "tapc.zeros");
    if (zeros)
        return zeros;
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    zeros = LLVMAddGlobal(e->codegen->module, i64, "tapc.zeros");
    LLVMSetInitializer(zeros, LLVMConstNull(i64));
    LLVMSetLinkage(zeros, LLVMInternalLinkage);
    LLVMSetGlobalConstant(zeros, true);
    LLVMSetAlignment(zeros, 8);
    return zeros;
}

/* Lane by lane; a lane that is off loads a zero, which needs no branch. */
static LLVMValueRef load_one_by_one(struct emitter *e,
    const struct array *array, const struct emit_address *address,
    LLVMValueRef mask)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMTypeRef element = get_element(e, array);
    LLVMValueRef result = LLVMGetPoison(emit_lanes_type(e, element));
    LLVMValueRef bits = mask ? get_mask_bits(e, mask) : NULL;
    LLVMValueRef pointers =
        address->is_linear ? NULL : get_pointers(e, array, address);
    for (int i = 0; i < emit_n_lanes(e); i++) {
        LLVMValueRef pointer = get_lane_pointer(
            e, array, address, pointers, i, bits, bits ? get_zeros(e) : NULL);
        LLVMValueRef load = LLVMBuildLoad2(e->builder, element, pointer, "");
        LLVMSetAlignment(load, (unsigned)codegen_size_bytes(array->type));
        if (!bits)
            emit_tag(e, array, load);
        result = LLVMBuildInsertElement(e->builder, result, load,
            LLVMConstInt(i32, (unsigned long long)i, false), "");
    }
    return result;
}

/* Lanes that are "step" elements apart, step constant and not 0. */
static LLVMValueRef load_linear(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask)
{
    int n = emit_n_lanes(e);
    int64_t step = address->step < 0 ? -address->step : address->step;
    int64_t phase = mask ? 0 : address->phase;
    LLVMValueRef pointer = phase ? address->start : address->pointer;
    if (address->step < 0)
        pointer = emit_advance(e, array, pointer, -step * (n - 1));
    LLVMValueRef result;
    if (step == 1 && mask)
        result = emit_masked_load(
            e, array, pointer, address->step < 0 ? reverse(e, mask) : mask);
    else if (step == 1)
        result = emit_full_load(e, array, pointer);
    else
        result = emit_strided_load(
            e, array, pointer, step, phase, address->is_whole, mask);
    return address->step < 0 ? reverse(e, result) : result;
}

/* Are masked loads and stores of neighbours instructions? */
static bool has_masked_access(
    const struct emitter *e, const struct array *array)
{
    return dtype_bits(array->type) >= 32 ? e->machine->has_masks
                                         : e->machine->has_narrow_masks;
}

/* Can a gather or scatter be one instruction? */
static bool has_gather(const struct emitter *e, const struct array *array)
{
    return e->machine->has_gather && dtype_bits(array->type) >= 32;
}

LLVMValueRef emit_vector_load(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask)
{
    int64_t step = address->step < 0 ? -address->step : address->step;
    bool is_dense = address->is_linear && step != 0 &&
                    step <= COSTS_MOST_STEP &&
                    (!mask || address->step > 0 || step == 1);
    if (is_dense && (!mask || has_masked_access(e, array)))
        return load_linear(e, array, address, mask);
    if (!has_gather(e, array))
        return load_one_by_one(e, array, address, mask);
    return load_gather(e, array, address, mask);
}

/* ---- Stores ------------------------------------------------------------ */

/* As many elements as the mask has lanes: one intrinsic. */
static void store_masked(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask, LLVMValueRef value)
{
    LLVMTypeRef types[2] = {LLVMTypeOf(value), LLVMTypeOf(pointer)};
    LLVMValueRef arguments[4] = {value, pointer, get_alignment(e, array), mask};
    emit_tag(e, array,
        emit_intrinsic(e, "llvm.masked.store", 2, types, 4, arguments));
}

/* n elements from "pointer" on, register by register. */
static void store_masked_pieces(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask, LLVMValueRef value, int width)
{
    for (int first = 0; first < emit_n_lanes(e); first += width) {
        LLVMValueRef some = get_piece_mask(e, mask, first, width);
        if (LLVMIsNull(some))
            continue;
        LLVMValueRef piece = LLVMBuildShuffleVector(e->builder, value,
            LLVMGetPoison(LLVMTypeOf(value)),
            emit_steps(e, width, 32, first, 1), "");
        store_masked(
            e, array, emit_advance(e, array, pointer, first), some, piece);
    }
}

/* n elements from "pointer" on. */
static void store_dense(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef mask, LLVMValueRef value)
{
    if (!mask && e->machine->gpu) {
        emit_tag(e, array, emit_wide_store(e, array, pointer, value));
        return;
    }
    if (!mask) {
        LLVMValueRef store = LLVMBuildStore(e->builder, value, pointer);
        LLVMSetAlignment(store, (unsigned)codegen_size_bytes(array->type));
        emit_tag(e, array, store);
        return;
    }
    int width = get_piece_lanes(e, array, mask);
    if (width)
        store_masked_pieces(e, array, pointer, mask, value, width);
    else
        store_masked(e, array, pointer, mask, value);
}

/* Lanes to anywhere, in their order. */
static void store_scatter(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask, LLVMValueRef value)
{
    LLVMValueRef pointers = get_pointers(e, array, address);
    LLVMTypeRef types[2] = {LLVMTypeOf(value), LLVMTypeOf(pointers)};
    LLVMValueRef arguments[4] = {value, pointers, get_alignment(e, array),
        mask ? mask : get_full_mask(e)};
    emit_tag(e, array,
        emit_intrinsic(e, "llvm.masked.scatter", 2, types, 4, arguments));
}

/* Lane by lane, in their order; a lane that is off goes to a place nobody
 * reads, which needs no branch. */
static void store_one_by_one(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask, LLVMValueRef value)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    LLVMValueRef bits = mask ? get_mask_bits(e, mask) : NULL;
    LLVMValueRef pointers =
        address->is_linear ? NULL : get_pointers(e, array, address);
    if (mask && !e->nowhere)
        e->nowhere = emit_alloca(e, i64, "nowhere");
    for (int i = 0; i < emit_n_lanes(e); i++) {
        LLVMValueRef pointer =
            get_lane_pointer(e, array, address, pointers, i, bits, e->nowhere);
        LLVMValueRef lane = LLVMBuildExtractElement(e->builder, value,
            LLVMConstInt(i32, (unsigned long long)i, false), "");
        LLVMValueRef store = LLVMBuildStore(e->builder, lane, pointer);
        LLVMSetAlignment(store, (unsigned)codegen_size_bytes(array->type));
        emit_tag(e, array, store);
    }
}

/* One store that goes past the caches; the pointer is aligned to it. */
static void store_past_caches(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value, unsigned bytes)
{
    LLVMValueRef store = LLVMBuildStore(e->builder, value, pointer);
    LLVMSetAlignment(store, bytes);
    emit_tag(e, array, store);
    LLVMValueRef one =
        LLVMConstInt(LLVMInt32TypeInContext(e->context), 1, false);
    LLVMMetadataRef operand = LLVMValueAsMetadata(one);
    LLVMSetMetadata(store,
        LLVMGetMDKindIDInContext(e->context, "nontemporal", 11),
        LLVMMetadataAsValue(
            e->context, LLVMMDNodeInContext2(e->context, &operand, 1)));
}

/* The vector in pieces of "bytes" bytes, each a store of its own. */
static void store_pieces(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value, unsigned bytes)
{
    int n = emit_n_lanes(e);
    int width = (int)bytes / (int)codegen_size_bytes(array->type);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef lanes[64];
    for (int first = 0; first < n; first += width) {
        for (int i = 0; i < width; i++)
            lanes[i] = LLVMConstInt(i32, (unsigned long long)(first + i), 0);
        LLVMValueRef piece = LLVMBuildShuffleVector(e->builder, value,
            LLVMGetUndef(LLVMTypeOf(value)),
            LLVMConstVector(lanes, (unsigned)width), "");
        store_past_caches(
            e, array, emit_advance(e, array, pointer, first), piece, bytes);
    }
}

/* Past the caches, in the largest pieces the pointer is aligned to: the whole
 * vector or 16 bytes (consecutive pieces of a line are combined on their
 * way); an ordinary store if it is aligned to neither. */
static void store_nontemporal(struct emitter *e, const struct array *array,
    LLVMValueRef pointer, LLVMValueRef value)
{
    LLVMBuilderRef b = e->builder;
    LLVMTypeRef i64 = LLVMInt64TypeInContext(e->context);
    unsigned bytes =
        (unsigned)(emit_n_lanes(e) * codegen_size_bytes(array->type));
    LLVMValueRef address = LLVMBuildPtrToInt(b, pointer, i64, "");
    LLVMBasicBlockRef join = emit_block(e, "join");
    for (;;) {
        LLVMBasicBlockRef aligned = emit_block(e, "aligned");
        LLVMBasicBlockRef other = emit_block(e, "unaligned");
        LLVMValueRef low = LLVMBuildAnd(b, address, emit_i64(e, bytes - 1), "");
        LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, low, emit_i64(e, 0), ""),
            aligned, other);
        LLVMPositionBuilderAtEnd(b, aligned);
        store_pieces(e, array, pointer, value, bytes);
        LLVMBuildBr(b, join);
        LLVMPositionBuilderAtEnd(b, other);
        if (bytes == 16)
            break;
        bytes = 16;
    }
    store_dense(e, array, pointer, NULL, value);
    LLVMBuildBr(b, join);
    LLVMPositionBuilderAtEnd(b, join);
    e->has_nontemporal = true;
}

/* A vector of whole registers, a power of two of bytes? */
static bool can_be_nontemporal(
    const struct emitter *e, const struct array *array)
{
    int64_t bytes = emit_n_lanes(e) * codegen_size_bytes(array->type);
    return bytes >= 16 && (bytes & (bytes - 1)) == 0 &&
           bytes <= e->machine->vector_bytes;
}

void emit_vector_store(struct emitter *e, const struct array *array,
    const struct emit_address *address, LLVMValueRef mask, LLVMValueRef value,
    bool is_nontemporal)
{
    int n = emit_n_lanes(e);
    bool is_dense = !mask || has_masked_access(e, array);
    bool is_forward = address->is_linear && address->step == 1;
    bool is_backward = address->is_linear && address->step == -1;
    if (is_forward && is_nontemporal && !mask && can_be_nontemporal(e, array))
        store_nontemporal(e, array, address->pointer, value);
    else if (is_forward && is_dense)
        store_dense(e, array, address->pointer, mask, value);
    else if (is_backward && is_dense)
        store_dense(e, array, emit_advance(e, array, address->pointer, 1 - n),
            mask ? reverse(e, mask) : NULL, reverse(e, value));
    else if (has_gather(e, array))
        store_scatter(e, array, address, mask, value);
    else
        store_one_by_one(e, array, address, mask, value);
}
