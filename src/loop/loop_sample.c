/* Loops whose iterations only add elements to the result. */
#include "loop/loop_sample.h"

/* How often each array is written and read, by id. */
struct uses {
    struct arena *arena;
    int *n_writes;
    int *n_reads;
};

/* Count the uses of a node and all below it. */
static void count_uses(struct uses *uses, const struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN) {
        struct value_tape *tape = value_tape_new(uses->arena, node->value);
        uses->n_writes[array_base(node->array)->id]++;
        for (int i = 0; i < tape->n; i++) {
            const struct value *value = tape->steps[i].node;
            if (value->kind == VALUE_LOAD)
                uses->n_reads[array_base(value->array)->id]++;
            for (int k = 0; value->kind == VALUE_SHIFT && k < 2; k++)
                uses->n_reads[value->operands[k]->array->id]++;
        }
        uses->n_reads[array_base(node->array)->id] += node->reduce != MODEL_SET;
    }
    for (int i = 0; i < node->n_children; i++)
        count_uses(uses, node->children[i]);
}

/* The uses in a part of the program. */
static struct uses get_uses(struct arena *arena,
    const struct loop_program *program, const struct loop_node *node)
{
    struct uses uses = {.arena = arena};
    uses.n_writes = ARENA_ARRAY(arena, program->n_arrays, int);
    uses.n_reads = ARENA_ARRAY(arena, program->n_arrays, int);
    count_uses(&uses, node);
    return uses;
}

/* Is the array the interpreter's own, and local to iterations? */
static bool is_private(const struct array *array)
{
    return array->kind == ARRAY_REGISTER || array->kind == ARRAY_STACK;
}

bool loop_sample_is_pure(const struct loop_program *program)
{
    struct arena *arena = arena_new();
    struct uses uses = get_uses(arena, program, program->body);
    bool is_pure = true;
    for (int i = 0; i < program->n_arrays; i++)
        if (!is_private(program->arrays[i]) && uses.n_writes[i] &&
            uses.n_reads[i])
            is_pure = false;
    arena_free(arena);
    return is_pure;
}

/* Stores to memory below a loop: how many there are, and whether all have the
 * loop's variable in their index. */
struct stores {
    const struct variable *variable;
    int n;
    bool vary;
};

/* Collect the stores of a node and all below it. */
static void collect_stores(struct stores *stores, const struct loop_node *node)
{
    bool varies = false;
    for (int i = 0; i < node->n_children; i++)
        collect_stores(stores, node->children[i]);
    if (node->kind != LOOP_ASSIGN || is_private(node->array))
        return;
    for (int i = 0; i < node->n_index; i++)
        varies = varies || affine_has(node->index[i], stores->variable);
    stores->n++;
    stores->vary = stores->vary && varies;
}

bool loop_sample_can_skip(const struct loop_program *program,
    const struct loop_node *loop, int *privates, int *n_privates)
{
    struct arena *arena = arena_new();
    struct uses uses = get_uses(arena, program, loop);
    struct stores stores = {loop->variable, 0, true};
    collect_stores(&stores, loop);
    *n_privates = 0;
    for (int i = 0; i < program->n_arrays; i++)
        if (is_private(program->arrays[i]) && uses.n_writes[i])
            privates[(*n_privates)++] = i;
    arena_free(arena);
    return stores.n > 0 && stores.vary;
}
