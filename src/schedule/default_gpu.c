/* The schedule of a GPU for nests nobody scheduled. What is independent
 * becomes parts of the launch of their own; in each, loops none of whose
 * iterations depend on another come outermost, also where several nests one
 * after the other have them in common, and are run by threads
 * (default_thread.c). A nest whose steps depend on each other is run by one
 * block, the threads of which wait for each other; one without independent
 * loops is refused. */
#include "schedule/schedule_default.h"

#include "base/vector.h"
#include "schedule/directive.h"

#include <stdlib.h>

/* Loops of at most so many iterations do not count as work for many threads. */
enum { FEW = 16 };

/* ---- What depends on what ------------------------------------------------ */

/* Dependences among the statements below some nodes. "related" by pair of
 * statement ids; "loops" are asked about: has every dependence one value in
 * them? "all" is what was found. */
struct relation {
    struct schedule *schedule;
    bool *related;
    struct schedule_nodes loops;
    bool all;
};

/* The id of the statement an isl tuple "S12" stands for, -1 without one. */
static int get_id(isl_map *map, enum isl_dim_type side)
{
    const char *name = isl_map_get_tuple_name(map, side);

    return name ? atoi(name + 1) : -1;
}

/* Visit all dependences; "visit" takes the map. */
static void foreach_dependence(
    struct relation *relation, isl_stat (*visit)(__isl_take isl_map *, void *))
{
    struct model *model = relation->schedule->model;

    model_begin_phase(model, "dependences of a launch");
    isl_union_map_foreach_map(model->flow, visit, relation);
    isl_union_map_foreach_map(model->anti, visit, relation);
    isl_union_map_foreach_map(model->output, visit, relation);
    model_end_phase(model, model->kernel->name_range);
}

/* A visit: note the pair. */
static isl_stat note_pair(__isl_take isl_map *map, void *user)
{
    struct relation *relation = user;
    int n = relation->schedule->model->n_statements;
    int a = get_id(map, isl_dim_in);
    int b = get_id(map, isl_dim_out);

    if (a >= 0 && b >= 0)
        relation->related[a * n + b] = relation->related[b * n + a] = true;
    isl_map_free(map);
    return isl_stat_ok;
}

/* The loop of the list that is around a statement, or NULL. */
static const struct schedule_node *find_loop(
    const struct schedule_nodes *loops, int id)
{
    for (int i = 0; i < loops->n; i++)
        if (loops->at[i]->coordinates[id])
            return loops->at[i];
    return NULL;
}

/* Looks for a load of "array". */
struct reading {
    const struct array *array;
    bool found;
};

/* A visit: is it one? */
static void find_reading(const struct value *value, void *user)
{
    struct reading *reading = user;

    if (value->kind == VALUE_LOAD && value->array == reading->array)
        reading->found = true;
}

/* Does the statement read or write the array? */
static bool has_access(
    const struct model_statement *statement, const struct array *array)
{
    struct reading reading = {array, statement->target == array};

    value_foreach(statement->value, find_reading, &reading);
    return reading.found;
}

/* Statements that access the same private array are related, also
 * where one never runs, so that no dependence says so: the array lives in the
 * loops around all of them. */
static void relate_private(const struct relation *relation)
{
    const struct model *model = relation->schedule->model;
    int n = model->n_statements;

    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            const struct array *array = model->statements[a]->target;

            if (array->kind == ARRAY_PRIVATE &&
                has_access(model->statements[b], array))
                relation->related[a * n + b] = relation->related[b * n + a] =
                    true;
        }
}

/* A visit: does the dependence lead from an iteration to itself? */
static isl_stat ask_pair(__isl_take isl_map *map, void *user)
{
    struct relation *relation = user;
    struct model *model = relation->schedule->model;
    int a = get_id(map, isl_dim_in);
    int b = get_id(map, isl_dim_out);
    const struct schedule_node *from = find_loop(&relation->loops, a);
    const struct schedule_node *to = find_loop(&relation->loops, b);

    if (from && to && relation->all) {
        isl_map *same =
            isl_pw_aff_eq_map(model_affine_to_isl(model, from->coordinates[a],
                                  model->statements[a]),
                model_affine_to_isl(
                    model, to->coordinates[b], model->statements[b]));

        relation->all = isl_map_is_subset(map, same) == isl_bool_true;
        isl_map_free(same);
    }
    isl_map_free(map);
    return isl_stat_ok;
}

