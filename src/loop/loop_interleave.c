/* Straight runs that compute several vectors one after the other (whole
 * rows, jammed loops, borders) take turns: the vectors' chains of additions
 * are independent, and a processor looks ahead only so far.
 *
 *     r = b; r += ..; r += ..; y[0] = r; r = b; r += ..; r += ..; y[1] = r
 * becomes
 *     r = b; r' = b; r += ..; r' += ..; r += ..; r' += ..; y[0] = r; y[1] = r'
 *
 * A "strand" ends with a store to memory. Its registers hold nothing before
 * and after it, nothing it loads is stored in the run, and stores keep their
 * order. Only strands that take several elements of one row are of
 * interest, where the same element is wanted by neighbouring vectors, and those
 * with many masks. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* Strands shorter than this are over before the next one waits. Taking turns
 * among more than MOST_STRANDS gains nothing. */
enum {
    LEAST_STATEMENTS = 6,
    LEAST_STRANDS = 4,
    MOST_STRANDS = 8,
    MOST_STEP = 4,
    MANY_MASKS = 6
};

/* Statements first .. last - 1 of a run, "next" the one to be appended. */
struct strand {
    int first;
    int last;
    int next;
    struct loop_renaming renaming;
};

/* A run under rewriting. "is_shared": registers, by array id, that some
 * strand of the program reads before it writes them. "is_set": the
 * registers the strand at hand has written. */
struct interleaving {
    struct loop_program *program;
    struct arena *arena;
    bool *is_shared;
    bool *is_set;
    const struct loop_node *node;
    VECTOR(struct strand) strands;
};

/* ---- Registers that outlive a strand --------------------------------------
 */

/* A visit: a register that is read. */
static void note_read(const struct value *value, void *user)
{
    struct interleaving *run = user;

    if (value->kind == VALUE_LOAD && value->array->kind == ARRAY_REGISTER &&
        !run->is_set[value->array->id])
        run->is_shared[value->array->id] = true;
}

/* Does the statement end a strand? */
static bool is_end(const struct loop_node *node)
{
    return node->kind != LOOP_ASSIGN || node->array->kind != ARRAY_REGISTER;
}

/* Registers that are read before they are written in a strand of a node. */
static void note_strands(struct interleaving *run, const struct loop_node *node)
{
    int n = run->program->n_arrays;

    for (int i = 0; i < n; i++)
        run->is_set[i] = false;
    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];

        if (child->kind == LOOP_ASSIGN) {
            value_foreach(child->value, note_read, run);
            if (!child->is_first && child->guard &&
                !run->is_set[child->array->id])
                run->is_shared[child->array->id] = true;
            run->is_set[child->array->id] = true;
        }
        for (int j = 0; is_end(child) && j < n; j++)
            run->is_set[j] = false;
    }
}

/* A visit: a node with its runs. */
static void note_node(struct loop_node *node, void *user)
{
    note_strands(user, node);
}

/* ---- Strands of a run ------------------------------------------------------
 */

/* What is loaded and stored in a run. "last" is the load of lanes before this
 * one, "slides": two such loads took overlapping elements of one row. */
struct traffic {
    struct interleaving *run;
    const struct variable *lane;
    const struct value *last;
    bool *is_loaded;
    bool slides;
    int n_loads;
};

/* A visit: a load. */
static void note_load(const struct value *value, void *user)
{
    struct traffic *traffic = user;
    struct value_context *v = traffic->run->program->values;

    if (value->kind != VALUE_LOAD)
        return;
    traffic->is_loaded[array_base(value->array)->id] = true;
    for (int step = 1; step <= MOST_STEP; step++) {
        if (!loop_is_lane_load(value, traffic->lane, step))
            continue;
        if (traffic->last && loop_is_same_row(v, traffic->last, value) &&
            (loop_get_offset(value) - loop_get_offset(traffic->last)) %
                    traffic->lane->n_lanes !=
                0)
            traffic->slides = true;
        traffic->last = value;
        traffic->n_loads++;
    }
}

/* Do the first strand's statements have more masks than there are registers
 * for? Then each is loaded once for all strands that take turns. */
static bool has_many_masks(const struct interleaving *run, int first, int last)
{
    struct loop_node *const *nodes = run->node->children;
    int n = 0;

    if (!run->program->machine->has_mask_registers)
        return false;
    for (int i = first; i < last && !is_end(nodes[i]); i++) {
        bool is_new = nodes[i]->guard != NULL;

        for (int j = first; is_new && j < i; j++)
            is_new = !nodes[j]->guard ||
                     !guard_is_equal(nodes[i]->guard, nodes[j]->guard);
        n += is_new;
    }
    return n >= MANY_MASKS;
}

/* May the statements take turns: vectors of the same lanes whose registers
 * are their strand's own, nothing loaded that is stored, and some row from
 * which each strand takes several elements, or many masks? */
