/* Stores past the caches: an output far larger than any cache is written to
 * memory without being read into the cache first, which saves a third of the
 * traffic of a copy. Whole cache lines only: rows must be a multiple of 16
 * bytes, and every vector store is contiguous. */
#include "loop/loop_scan.h"

/* What every row must be a multiple of. */
enum { PIECE_BYTES = 16 };

bool loop_is_streamed(
    const struct loop_program *program, const struct array *array)
{
    struct value_context *v = program->values;
    int64_t bytes;

    if (array->kind != ARRAY_OUT || array->is_strided)
        return false;
    bytes = dtype_bits(array->type) / 8;
    for (int i = array->n_axes - 1; i >= 0; i--) {
        const struct affine *extent = array_axis_extent(v, array, i);

        if (!affine_is_constant(extent) ||
            __builtin_mul_overflow(bytes, extent->constant, &bytes))
            return false;
        if (bytes % PIECE_BYTES)
            return false;
    }
    return bytes >= program->machine->costs->stream_bytes;
}

/* A visit: an array that is read. */
static void note_read(const struct value *value, void *user)
{
    bool *is_read = user;

    if (value->kind == VALUE_LOAD)
        is_read[value->array->id] = true;
}

/* A visit: an array that is written. */
static void note_node(struct loop_node *node, void *user)
{
    if (node->kind == LOOP_ASSIGN)
        value_foreach(node->value, note_read, user);
}

/* What marking needs: the program and which arrays it reads. */
struct marking {
    struct loop_program *program;
    const bool *is_read;
};

/* A visit: mark the stores that qualify. */
static void mark_node(struct loop_node *node, void *user)
{
    const struct marking *marking = user;

    if (node->kind == LOOP_ASSIGN && node->lane && !node->guard &&
        !marking->is_read[node->array->id])
        node->is_nontemporal = loop_is_streamed(marking->program, node->array);
}

bool loop_stream(struct compilation *c, struct loop_program *program)
{
    bool *is_read = ARENA_ARRAY(c->arena, program->n_arrays, bool);
    struct marking marking = {program, is_read};

    loop_foreach(program->body, note_node, is_read);
    loop_foreach(program->body, mark_node, &marking);
    return true;
}