/* Do no two iterations of these loops, which count as one, depend on each
 * other, whatever is around them? */
static bool is_independent(
    struct schedule *schedule, struct schedule_nodes loops)
{
    struct relation relation = {schedule, NULL, loops, true};

    foreach_dependence(&relation, ask_pair);
    return relation.all;
}

/* ---- Parts --------------------------------------------------------------- */

/* Are statements below the two nodes related? */
static bool is_related(const struct relation *relation, struct schedule_node *a,
    struct schedule_node *b)
{
    struct schedule *schedule = relation->schedule;
    struct schedule_nodes from = schedule_leaves(schedule, a);
    struct schedule_nodes to = schedule_leaves(schedule, b);
    int n = schedule->model->n_statements;

    for (int i = 0; i < from.n; i++)
        for (int j = 0; j < to.n; j++)
            if (relation->related[from.at[i]->statement->id * n +
                                  to.at[j]->statement->id])
                return true;
    return false;
}

/* Number the children of a sequence by what is related, directly or through
 * others: the same number, that of the first of them. How many numbers. */
static int number_parts(const struct relation *relation,
    struct schedule_node *sequence, int *numbers)
{
    int n = sequence->n_children;
    int n_parts = n;

    for (int i = 0; i < n; i++)
        numbers[i] = i;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            int from = numbers[i];
            int to = numbers[j];

            if (from == to || !is_related(relation, sequence->children[i],
                                  sequence->children[j]))
                continue;
            for (int k = 0; k < n; k++)
                if (numbers[k] == (from > to ? from : to))
                    numbers[k] = from > to ? to : from;
            n_parts--;
        }
    return n_parts;
}

/* Put the children of a sequence that are related into sequences of their own.
 * How many parts there are. */
static int group_parts(
    const struct relation *relation, struct schedule_node *sequence)
{
    struct schedule *schedule = relation->schedule;
    int n = sequence->n_children;
    struct schedule_node **children = sequence->children;
    int *numbers = ARENA_ARRAY(schedule->c->arena, n, int);
    int n_parts = number_parts(relation, sequence, numbers);

    if (n_parts == 1)
        return 1;
    sequence->children = NULL;
    sequence->n_children = 0;
    for (int i = 0; i < n; i++) {
        struct schedule_node *part =
            schedule_node_new(schedule, SCHEDULE_SEQUENCE, children[i]->range);

        for (int k = i; k < n; k++)
            if (numbers[k] == i)
                schedule_node_add(schedule, part, children[k]);
        if (part->n_children)
            schedule_node_add(schedule, sequence,
                part->n_children == 1 ? part->children[0] : part);
    }
    return n_parts;
}

/* Is a loop at or below the node that many threads could run? */
static bool has_work(struct schedule *schedule, struct schedule_node *node)
{
    int64_t n;

    if (node->kind == SCHEDULE_LOOP) {
        n = schedule_largest_extent(schedule, node);
        if ((n == 0 || n > FEW) &&
            schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, node))
            return true;
    }
    for (int i = 0; i < node->n_children; i++)
        if (has_work(schedule, node->children[i]))
            return true;
    return false;
}

/* A sequence in a sequence becomes children of it; after splitting. */
static void flatten(struct schedule *schedule, struct schedule_node *sequence)
{
    int n = sequence->n_children;
    struct schedule_node **children = sequence->children;

    sequence->children = NULL;
    sequence->n_children = 0;
    for (int i = 0; i < n; i++) {
        if (children[i]->kind != SCHEDULE_SEQUENCE) {
            schedule_node_add(schedule, sequence, children[i]);
            continue;
        }
        flatten(schedule, children[i]);
        for (int k = 0; k < children[i]->n_children; k++)
            schedule_node_add(schedule, sequence, children[i]->children[k]);
    }
}

/* Split loops over parts that have nothing to do with each other and have
 * loops of their own for many threads; what a block does beside sums stays with
 * them. */