static bool may_interleave(struct interleaving *run, int first, int last)
{
    struct loop_node *const *nodes = run->node->children;
    struct traffic traffic = {.run = run, .lane = nodes[first]->lane};

    traffic.is_loaded = ARENA_ARRAY(run->arena, run->program->n_arrays, bool);
    for (int i = first; i < last; i++) {
        if (!nodes[i]->lane || nodes[i]->lane != traffic.lane ||
            nodes[i]->reduce != MODEL_SET ||
            (nodes[i]->array->kind == ARRAY_REGISTER &&
                run->is_shared[nodes[i]->array->id]))
            return false;
        value_foreach(nodes[i]->value, note_load, &traffic);
    }
    for (int i = first; i < last; i++)
        if (nodes[i]->array->kind != ARRAY_REGISTER &&
            traffic.is_loaded[array_base(nodes[i]->array)->id])
            return false;
    return (traffic.slides &&
               traffic.n_loads >= LEAST_STATEMENTS / 2 * LEAST_STRANDS) ||
           has_many_masks(run, first, last);
}

/* Cut statements first .. last - 1 into strands. */
static void find_strands(struct interleaving *run, int first, int last)
{
    struct strand strand = {.first = first, .next = first};

    run->strands.n = 0;
    for (int i = first; i < last; i++) {
        if (!is_end(run->node->children[i]) && i < last - 1)
            continue;
        strand.last = i + 1;
        VECTOR_PUSH(run->arena, &run->strands, strand);
        strand.first = strand.next = i + 1;
    }
}

/* How many strands take turns: their sums, the vectors they share and what all
 * of them use stay in registers. */
static int get_group(const struct interleaving *run)
{
    int n = run->program->machine->n_vector_registers / 4;
    int most = n < LEAST_STRANDS  ? LEAST_STRANDS
               : n > MOST_STRANDS ? MOST_STRANDS
                                  : n;
    int n_groups = (run->strands.n + most - 1) / most;

    return (run->strands.n + n_groups - 1) / n_groups;
}

/* ---- Taking turns ---------------------------------------------------------
 */

/* Own registers for a strand. */
static void rename_strand(struct interleaving *run, struct strand *strand)
{
    VECTOR(const struct array *) from = {0};
    const struct array **to;

    for (int i = strand->first; i < strand->last; i++) {
        const struct array *array = run->node->children[i]->array;
        bool is_new = array->kind == ARRAY_REGISTER;

        for (int j = 0; is_new && j < from.n; j++)
            is_new = from.at[j] != array;
        if (is_new)
            VECTOR_PUSH(run->arena, &from, array);
    }
    to = ARENA_ARRAY(run->arena, from.n, const struct array *);
    for (int i = 0; i < from.n; i++)
        to[i] = loop_new_array(run->program, from.at[i]);
    strand->renaming = (struct loop_renaming){from.n, from.at, to};
}

/* Append the next statement of a strand, unless it is a store before which
 * others must come; true if there is more to come. */
static bool add_next(struct interleaving *run, struct loop_node *into,
    struct strand *strand, bool may_store)
{
    static const struct substitution nothing;
    const struct loop_node *node;

    if (strand->next == strand->last)
        return false;
    node = run->node->children[strand->next];
    if (is_end(node) && !may_store)
        return true;
    loop_add(run->arena, into,
        loop_copy(run->program, node, &nothing, &strand->renaming));
    return ++strand->next < strand->last;
}

/* Append "n" strands, taking turns. */
static void add_group(struct interleaving *run, struct loop_node *into,
    struct strand *strands, int n)
{
    bool is_busy = true;

    for (int i = 1; i < n; i++)
        rename_strand(run, &strands[i]);
    while (is_busy) {
        is_busy = false;
        for (int i = 0; i < n; i++)
            is_busy |= add_next(run, into, &strands[i], !is_busy);
    }
}

/* Rewrite statements first .. last - 1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct interleaving *run = user;
    int n;

    (void)program;
    run->node = node;
    find_strands(run, first, last);
    if (run->strands.n < LEAST_STRANDS ||
        last - first < LEAST_STATEMENTS * run->strands.n ||
        !may_interleave(run, first, last)) {
        for (int i = first; i < last; i++)
            loop_add(run->arena, into, node->children[i]);
        return;
    }
    n = get_group(run);
    for (int i = 0; i < run->strands.n; i += n)
        add_group(run, into, &run->strands.at[i],
            run->strands.n - i < n ? run->strands.n - i : n);
}

bool loop_interleave(struct compilation *c, struct loop_program *program)
{
    struct interleaving run = {.program = program, .arena = c->arena};

    run.is_shared = ARENA_ARRAY(c->arena, program->n_arrays, bool);
    run.is_set = ARENA_ARRAY(c->arena, program->n_arrays, bool);
    loop_foreach(program->body, note_node, &run);
    program->body =
        loop_rewrite_runs(program, program->body, rewrite_run, &run);
    return true;
}
