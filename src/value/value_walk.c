/* Visiting the nodes of a value. Values are graphs: nested functions share
 * operands, and the same graph as a tree may have more nodes than can ever
 * be visited. Small ones are walked as trees, large ones once per node. */
#include "base/vector.h"
#include "value/value.h"

enum { MAX_TREE_NODES = 1024 };

/* A walk that enters each node once: an open hash table of those seen. */
struct walk {
    struct arena *arena;
    int n;
    int n_slots;
    const struct value **slots;
    void (*visit)(const struct value *, void *);
    void *user;
};

/* Nodes of the tree, but not more than "limit" + 1. */
static int count_nodes(const struct value *value, int limit)
{
    int n = 1;
    for (int i = 0; i < value->n_operands && n <= limit; i++)
        n += count_nodes(value->operands[i], limit - n);
    return n;
}

/* Operands first; a shared node is visited once per use, so that only small
 * trees may come here. */
static void walk_tree(const struct value *value,
    void (*visit)(const struct value *, void *), void *user)
{
    for (int i = 0; i < value->n_operands; i++)
        walk_tree(value->operands[i], visit, user);
    visit(value, user);
}

/* Where the value is or would be. */
static const struct value **find_slot(
    const struct walk *walk, const struct value *value)
{
    uint64_t hash = (uint64_t)(uintptr_t)value >> 4;
    int slot =
        (int)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 33) & (walk->n_slots - 1);
    while (walk->slots[slot] && walk->slots[slot] != value)
        slot = (slot + 1) & (walk->n_slots - 1);
    return &walk->slots[slot];
}

/* Make the table at least twice as large as what it holds. */
static void grow(struct walk *walk)
{
    struct walk old = *walk;
    if (walk->n * 2 < walk->n_slots)
        return;
    walk->n_slots = old.n_slots ? 2 * old.n_slots : 256;
    walk->slots = ARENA_ARRAY(walk->arena, walk->n_slots, const struct value *);
    for (int i = 0; i < old.n_slots; i++)
        if (old.slots[i])
            *find_slot(walk, old.slots[i]) = old.slots[i];
}

/* Operands first, each node once. */
static void walk_graph(struct walk *walk, const struct value *value)
{
    grow(walk);
    const struct value **slot = find_slot(walk, value);
    if (*slot)
        return;
    *slot = value;
    walk->n++;
    for (int i = 0; i < value->n_operands; i++)
        walk_graph(walk, value->operands[i]);
    walk->visit(value, walk->user);
}

void value_foreach(const struct value *value,
    void (*visit)(const struct value *, void *), void *user)
{
    if (count_nodes(value, MAX_TREE_NODES) <= MAX_TREE_NODES) {
        walk_tree(value, visit, user);
        return;
    }
    struct walk walk = {.visit = visit, .user = user};
    walk.arena = arena_new();
    walk_graph(&walk, value);
    arena_free(walk.arena);
}

/* What value_has looks for. */
struct search {
    const struct variable *variable;
    bool is_found;
};

/* Does the variable occur in the node itself? */
static void find_variable(const struct value *value, void *user)
{
    struct search *search = user;
    bool found = false;
    if (value->kind == VALUE_INDEX)
        found = affine_has(value->affine, search->variable);
    if (value->kind == VALUE_PREDICATE)
        found = guard_has(value->guard, search->variable);
    for (int i = 0; i < value->n_index && !found; i++)
        found = affine_has(value->index[i], search->variable);
    search->is_found = search->is_found || found;
}

bool value_has(const struct value *value, const struct variable *variable)
{
    struct search search = {variable, false};
    value_foreach(value, find_variable, &search);
    return search.is_found;
}
