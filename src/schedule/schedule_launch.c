/* A tree that the blocks and threads of a GPU can run (loop.h says how): loops
 * that are vectors, or partly unrolled, become loops over groups around copies
 * of their body; the loops of a staged copy are shared out among the threads;
 * a part of the launch that has threads inside serial loops gets a block, what
 * no thread runs gets a thread. */
#include "schedule/schedule_default.h"
#include "schedule/schedule_residue.h"

/* Threads of a block where nothing says how many. */
enum { FLAT_THREADS = 256, SOME_THREADS = 128, WARP_THREADS = 32 };

/* ---- Copies in a thread -------------------------------------------------- */

/* Cut a loop into groups of "n" iterations, which become copies, inside all
 * loops that are mapped as it is. */
static void cut(struct schedule *schedule, struct schedule_node *loop, int n)
{
    struct schedule_node *outer = schedule_cut_loop(schedule, loop, n);

    outer->is_block = loop->is_block;
    outer->is_thread = loop->is_thread;
    outer->is_fixed = loop->is_fixed;
    outer->mode_range = loop->mode_range;
    outer->map_range = loop->map_range;
    loop->is_block = false;
    loop->is_thread = false;
    loop->is_unrolled = true;
    loop->is_jammed = true;
    while (loop->children[0]->kind == SCHEDULE_LOOP &&
           (outer->is_block ? loop->children[0]->is_block
                            : outer->is_thread && loop->children[0]->is_thread))
        schedule_interchange(schedule, loop);
}

/* Vectors and unrolled loops as copies, jammed groups around vectors. */
static void cut_loops(struct schedule *schedule)
{
    struct schedule_nodes loops = {0};

    schedule_collect_loops(schedule, schedule->root, &loops);
    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *loop = loops.at[i];
        int n_lanes = loop->n_lanes;
        int jam = loop->jam;

        loop->n_lanes = 1;
        loop->jam = 1;
        if (n_lanes > 1) {
            if (loop->is_thread)
                schedule_align_groups(schedule, loop, n_lanes);
            cut(schedule, loop, n_lanes);
            loop = loop->parent;
        }
        if (jam > 1)
            cut(schedule, loop, jam);
    }
}

/* ---- Threads for everything ---------------------------------------------- */

/* Looks for loops that are mapped. */
struct mapped {
    struct schedule_node *block;
    struct schedule_node *thread;
};

/* A visit: note a loop that is mapped. */
static void note_mapped(struct schedule_node *node, void *user)
{
    struct mapped *mapped = user;

    if (node->is_block && !mapped->block)
        mapped->block = node;
    if (node->is_thread && !mapped->thread)
        mapped->thread = node;
}

/* The first loop at or below the node that is mapped to blocks, and to
 * threads. */
static struct mapped find_mapped(struct schedule_node *node)
{
    struct mapped mapped = {NULL, NULL};

    schedule_foreach(node, note_mapped, &mapped);
    return mapped;
}

/* Put a loop that runs once around a node. */
static struct schedule_node *wrap(
    struct schedule *schedule, struct schedule_node *node, const char *name)
{
    struct value_context *v = schedule->model->values;
    struct schedule_nodes leaves = schedule_leaves(schedule, node);
    struct schedule_node *loop =
        schedule_node_new(schedule, SCHEDULE_LOOP, node->range);

    loop->name = name_of(v->names, name);
    loop->variable = variable_new(v, VARIABLE_LOOP, loop->name);
    for (int i = 0; i < leaves.n; i++)
        loop->coordinates[leaves.at[i]->statement->id] = affine_constant(v, 0);
    schedule_node_replace(schedule, node, loop);
    schedule_node_add(schedule, loop, node);
    return loop;
}

/* E0413: a loop that is mapped lies where no such loop can. */
static bool refuse(struct schedule *schedule, const struct schedule_node *loop,
    const struct schedule_node *outer)
{
    struct diag *diag = schedule->c->diag;
    const char *what = loop->is_block ? "blocks" : "threads";

    diag_error(diag, loop->map_range, DIAG_E0413,
        "loop '%s' is mapped to %s inside of loop '%s', which is not",
        loop->name->text, what, outer->name->text);
    diag_hint(
        diag, "Loops mapped to %s stand directly inside each other.", what);
    return false;
}

/* The last of the loops directly inside each other that are mapped as "loop"
 * is. */
static struct schedule_node *skip_region(struct schedule_node *loop)
{
    while (loop->children[0]->kind == SCHEDULE_LOOP &&
           (loop->is_block ? loop->children[0]->is_block
                           : loop->children[0]->is_thread))
        loop = loop->children[0];
    return loop;
}

/* Nothing inside a region of threads may be mapped. */
static bool check_threads(
    struct schedule *schedule, struct schedule_node *region)
{
    struct schedule_node *last = skip_region(region);
    struct mapped inner = find_mapped(last->children[0]);
    struct schedule_node *bad = inner.block ? inner.block : inner.thread;

    if (!bad)
        return true;
    return refuse(
        schedule, bad, bad->parent->kind == SCHEDULE_LOOP ? bad->parent : last);
}

static bool arrange_block(
    struct schedule *schedule, struct schedule_node *node);

/* The children from "first" on that have no threads, up to "*end", become one
 * child, run by one thread. */
static void wrap_children(struct schedule *schedule,
    struct schedule_node *sequence, int first, int end)
{
    struct schedule_node *part;