static void split_parts(
    const struct relation *relation, struct schedule_node *node)
{
    struct schedule *schedule = relation->schedule;
    struct schedule_node *child;

    for (int i = 0; i < node->n_children; i++)
        split_parts(relation, node->children[i]);
    if (node->kind != SCHEDULE_LOOP)
        return;
    child = node->children[0];
    if (child->kind != SCHEDULE_SEQUENCE || !has_work(schedule, child) ||
        schedule_has_sums(schedule, child))
        return;
    flatten(schedule, child);
    if (group_parts(relation, child) > 1)
        directive_distribute(schedule, node);
}

/* ---- Independent loops outermost ----------------------------------------- */

/* The loops directly inside each other that begin with a node. */
static struct schedule_nodes get_chain(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes chain = {0};

    for (; node->kind == SCHEDULE_LOOP; node = node->children[0])
        VECTOR_PUSH(schedule->c->arena, &chain, node);
    return chain;
}

/* The nests of a part: the children of a sequence, or one. */
static struct schedule_nodes get_nests(
    struct schedule *schedule, struct schedule_node *part)
{
    struct schedule_nodes nests = {0};

    if (part->kind != SCHEDULE_SEQUENCE)
        VECTOR_PUSH(schedule->c->arena, &nests, part);
    for (int i = 0; part->kind == SCHEDULE_SEQUENCE && i < part->n_children;
         i++)
        VECTOR_PUSH(schedule->c->arena, &nests, part->children[i]);
    return nests;
}

/* The loops called "name" at the top of all nests; none if one lacks it. */
static struct schedule_nodes find_common(struct schedule *schedule,
    const struct schedule_nodes *nests, const struct name *name)
{
    struct schedule_nodes common = {0};

    for (int i = 0; i < nests->n; i++) {
        struct schedule_nodes chain = get_chain(schedule, nests->at[i]);

        for (int k = 0; k < chain.n; k++)
            if (chain.at[k]->name == name && common.n == i)
                VECTOR_PUSH(schedule->c->arena, &common, chain.at[k]);
        if (common.n == i)
            return (struct schedule_nodes){0};
    }
    return common;
}

/* Take a loop out of the tree: what is in it stands there instead. */
static void unlink_loop(struct schedule *schedule, struct schedule_node *loop)
{
    schedule_node_replace(schedule, loop, loop->children[0]);
    loop->n_children = 0;
    loop->children = NULL;
}

/* Put a loop around a node. */
static void put_around(struct schedule *schedule, struct schedule_node *node,
    struct schedule_node *loop)
{
    schedule_node_replace(schedule, node, loop);
    schedule_node_add(schedule, loop, node);
}

/* Make the loops, one in each nest of the part, one loop around the part. */
static struct schedule_node *hoist(struct schedule *schedule,
    struct schedule_node *part, const struct schedule_nodes *nests,
    const struct schedule_nodes *loops)
{
    struct schedule_node *top = loops->at[0];

    for (int i = 0; i < loops->n; i++) {
        struct schedule_node *nest = nests->at[i];

        if (loops->at[i] != nest) {
            unlink_loop(schedule, loops->at[i]);
            put_around(schedule, nest, loops->at[i]);
        }
    }
    for (int i = 1; i < loops->n; i++)
        schedule_join(schedule, part, 0);
    return top;
}

/* Bring all loops of a part outermost that are independent; the loops, and in
 * "*rest" what is inside them. */
static struct schedule_nodes hoist_independent(struct schedule *schedule,
    struct schedule_node *part, struct schedule_node **rest)
{
    struct schedule_nodes found = {0};
    struct schedule_nodes nests = get_nests(schedule, part);
    struct schedule_nodes chain = get_chain(schedule, nests.at[0]);

    for (int i = 0; i < chain.n; i++) {
        struct schedule_nodes loops =
            find_common(schedule, &nests, chain.at[i]->name);

        if (!loops.n || !is_independent(schedule, loops))
            continue;
        VECTOR_PUSH(
            schedule->c->arena, &found, hoist(schedule, part, &nests, &loops));
        part = found.at[found.n - 1]->children[0];
        nests = get_nests(schedule, part);
    }
    *rest = part;
    return found;
}

