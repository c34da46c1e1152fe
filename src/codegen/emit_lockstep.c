/* Statements in lockstep: long computations that do not wait for each other,
 * node by node instead of one after the other. A chain of twenty operations
 * each of which waits for the one before leaves seven of eight issue slots of
 * a core idle, and a few such chains fill the queue in which instructions
 * wait. So such a statement is put off: what it loads is loaded in its place,
 * the rest is done when several have come together, and before anything that
 * could see what they store.
 */
#include "codegen/emit.h"

/* Below so many operations a processor overlaps statements by itself. */
enum { LEAST_OPERATIONS = 12 };

/* Statements in one group: what they hold at a time must fit the registers. */
static int get_most(const struct emitter *e)
{
    return e->machine->n_vector_registers / 8;
}

/* What a visit gathers of a value: operations, conditions on positions, and
 * whether it reads "array". */
struct reading {
    const struct array *array;
    int n_operations;
    bool has_predicate;
    bool is_read;
};

/* A visit: count, compare. */
static void note_value(const struct value *value, void *user)
{
    struct reading *reading = user;
    reading->n_operations += value->kind == VALUE_OPERATION;
    reading->has_predicate |= value->kind == VALUE_PREDICATE;
    reading->is_read |=
        value->kind == VALUE_LOAD && array_base(value->array) == reading->array;
}

/* A vector statement without conditions that is long enough to be put off. */
static bool is_long(const struct loop_node *node)
{
    struct reading reading = {array_base(node->array), 0, false, false};
    if (!node->lane || node->guard || node->reduce != MODEL_SET)
        return false;
    value_foreach(node->value, note_value, &reading);
    return reading.n_operations >= LEAST_OPERATIONS && !reading.has_predicate &&
           !reading.is_read;
}

/* Does the statement read what one that is put off will write, or write it
 * before that one? */
static bool has_conflict(
    const struct emitter *e, const struct loop_node *node, bool is_deferred)
{
    for (int i = 0; i < e->n_deferred; i++) {
        const struct array *array = array_base(e->deferred[i].node->array);
        struct reading reading = {
            array, 0, false, !is_deferred && array_base(node->array) == array};
        value_foreach(node->value, note_value, &reading);
        if (reading.is_read)
            return true;
    }
    return false;
}

/* For value_foreach: loads now what the statement reads. */
static void load_leaf(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD)
        emit_value(user, value);
}

/* Put a statement off. */
static void defer(struct emitter *e, const struct loop_node *node)
{
    struct emit_deferred *deferred = &e->deferred[e->n_deferred++];
    emit_debug_at(e, node->range);
    e->lane = node->lane;
    e->known = (struct emit_known_list){0};
    value_foreach(node->value, load_leaf, e);
    *deferred = (struct emit_deferred){node, e->known};
    e->known = (struct emit_known_list){0};
    e->lane = NULL;
}

/* "value" as part of statement i of those put off. */
static LLVMValueRef emit_part(
    struct emitter *e, int i, const struct value *value)
{
    struct emit_deferred *deferred = &e->deferred[i];
    e->lane = deferred->node->lane;
    e->known = deferred->known;
    LLVMValueRef result = emit_value(e, value);
    deferred->known = e->known;
    return result;
}

/* Has the statement computed the value? */
static bool is_known(
    const struct emit_deferred *deferred, const struct value *value)
{
    const struct emit_known_list *known = &deferred->known;
    for (int i = known->n - 1; i >= 0; i--)
        if (known->at[i].value == value)
            return true;
    return false;
}

/* One value of each of n statements from "first" on: operands of all before
 * the nodes themselves, as long as they have the same form. */
static void emit_together(
    struct emitter *e, int first, int n, const struct value *const *values)
{
    const struct value *operands[EMIT_MOST_DEFERRED] = {NULL};
    bool is_same = !is_known(&e->deferred[first], values[0]);
    for (int i = 1; i < n; i++)
        is_same &= values[i]->kind == values[0]->kind &&
                   values[i]->n_operands == values[0]->n_operands;
    for (int k = 0; is_same && k < values[0]->n_operands; k++) {
        for (int i = 0; i < n; i++)
            operands[i] = values[i]->operands[k];
        emit_together(e, first, n, operands);
    }
    for (int i = 0; i < n; i++)
        emit_part(e, first + i, values[i]);
}

/* n statements from "first" on. */
static void emit_group(struct emitter *e, int first, int n)
{
    const struct value *values[EMIT_MOST_DEFERRED] = {NULL};
    for (int i = 0; i < n; i++)
        values[i] = e->deferred[first + i].node->value;
    emit_together(e, first, n, values);
    for (int i = 0; i < n; i++) {
        const struct loop_node *node = e->deferred[first + i].node;
        LLVMValueRef value = emit_part(e, first + i, values[i]);
        emit_debug_at(e, node->range);
        emit_store(e, node, value);
    }
}

void emit_flush(struct emitter *e)
{
    int most = get_most(e);
    for (int i = 0; i < e->n_deferred; i += most)
        emit_group(e, i, e->n_deferred - i < most ? e->n_deferred - i : most);
    e->known = (struct emit_known_list){0};
    e->lane = NULL;
    e->n_deferred = 0;
}

/* One statement, now or later. */
static void emit_statement(struct emitter *e, const struct loop_node *node)
{
    bool is_deferred = is_long(node);
    if (has_conflict(e, node, is_deferred))
        emit_flush(e);
    if (is_deferred)
        defer(e, node);
    else
        emit_node(e, node);
    if (e->n_deferred == EMIT_MOST_DEFERRED)
        emit_flush(e);
}

/* Children; sequences among them are a part of this one. */
static void emit_straight(struct emitter *e, const struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];
        if (child->kind == LOOP_SEQUENCE) {
            emit_straight(e, child);
        } else if (child->kind == LOOP_PREFETCH) {
            emit_node(e, child);
        } else if (child->kind == LOOP_ASSIGN) {
            emit_statement(e, child);
        } else {
            emit_flush(e);
            emit_node(e, child);
        }
    }
}

void emit_children(struct emitter *e, const struct loop_node *node)
{
    emit_straight(e, node);
    emit_flush(e);
}