    if (first == end)
        return;
    part = schedule_node_new(schedule, SCHEDULE_SEQUENCE, sequence->range);
    for (int i = first; i < end; i++)
        schedule_node_add(schedule, part, sequence->children[i]);
    sequence->children[first] = part;
    part->parent = sequence;
    for (int i = end; i < sequence->n_children; i++)
        sequence->children[first + 1 + i - end] = sequence->children[i];
    sequence->n_children -= end - first - 1;
    wrap(schedule, part, "thread")->is_thread = true;
}

/* The parts of a sequence in a block. */
static bool arrange_sequence(
    struct schedule *schedule, struct schedule_node *sequence)
{
    for (int i = 0; i < sequence->n_children; i++) {
        int end = i;

        while (end < sequence->n_children &&
               !find_mapped(sequence->children[end]).thread)
            end++;
        wrap_children(schedule, sequence, i, end);
        if (!arrange_block(schedule, sequence->children[i]))
            return false;
    }
    return true;
}

/* What a block runs: every statement in threads. */
static bool arrange_block(struct schedule *schedule, struct schedule_node *node)
{
    struct mapped mapped = find_mapped(node);

    if (mapped.block) {
        const struct schedule_node *outer = mapped.block->parent;

        while (outer->kind != SCHEDULE_LOOP)
            outer = outer->parent;
        return refuse(schedule, mapped.block, outer);
    }
    if (!mapped.thread) {
        wrap(schedule, node, "thread")->is_thread = true;
        return true;
    }
    if (node->kind == SCHEDULE_SEQUENCE)
        return arrange_sequence(schedule, node);
    return node->is_thread ? check_threads(schedule, node)
                           : arrange_block(schedule, node->children[0]);
}

/* Do threads of the region add to the same elements? Then they must be those of
 * a block. */
static bool has_sums(struct schedule *schedule, struct schedule_node *region)
{
    for (; region->kind == SCHEDULE_LOOP && region->is_thread;
         region = region->children[0])
        if (!schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, region))
            return true;
    return false;
}

/* A part of the launch. */
static bool arrange_section(
    struct schedule *schedule, struct schedule_node *section)
{
    struct mapped mapped = find_mapped(section);
    struct mapped inner = {NULL, NULL};

    if (section->is_thread)
        inner = find_mapped(skip_region(section)->children[0]);
    if (!mapped.block && !mapped.thread) {
        wrap(schedule, section, "thread")->is_thread = true;
        return true;
    }
    if (section->is_thread && !inner.block && !inner.thread &&
        !has_sums(schedule, section))
        return true;
    if (!section->is_block && !mapped.block) {
        section = wrap(schedule, section, "block");
        section->is_block = true;
    }
    if (!section->is_block)
        return arrange_block(schedule, section);
    return arrange_block(schedule, skip_region(section)->children[0]);
}

/* ---- How many threads ---------------------------------------------------- */

/* The iterations of a region of threads, 0 if they are not known. */
static int64_t count_region(
    struct schedule *schedule, struct schedule_node *region)
{
    int64_t limit = schedule->machine->gpu->block_threads;
    int64_t n = 1;

    for (struct schedule_node *loop = region;
         loop->kind == SCHEDULE_LOOP && loop->is_thread && n;
         loop = loop->children[0]) {
        n *= schedule_largest_extent(schedule, loop);
        n = n < limit ? n : limit;
    }
    return n;
}

/* The most that the regions of threads at and below the node can use; "inside":
 * in a block. */
static int64_t count_threads(
    struct schedule *schedule, struct schedule_node *node, bool inside)
{
    int64_t most = 0;

    if (node->is_thread) {
        if (!inside)
            return FLAT_THREADS;
        most = count_region(schedule, node);
        return most ? most : SOME_THREADS;
    }
    for (int i = 0; i < node->n_children; i++) {
        int64_t n = count_threads(
            schedule, node->children[i], inside || node->is_block);

        most = n > most ? n : most;
    }
    return most;
}

/* ---- All of it ----------------------------------------------------------- */

/* Is a loop around the node mapped to threads? */
static bool is_in_thread(const struct schedule_node *node)
{
    while (node && !node->is_thread)
        node = node->parent;
    return node != NULL;
}

/* The loops of a staged copy that is a block's are shared out. */
static void share_copy(struct schedule_node *leaf)
{
    struct schedule_node *top = leaf;

    while (top->parent && top->parent->kind == SCHEDULE_LOOP)
        top = top->parent;
    if (!leaf->statement->is_copy || is_in_thread(leaf))
        return;
    for (; top != leaf && !top->is_unrolled; top = top->children[0])
        top->is_thread = true;
}

/* The number of threads, if nobody said it: as many as the largest region can
 * use. */
static void set_threads(struct schedule *schedule)
{
    int64_t n = count_threads(schedule, schedule->root, false);

    n = (n + WARP_THREADS - 1) / WARP_THREADS * WARP_THREADS;
    if (!schedule->n_threads)
        schedule->n_threads = n ? (int)n : WARP_THREADS;
}

bool schedule_launch(struct schedule *schedule)
{
    struct schedule_nodes leaves;
    struct schedule_node *root;
    bool ok = true;

    cut_loops(schedule);
    leaves = schedule_leaves(schedule, schedule->root);
    for (int i = 0; i < leaves.n; i++)
        share_copy(leaves.at[i]);
    root = schedule->root;
    if (root->kind != SCHEDULE_SEQUENCE)
        return arrange_section(schedule, root) && (set_threads(schedule), true);
    for (int i = 0; i < root->n_children && ok; i++)
        ok = arrange_section(schedule, root->children[i]);
    set_threads(schedule);
    return ok && schedule_is_legal(schedule, SCHEDULE_LAUNCH, NULL, true,
                     schedule->model->kernel->name_range, "a launch");
}
