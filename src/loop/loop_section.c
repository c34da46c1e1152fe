/* What the blocks and threads of a GPU run: regions of loops that are counted
 * as one, sections of a launch, and the shape a program must have. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* ---- Regions ------------------------------------------------------------- */

/* Do the loop's bounds depend on the variable? */
static bool bounds_have(
    const struct loop_node *loop, const struct variable *variable)
{
    for (int i = 0; i < loop->n_lower; i++)
        if (affine_has(loop->lower[i], variable))
            return true;
    for (int i = 0; i < loop->n_upper; i++)
        if (affine_has(loop->upper[i], variable))
            return true;
    return false;
}

/* The only child of the last of the "n" loops of a region, if it belongs to the
 * region too; else NULL. */
static const struct loop_node *find_next(
    int n, const struct loop_node *const *loops)
{
    const struct loop_node *last = loops[n - 1];
    const struct loop_node *next;

    if (last->n_children != 1)
        return NULL;
    next = last->children[0];
    while (next->kind == LOOP_SEQUENCE && next->n_children == 1)
        next = next->children[0];
    if (next->kind != LOOP_FOR || next->mode != last->mode)
        return NULL;
    for (int i = 0; i < n; i++)
        if (bounds_have(next, loops[i]->variable))
            return NULL;
    return next;
}

int loop_list_region(struct arena *arena, const struct loop_node *first,
    const struct loop_node ***loops)
{
    VECTOR(const struct loop_node *) region = {0};

    for (const struct loop_node *node = first; node;
         node = find_next(region.n, region.at))
        VECTOR_PUSH(arena, &region, node);
    *loops = region.at;
    return region.n;
}

/* ---- Sections ------------------------------------------------------------ */

struct loop_section *loop_list_sections(
    struct arena *arena, const struct loop_program *program, int *n)
{
    struct loop_section *sections =
        ARENA_ARRAY(arena, program->body->n_children, struct loop_section);

    *n = program->body->n_children;
    for (int i = 0; i < *n; i++) {
        sections[i].is_flat = program->body->children[i]->mode == LOOP_THREAD;
        sections[i].n_loops = loop_list_region(
            arena, program->body->children[i], &sections[i].loops);
    }
    return sections;
}

/* ---- The shape of a program ---------------------------------------------- */

/* Where a node is: in no region, in that of blocks, in that of threads. */
enum level { GRID, BLOCK, THREAD };

static const char *check_node(
    struct arena *arena, const struct loop_node *node, enum level level);

/* What is wrong with the children of a node; NULL if nothing is. */
static const char *check_children(
    struct arena *arena, const struct loop_node *node, enum level level)
{
    const char *problem = NULL;

    for (int i = 0; i < node->n_children && !problem; i++)
        problem = check_node(arena, node->children[i], level);
    return problem;
}

/* What is wrong with a loop and what is in it. */
static const char *check_loop(
    struct arena *arena, const struct loop_node *node, enum level level)
{
    const struct loop_node **loops;
    int n;

    switch (node->mode) {
    case LOOP_SERIAL:
        return level == GRID ? "a loop outside of blocks and threads"
                             : check_children(arena, node, level);
    case LOOP_PARALLEL:
        return "a parallel loop on a GPU";
    case LOOP_BLOCK:
        if (level != GRID)
            return "a loop over blocks inside one";
        break;
    case LOOP_THREAD:
        if (level == THREAD)
            return "a loop over threads inside one";
        break;
    }
    n = loop_list_region(arena, node, &loops);
    return check_children(
        arena, loops[n - 1], node->mode == LOOP_BLOCK ? BLOCK : THREAD);
}

/* What is wrong with a node and what is below. */
static const char *check_node(
    struct arena *arena, const struct loop_node *node, enum level level)
{
    switch (node->kind) {
    case LOOP_FOR:
        return check_loop(arena, node, level);
    case LOOP_IF:
    case LOOP_SEQUENCE:
        return level == GRID ? "a section that is no loop"
                             : check_children(arena, node, level);
    case LOOP_TRANSPOSE:
    case LOOP_PREFETCH:
        return "a block of vectors, or a hint, on a GPU";
    case LOOP_BARRIER:
    case LOOP_COMMIT:
    case LOOP_WAIT:
        return level == BLOCK ? NULL : "a barrier not all threads arrive at";
    case LOOP_ASSIGN:
        return level == THREAD ? NULL : "a statement that no thread runs";
    }
    return NULL;
}

const char *loop_check_sections(
    struct arena *arena, const struct loop_program *program)
{
    return check_children(arena, program->body, GRID);
}
