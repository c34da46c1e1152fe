/* Blocks that change rows for columns: statements that each access one column
 * of an array, lane by row, are emitted as accesses to pieces of 16 bytes of
 * the rows and shuffles that stay within 16 bytes, the cheapest there are. */
#include "codegen/emit.h"

enum { PIECE_BYTES = 16, MOST_COLUMNS = 64 };

/* The block at hand: columns are the children of "node", "n_rows" lanes. A
 * piece is "width" columns of one row; row g*width + q is piece "g" of vector
 * "q" of every "width" columns. */
struct block {
    const struct loop_node *node;
    const struct array *array;
    int n_columns;
    int n_rows;
    int width;
    struct emit_address address;
    LLVMValueRef first[64]; /* where row g*width begins in the first column */
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
    int m = block->width;
    for (int i = 0; i < block->n_rows; i++) {
        int from = i / m * m + i % m / 2 + (upper ? m / 2 : 0);
        from += i % 2 ? block->n_rows : 0;
        lanes[i] = LLVMConstInt(i32, (unsigned long long)from, false);
    }
    return LLVMBuildShuffleVector(
        e->builder, a, b, LLVMConstVector(lanes, (unsigned)block->n_rows), "");
}

/* Exchange rows and columns within every piece of the vectors from "vectors"
 * on: each round halves how far apart the elements of a column are. */
static void exchange(
    struct emitter *e, const struct block *block, LLVMValueRef *vectors)
{
    int m = block->width;
    for (int round = 1; round < m; round *= 2) {
        LLVMValueRef old[MOST_COLUMNS];
        for (int i = 0; i < m; i++)
            old[i] = vectors[i];
        for (int i = 0; i < m; i++)
            vectors[i] = interleave(
                e, block, old[i / 2], old[i / 2 + m / 2], i % 2 == 1);
    }
}

/* A vector of a piece from "pointer". */
static LLVMValueRef load_piece(
    struct emitter *e, const struct block *block, LLVMValueRef pointer)
{
    LLVMTypeRef element = LLVMIntTypeInContext(
        e->context, (unsigned)dtype_bits(block->array->type));
    LLVMTypeRef type = LLVMVectorType(element, (unsigned)block->width);
    LLVMValueRef load = LLVMBuildLoad2(e->builder, type, pointer, "");
    LLVMSetAlignment(load, (unsigned)codegen_size_bytes(block->array->type));
    emit_tag(e, block->array, load);
    return load;
}

/* Vector "q" of the columns from "column" on: its pieces, joined pair by
 * pair. */
static LLVMValueRef join_pieces(
    struct emitter *e, const struct block *block, int column, int q)
{
    LLVMValueRef pieces[64] = {NULL};
    int m = block->width;
    int n = block->n_rows / m;
    for (int g = 0; g < n; g++)
        pieces[g] = load_piece(e, block,
            emit_advance(e, block->array, get_row(e, block, block->first[g], q),
                column));
    for (; n > 1; n /= 2, m *= 2)
        for (int g = 0; g < n / 2; g++)
            pieces[g] =
                pick_lanes(e, pieces[2 * g], pieces[2 * g + 1], 0, 2 * m);
    return pieces[0];
}

/* The first rows of all pieces. */
static void set_first_rows(
    struct emitter *e, struct block *block, const struct affine *const *index)
{
    block->address = emit_get_address(e, block->array, index);
    block->first[0] = block->address.pointer;
    for (int g = 1; g < block->n_rows / block->width; g++)
        block->first[g] = get_row(e, block, block->first[g - 1], block->width);
}

/* array[row] loaded, columns stored where the children say. */
static void emit_loads(struct emitter *e, struct block *block)
{
    LLVMTypeRef type = codegen_type(e->context, block->array->type);
    set_first_rows(e, block, block->node->children[0]->value->index);
    for (int i = 0; i < block->n_columns; i += block->width) {
        for (int q = 0; q < block->width; q++)
            block->vectors[i + q] = join_pieces(e, block, i, q);
        exchange(e, block, block->vectors + i);
    }
    for (int i = 0; i < block->n_columns; i++)
        emit_store(e, block->node->children[i],
            LLVMBuildBitCast(
                e->builder, block->vectors[i], emit_lanes_type(e, type), ""));
}

/* Store the pieces of row g*width + q, one after the other: they share cache
 * lines. */
static void store_row(
    struct emitter *e, const struct block *block, int g, int q)
{
    LLVMValueRef row = get_row(e, block, block->first[g], q);
    int m = block->width;
    for (int i = 0; i < block->n_columns; i += m) {
        LLVMValueRef piece =
            pick_lanes(e, block->vectors[i + q], NULL, g * m, m);
        LLVMValueRef store = LLVMBuildStore(
            e->builder, piece, emit_advance(e, block->array, row, i));
        LLVMSetAlignment(
            store, (unsigned)codegen_size_bytes(block->array->type));
        emit_tag(e, block->array, store);
        LLVMSetVolatile(store, true);
    }
}

/* The children's values, stored row by row. */
static void emit_stores(struct emitter *e, struct block *block)
{
    LLVMTypeRef element = LLVMIntTypeInContext(
        e->context, (unsigned)dtype_bits(block->array->type));
    for (int i = 0; i < block->n_columns; i++) {
        LLVMValueRef value = emit_value(e, block->node->children[i]->value);
        e->known.n = 0;
        block->vectors[i] = LLVMBuildBitCast(
            e->builder, emit_spread(e, value), emit_lanes_type(e, element), "");
    }
    for (int i = 0; i < block->n_columns; i += block->width)
        exchange(e, block, block->vectors + i);
    set_first_rows(e, block, block->node->children[0]->index);
    for (int q = 0; q < block->width; q++)
        for (int g = 0; g < block->n_rows / block->width; g++)
            store_row(e, block, g, q);
}

void emit_transpose(struct emitter *e, const struct loop_node *node)
{
    const struct loop_node *child = node->children[0];
    struct block block = {.node = node,
        .array = node->array,
        .n_columns = node->n_children,
        .n_rows = child->lane->n_lanes,
        .width = PIECE_BYTES / (int)codegen_size_bytes(node->array->type)};
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
