/* order n, c, k, p: loop interchange. A loop that moves inside a sequence is
 * distributed over it; the order of instances is checked at the end. */
#include "schedule/directive.h"

/* The wanted order of loops. */
struct order {
    struct schedule *schedule;
    struct directive_list words;
};

/* The place of a loop in the wanted order, -1 if it is not named. */
static int get_rank(const struct order *order, struct schedule_node *node)
{
    for (int i = 0; i < order->words.n; i++)
        if (schedule_is_named(
                order->schedule, node, order->words.at[i]->name->text))
            return i;
    return -1;
}

struct schedule_node *directive_distribute(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_node *sequence = loop->children[0];

    schedule_node_replace(schedule, loop, sequence);
    for (int i = 0; i < sequence->n_children; i++) {
        struct schedule_node *child = sequence->children[i];
        struct schedule_node *copy =
            schedule_node_new(schedule, SCHEDULE_LOOP, loop->range);
        struct schedule_nodes leaves = schedule_leaves(schedule, child);

        copy->name = loop->name;
        copy->variable = loop->variable;
        copy->is_fixed = loop->is_fixed;
        for (int j = 0; j < leaves.n; j++) {
            int id = leaves.at[j]->statement->id;
            copy->coordinates[id] = loop->coordinates[id];
        }
        sequence->children[i] = copy;
        copy->parent = sequence;
        schedule_node_add(schedule, copy, child);
    }
    return sequence;
}

/* Swap a loop with the loop that is its only child. */
static void interchange(struct schedule *schedule, struct schedule_node *outer)
{
    struct schedule_node *inner = outer->children[0];
    struct schedule_node *below = inner->children[0];

    schedule_node_replace(schedule, outer, inner);
    inner->children[0] = outer;
    outer->parent = inner;
    outer->children[0] = below;
    below->parent = outer;
}

/* Is a loop below "node" to be outside a loop of rank "rank"? */
static bool has_smaller_rank(
    const struct order *order, struct schedule_node *node, int rank)
{
    int own = get_rank(order, node);

    if (own >= 0 && own < rank)
        return true;
    for (int i = 0; i < node->n_children; i++)
        if (has_smaller_rank(order, node->children[i], rank))
            return true;
    return false;
}

/* Move the loops of the subtree to their places, innermost first: a loop
 * sinks as long as one below it belongs outside. */
static void sort_loops(const struct order *order, struct schedule_node *node)
{
    int rank = get_rank(order, node);
    struct schedule_node *child;

    for (int i = 0; i < node->n_children; i++)
        sort_loops(order, node->children[i]);
    if (rank < 0 || !has_smaller_rank(order, node->children[0], rank))
        return;
    child = node->children[0];
    if (child->kind == SCHEDULE_SEQUENCE)
        child = directive_distribute(order->schedule, node);
    else
        interchange(order->schedule, node);
    for (int i = 0; i < child->n_children; i++)
        sort_loops(order, child->children[i]);
}

/* The chain of loops from the first named one down to the last, when nothing
 * but loops is between; n = 0 otherwise. */
static struct schedule_nodes find_chain(const struct order *order)
{
    struct schedule *schedule = order->schedule;
    struct schedule_nodes chain = {0};
    struct schedule_nodes deepest = {0};

    for (int i = 0; i < order->words.n; i++) {
        struct schedule_nodes loops =
            schedule_find_loops(schedule, order->words.at[i]->name->text);
        if (loops.n != 1)
            return chain;
        if (!deepest.n || schedule_is_above(deepest.at[0], loops.at[0]))
            deepest = loops;
    }
    chain = schedule_loops_around(schedule, deepest.at[0]->children[0]);
    for (int i = 0; i < chain.n; i++)
        if (get_rank(order, chain.at[i]) >= 0) {
            chain.at += i;
            chain.n -= i;
            break;
        }
    for (int i = 0; i + 1 < chain.n; i++)
        if (chain.at[i]->children[0] != chain.at[i + 1])
            chain.n = 0;
    return chain;
}

/* Permute the named loops among their own places in a chain. */
static void permute_chain(
    const struct order *order, struct schedule_nodes chain)
{
    struct schedule_node *top = chain.at[0];
    struct schedule_node *parent = top->parent;
    struct schedule_node *bottom = chain.at[chain.n - 1]->children[0];
    struct schedule_node **sorted =
        ARENA_ARRAY(order->schedule->c->arena, chain.n, struct schedule_node *);
    int next = 0;

    for (int i = 0; i < chain.n; i++) {
        sorted[i] = chain.at[i];
        if (get_rank(order, chain.at[i]) < 0)
            continue;
        for (int j = 0; j < chain.n; j++)
            if (get_rank(order, chain.at[j]) == next)
                sorted[i] = chain.at[j];
        next++;
    }
    for (int i = 0; i < chain.n; i++) {
        sorted[i]->children[0] = i + 1 < chain.n ? sorted[i + 1] : bottom;
        sorted[i]->children[0]->parent = sorted[i];
    }
    sorted[0]->parent = parent;
    if (!parent)
        order->schedule->root = sorted[0];
    for (int i = 0; parent && i < parent->n_children; i++)
        if (parent->children[i] == top)
            parent->children[i] = sorted[0];
}

/* Every two named loops must be around some statement together. */
static bool check_nested(struct directive *directive, const struct order *order)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);

    for (int i = 0; i < leaves.n; i++) {
        struct schedule_nodes loops =
            schedule_loops_around(schedule, leaves.at[i]);
        int found = 0;

        for (int j = 0; j < loops.n; j++)
            found += get_rank(order, loops.at[j]) >= 0;
        if (found >= order->words.n)
            return true;
    }
    diag_error(schedule->c->diag, directive->ast->range, DIAG_E0413,
        "the loops of '%s' are not nested in each other", directive->text);
    return false;
}

bool directive_order(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    int end = 0;
    struct order order = {schedule, directive_list_loops(directive, 0, &end)};
    struct schedule_nodes chain;

    for (int i = 0; i < order.words.n; i++) {
        struct schedule_nodes loops =
            directive_find_loops(directive, order.words.at[i]);
        if (!loops.n)
            return false;
        for (int j = 0; j < loops.n; j++)
            if (!directive_check_mode(directive, loops.at[j]))
                return false;
    }
    if (!order.words.n || !check_nested(directive, &order))
        return false;
    chain = find_chain(&order);
    if (chain.n)
        permute_chain(&order, chain);
    else
        sort_loops(&order, schedule->root);
    return schedule_is_legal(schedule, SCHEDULE_ORDER, NULL, true,
               directive->ast->range, directive->text) &&
           directive_check_loops(directive, false);
}
