/* Barriers where threads of a block need what others did: between two regions
 * of threads of which one writes an array in memory that the other accesses,
 *
 *     for t thread { s[t] = x[t] }              for t thread { s[t] = x[t] }
 *     for t thread { y[t] = s[255 - t] }   =>   barrier
 *                                               for t thread { ... }
 *
 * and at the end of a serial loop where the next iteration's first region and
 * this one's last are such a pair. Nowhere else: what lies between two barriers
 * runs as the threads get to it. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* What was accessed since the last barrier, by id of the array: 1 read, 2
 * written. "accesses" is of the region at hand. */
struct barriers {
    struct loop_program *program;
    struct arena *arena;
    unsigned char *pending;
    unsigned char *accesses;
    bool *is_ahead; /* by id of the array: what loop_ahead.c keeps in order */
};

enum { READS = 1, WRITES = 2 };

/* Note an access. */
static void note(struct barriers *barriers, const struct array *array, int how)
{
    const struct array *base = array_base(array);

    if (base->kind != ARRAY_REGISTER && base->kind != ARRAY_STACK &&
        !barriers->is_ahead[base->id])
        barriers->accesses[base->id] |= (unsigned char)how;
}

/* A visit: a load. */
static void note_load(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD)
        note(user, value->array, READS);
}

/* A visit: the accesses of a statement. */
static void note_statement(struct loop_node *node, void *user)
{
    if (node->kind != LOOP_ASSIGN)
        return;
    note(user, node->array, WRITES);
    value_foreach(node->value, note_load, user);
}

/* A visit: note an array that is copied to ahead. */
static void note_ahead(struct loop_node *node, void *user)
{
    struct barriers *barriers = user;

    if (node->kind == LOOP_ASSIGN && node->is_ahead)
        barriers->is_ahead[node->array->id] = true;
}

/* Is there an array one of the two sets of accesses writes, and both have? */
static bool is_conflict(const struct barriers *barriers)
{
    for (int i = 0; i < barriers->program->n_arrays; i++)
        if (barriers->pending[i] && barriers->accesses[i] &&
            ((barriers->pending[i] | barriers->accesses[i]) & WRITES))
            return true;
    return false;
}

/* Forget what is pending. */
static void clear(struct barriers *barriers)
{
    for (int i = 0; i < barriers->program->n_arrays; i++)
        barriers->pending[i] = 0;
}

/* A region of threads: true if a barrier must stand before it. */
static bool enter_region(struct barriers *barriers, struct loop_node *region)
{
    bool needed;

    for (int i = 0; i < barriers->program->n_arrays; i++)
        barriers->accesses[i] = 0;
    loop_foreach(region, note_statement, barriers);
    needed = is_conflict(barriers);
    if (needed)
        clear(barriers);
    for (int i = 0; i < barriers->program->n_arrays; i++)
        barriers->pending[i] |= barriers->accesses[i];
    return needed;
}

static void add_barriers(struct barriers *barriers, struct loop_node *node);

/* What may or may not run leaves both what it found and what it did. A loop is
 * looked at twice: its second iteration finds what the first one did. */
static void add_inside(struct barriers *barriers, struct loop_node *node)
{
    int n = barriers->program->n_arrays;
    unsigned char *before =
        arena_copy(barriers->arena, barriers->pending, (size_t)n);

    add_barriers(barriers, node);
    if (node->kind == LOOP_FOR)
        add_barriers(barriers, node);
    for (int i = 0; i < n; i++)
        barriers->pending[i] |= before[i];
}

/* The children of what a block runs, with barriers between them. */
static void add_barriers(struct barriers *barriers, struct loop_node *node)
{
    int n = node->n_children;
    struct loop_node **children = node->children;

    node->n_children = 0;
    node->children = NULL;
    for (int i = 0; i < n; i++) {
        struct loop_node *child = children[i];

        if (child->kind == LOOP_BARRIER)
            clear(barriers);
        else if (child->mode != LOOP_THREAD)
            add_inside(barriers, child);
        else if (enter_region(barriers, child))
            loop_add(barriers->arena, node,
                loop_node_new(barriers->arena, LOOP_BARRIER, child->range));
        loop_add(barriers->arena, node, child);
    }
}

bool loop_barrier(struct compilation *c, struct loop_program *program)
{
    int n = 0;
    struct loop_section *sections = loop_list_sections(c->arena, program, &n);
    struct barriers barriers = {program, c->arena,
        ARENA_ARRAY(c->arena, program->n_arrays, unsigned char),
        ARENA_ARRAY(c->arena, program->n_arrays, unsigned char),
        ARENA_ARRAY(c->arena, program->n_arrays, bool)};

    loop_foreach(program->body, note_ahead, &barriers);
    for (int i = 0; i < n; i++) {
        clear(&barriers);
        if (!sections[i].is_flat)
            add_barriers(&barriers,
                (struct loop_node *)sections[i].loops[sections[i].n_loops - 1]);
    }
    return true;
}
