/* Blocks that change rows for columns: statements that each access one column
 * of an array, lane by row, are emitted as accesses to pieces of 16 bytes of
 * the rows and shuffles that stay within 16 bytes, the cheapest there are. */
#include "codegen/emit.h"

enum { MOST_COLUMNS = 16 };

/* The block at hand: columns are children of "node", "n_rows" lanes. Rows of
 * pieces are numbered as the lanes: row g*n_columns + q is piece "g" of
 * vector "q". */
struct block {
    const struct loop_node *node;
    const struct array *array;
    int n_columns;
    int n_rows;
    struct emit_address address;
    LLVMValueRef vectors[MOST_COLUMNS];
};

/* Where a row begins in the block's first column. Rows of one piece share
 * their distances, so that few registers hold them all. */
static LLVMValueRef get_row(
    struct emitter *e, const struct block *block, LLVMValueRef first, int q)
{
    LLVMTypeRef element = LLVMIntTypeInContext(
        e->context, (unsigned)dtype_bits(block->array->type));
    LLVMValueRef by;
    if (q == 0)
        return first;
    by = LLVMBuildNSWMul(
        e->builder, block->address.row_stride, emit_i64(e, q), "");
    return LLVMBuildGEP2(e->builder, element, first, &by, 1, "");
}

/* Lanes from .. from + n - 1 of one vector, or of two after each other. */
static LLVMValueRef pick_lanes(
    struct emitter *e, LLVMValueRef a, LLVMValueRef b, int from, int n)
{
    return LLVMBuildShuffleVector(e->builder, a,
        b ? b : LLVMGetPoison(LLVMTypeOf(a)), emit_steps(e, n, 32, from, 1),
        "");
}

/* Within every piece: elements of "a" and "b" alternating, from the lower or
 * the upper half of the piece. */
static LLVMValueRef interleave(struct emitter *e, const struct block *block,
    LLVMValueRef a, LLVMValueRef b, bool upper)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(e->context);
    LLVMValueRef lanes[64];
    int m = block->n_columns;
    for (int i = 0; i < block->n_rows; i++) {
        int from = i / m * m + i % m / 2 + (upper ? m / 2 : 0);
        from += i % 2 ? block->n_rows : 0;
        lanes[i] = LLVMConstInt(i32, (unsigned long long)from, false);
    }
    return LLVMBuildShuffleVector(
        e->builder, a, b, LLVMConstVector(lanes, (unsigned)block->n_rows), "");
}

/* Exchange rows and columns within every piece: each round halves how far
 * apart the elements of a column are. */
static void exchange(struct emitter *e, struct block *block)
{
    int m = block->n_columns;
    for (int round = 1; round < m; round *= 2) {
        LLVMValueRef old[MOST_COLUMNS];
        for (int i = 0; i < m; i++)
            old[i] = block->vectors[i];
        for (int i = 0; i < m; i++)
            block->vectors[i] = interleave(
                e, block, old[i / 2], old[i / 2 + m / 2], i % 2 == 1);
    }
}

/* A vector of a piece from "pointer". */
static LLVMValueRef load_piece(
    struct emitter *e, const struct block *block, LLVMValueRef pointer)
{
    LLVMTypeRef element = LLVMIntTypeInContext(
        e->context, (unsigned)dtype_bits(block->array->type));
    LLVMTypeRef type = LLVMVectorType(element, (unsigned)block->n_columns);
    LLVMValueRef load = LLVMBuildLoad2(e->builder, type, pointer, "");
    LLVMSetAlignment(load, (unsigned)codegen_size_bytes(block->array->type));
    emit_tag(e, block->array, load);
    return load;
}

/* Vector "q": its pieces, joined pair by pair. */
static LLVMValueRef join_pieces(
    struct emitter *e, const struct block *block, LLVMValueRef *first, int q)
{
    LLVMValueRef pieces[64] = {NULL};
    int m = block->n_columns;
    int n = block->n_rows / m;
    for (int g = 0; g < n; g++)
        pieces[g] = load_piece(e, block, get_row(e, block, first[g], q));
    for (; n > 1; n /= 2, m *= 2)
        for (int g = 0; g < n / 2; g++)
            pieces[g] =
                pick_lanes(e, pieces[2 * g], pieces[2 * g + 1], 0, 2 * m);
    return pieces[0];
}

/* The first rows of all pieces. */
static void get_first_rows(
    struct emitter *e, const struct block *block, LLVMValueRef *first)
{
    for (int g = 0; g < block->n_rows / block->n_columns; g++)
        first[g] = g ? get_row(e, block, first[g - 1], block->n_columns)
                     : block->address.pointer;
}

/* array[row] loaded, columns stored where the children say. */
static void emit_loads(struct emitter *e, struct block *block)
{
    LLVMTypeRef type = codegen_type(e->context, block->array->type);
    const struct loop_node *child = block->node->children[0];
    LLVMValueRef first[64] = {NULL};
    block->address = emit_get_address(e, block->array, child->value->index);
    get_first_rows(e, block, first);
    for (int q = 0; q < block->n_columns; q++)
        block->vectors[q] = join_pieces(e, block, first, q);
    exchange(e, block);
    for (int i = 0; i < block->n_columns; i++)
        emit_store(e, block->node->children[i],
            LLVMBuildBitCast(
                e->builder, block->vectors[i], emit_lanes_type(e, type), ""));
}

/* The children's values, stored row by row. */
static void emit_stores(struct emitter *e, struct block *block)
{
    LLVMTypeRef element = LLVMIntTypeInContext(
        e->context, (unsigned)dtype_bits(block->array->type));
    LLVMValueRef first[64] = {NULL};
    int m = block->n_columns;
    for (int i = 0; i < m; i++) {
        LLVMValueRef value = emit_value(e, block->node->children[i]->value);
        e->known.n = 0;
        block->vectors[i] = LLVMBuildBitCast(
            e->builder, emit_spread(e, value), emit_lanes_type(e, element), "");
    }
    exchange(e, block);
    block->address =
        emit_get_address(e, block->array, block->node->children[0]->index);
    get_first_rows(e, block, first);
    for (int q = 0; q < m; q++)
        for (int g = 0; g < block->n_rows / m; g++) {
            LLVMValueRef piece =
                pick_lanes(e, block->vectors[q], NULL, g * m, m);
            LLVMValueRef store = LLVMBuildStore(
                e->builder, piece, get_row(e, block, first[g], q));
            LLVMSetAlignment(
                store, (unsigned)codegen_size_bytes(block->array->type));
            emit_tag(e, block->array, store);
        }
}

void emit_transpose(struct emitter *e, const struct loop_node *node)
{
    const struct loop_node *child = node->children[0];
    struct block block = {.node = node,
        .array = node->array,
        .n_columns = node->n_children,
        .n_rows = child->lane->n_lanes};
    emit_debug_at(e, node->range);
    e->lane = child->lane;
    e->known.n = 0;
    if (child->array == node->array)
        emit_stores(e, &block);
    else
        emit_loads(e, &block);
    e->lane = NULL;
    e->known.n = 0;
}
