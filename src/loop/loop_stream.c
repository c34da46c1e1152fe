/* Stores past the caches: vector stores of the outputs the schedule chose,
 * where nothing reads them. */
#include "loop/loop_scan.h"

bool loop_is_streamed(
    const struct loop_program *program, const struct array *array)
{
    const struct array *base = array_base(array);

    return base->kind == ARRAY_OUT && program->is_streamed[base->id];
}

/* A visit: an array that is read. */
static void note_read(const struct value *value, void *user)
{
    bool *is_read = user;

    if (value->kind == VALUE_LOAD)
        is_read[array_base(value->array)->id] = true;
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
        !marking->is_read[array_base(node->array)->id])
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