/* ---- Parts that wait for each other ---------------------------------------
 */

/* In a block: threads for every nest that has loops which no step depends
 * on. */
static bool schedule_steps(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes loops = {0};
    bool found = false;

    for (struct schedule_node *loop = node;
         loop->kind == SCHEDULE_LOOP &&
         schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, loop);
         loop = loop->children[0])
        VECTOR_PUSH(schedule->c->arena, &loops, loop);
    if (loops.n) {
        schedule_default_thread(schedule, loops);
        return true;
    }
    for (int i = 0; i < node->n_children; i++)
        found |= schedule_steps(schedule, node->children[i]);
    return found;
}

/* Is there a loop that is not short? */
static bool has_steps(struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes loops = {0};

    schedule_collect_loops(schedule, node, &loops);
    for (int i = 0; i < loops.n; i++) {
        int64_t n = schedule_largest_extent(schedule, loops.at[i]);

        if (n == 0 || n > FEW)
            return true;
    }
    return false;
}

/* E0413: one thread would run it all. */
static void refuse(struct schedule *schedule, const struct schedule_node *node)
{
    struct diag *diag = schedule->c->diag;

    diag_error(diag, schedule->model->kernel->name_range, DIAG_E0413,
        "no loop of kernel '%s' has iterations that threads could run at the "
        "same time",
        schedule->model->kernel->name->text);
    diag_note(diag, node->range, "each iteration needs one before it");
    diag_hint(diag, "Compile it for a CPU.");
}

/* One part of the launch. */
static void schedule_part(struct schedule *schedule, struct schedule_node *part)
{
    struct schedule_node *rest = NULL;
    struct schedule_nodes found = hoist_independent(schedule, part, &rest);

    if (schedule_default_sums(schedule, found, rest) ||
        schedule_default_columns(schedule, found, rest))
        return;
    if (found.n)
        schedule_default_thread(schedule, found);
    else if (!schedule_steps(schedule, part) && has_steps(schedule, part))
        refuse(schedule, part);
}

/* What is one part becomes one child. */
static void wrap_children(struct schedule *schedule, struct schedule_node *root)
{
    struct schedule_node *part;

    if (root->n_children < 2)
        return;
    part = schedule_node_new(schedule, SCHEDULE_SEQUENCE, root->range);
    for (int i = 0; i < root->n_children; i++)
        schedule_node_add(schedule, part, root->children[i]);
    root->n_children = 0;
    root->children = NULL;
    schedule_node_add(schedule, root, part);
}

/* Did the user name a nest? */
static bool has_fixed(const struct schedule_node *root)
{
    for (int i = 0; i < root->n_children; i++)
        if (root->children[i]->is_fixed)
            return true;
    return false;
}

/* The root as a sequence of parts that have nothing to do with each other,
 * unless the user named a nest. */
static struct schedule_node *make_parts(struct schedule *schedule)
{
    int n = schedule->model->n_statements;
    struct relation relation = {.schedule = schedule};
    struct schedule_node *root = schedule->root;

    if (root->kind != SCHEDULE_SEQUENCE) {
        root = schedule_node_new(schedule, SCHEDULE_SEQUENCE, root->range);
        schedule_node_add(schedule, root, schedule->root);
        schedule->root = root;
    }
    if (has_fixed(root))
        return root;
    relation.related = ARENA_ARRAY(schedule->c->arena, n * n, bool);
    foreach_dependence(&relation, note_pair);
    relate_private(&relation);
    for (int i = 0; i < root->n_children; i++)
        split_parts(&relation, root->children[i]);
    flatten(schedule, root);
    if (group_parts(&relation, root) == 1)
        wrap_children(schedule, root);
    return root;
}

void schedule_default_gpu(struct schedule *schedule)
{
    struct schedule_node *root = make_parts(schedule);

    for (int i = 0; i < root->n_children; i++)
        if (!root->children[i]->is_fixed) {
            schedule->is_default = true;
            schedule_part(schedule, root->children[i]);
        }
    if (root->n_children == 1 && root->children[0]->kind == SCHEDULE_LOOP)
        schedule_node_replace(schedule, root, root->children[0]);
}
