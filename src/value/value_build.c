/* Constructors of values, with the folding that is exact for every input;
 * walking and substitution.
 */
#include "value/value.h"

/* A new value of a kind and type. */
static struct value *new_value(
    struct value_context *v, enum value_kind kind, enum dtype type)
{
    struct value *value = ARENA_NEW(v->arena, struct value);

    value->kind = kind;
    value->type = type;
    return value;
}

const struct value *value_real(
    struct value_context *v, enum dtype type, double real)
{
    struct value *value = new_value(v, VALUE_REAL, type);

    value->real = real;
    return value;
}

const struct value *value_integer(
    struct value_context *v, enum dtype type, int64_t integer)
{
    struct value *value = new_value(v, VALUE_INTEGER, type);

    value->integer = integer;
    return value;
}

const struct value *value_index(
    struct value_context *v, const struct affine *affine)
{
    struct value *value = new_value(v, VALUE_INDEX, DTYPE_INDEX);

    value->affine = affine;
    return value;
}

const struct value *value_load(struct value_context *v,
    const struct array *array, int n_index, const struct affine *const *index,
    struct source_range range)
{
    struct value *value = new_value(v, VALUE_LOAD, array->type);

    value->range = range;
    value->array = array;
    value->n_index = n_index;
    value->index = arena_copy(v->arena, index, (size_t)n_index * sizeof *index);
    return value;
}

const struct value *value_predicate(
    struct value_context *v, const struct guard *guard)
{
    struct value *value;

    if (!guard || guard_is_false(guard))
        return value_integer(v, DTYPE_BOOL, !guard);
    value = new_value(v, VALUE_PREDICATE, DTYPE_BOOL);
    value->guard = guard;
    return value;
}

/* ---- Folding ----------------------------------------------------------- */

/* Is it a constant? */
static bool is_constant(const struct value *a)
{
    return a->kind == VALUE_REAL || a->kind == VALUE_INTEGER;
}

/* Is it this number, of whatever type? */
static bool is_number(const struct value *a, double number)
{
    if (a->kind == VALUE_REAL)
        return a->real == number;
    return a->kind == VALUE_INTEGER && a->type != DTYPE_BOOL &&
           (double)a->integer == number;
}

/* Is it false (or true)? */
static bool is_truth(const struct value *a, bool truth)
{
    return a->kind == VALUE_INTEGER && a->type == DTYPE_BOOL &&
           (a->integer != 0) == truth;
}

/* The type of an operation on operands like "a" (the second of a SELECT). */
static enum dtype result_type(
    enum value_operation operation, const struct value *a)
{
    if (operation == VALUE_LESS || operation == VALUE_LESS_EQUAL ||
        operation == VALUE_EQUAL || operation == VALUE_NOT_EQUAL)
        return DTYPE_BOOL;
    if (operation == VALUE_BITS)
        return a->type == DTYPE_F64 ? DTYPE_INDEX : DTYPE_I32;
    if (operation == VALUE_FROM_BITS)
        return a->type == DTYPE_INDEX ? DTYPE_F64 : DTYPE_F32;
    return a->type;
}

/* Is the operation a function, without an exact meaning here? */
static bool is_function(enum value_operation operation)
{
    static const bool functions[] = {
#define OPERATION(id, name, n_operands, is_function) [VALUE_##id] = is_function,
#include "value/operations.def"
#undef OPERATION
    };

    return functions[operation];
}

/* A constant expects neither variables nor memory. */
static struct scalar load_nothing(
    void *user, const struct value *load, const int64_t *index)
{
    (void)user;
    (void)load;
    (void)index;
    return (struct scalar){0};
}

/* The constant an operation on constants gives. */
static const struct value *fold_constant(
    struct value_context *v, const struct value *value)
{
    struct evaluation evaluation = {.fused = true, .load = load_nothing};
    struct scalar result = value_evaluate(value, &evaluation);

    return dtype_is_float(value->type)
               ? value_real(v, value->type, result.real)
               : value_integer(v, value->type, result.integer);
}

/* May an operation on constants be replaced by its result on every target?
 * FMA may not: it depends on "fused". */
static bool can_fold(enum value_operation operation, const struct value *d,
    int n_operands, const struct value *const *operands)
{
    if (is_function(operation) || operation == VALUE_FMA)
        return false;
    for (int i = 0; i < n_operands; i++)
        if (!is_constant(operands[i]))
            return false;
    return !((operation == VALUE_DIVIDE || operation == VALUE_REMAINDER) &&
             d->kind == VALUE_INTEGER && d->integer == 0);
}

/* An operation as it stands, folded only if all operands are constants. */
static const struct value *make_operation(struct value_context *v,
    enum value_operation operation, enum dtype type, int n_operands,
    const struct value *const *operands)
{
    struct value *value = new_value(v, VALUE_OPERATION, type);

    value->operation = operation;
    value->n_operands = n_operands;
    value->range = operands[0]->range;
    for (int i = 0; i < n_operands; i++)
        value->operands[i] = operands[i];
    if (can_fold(operation, operands[n_operands - 1], n_operands, operands))
        return fold_constant(v, value);
    return value;
}

const struct value *value_operation1(struct value_context *v,
    enum value_operation operation, const struct value *a)
{
    bool is_pair = operation == VALUE_NOT || operation == VALUE_NEGATE;

    if (is_pair && a->kind == VALUE_OPERATION && a->operation == operation)
        return a->operands[0];
    if (operation == VALUE_NOT && a->kind == VALUE_PREDICATE &&
        guard_can_negate(a->guard))
        return value_predicate(v, guard_not(v, a->guard));
    return make_operation(v, operation, result_type(operation, a), 1, &a);
}

/* AND and OR of bools. NULL if nothing is known. */
static const struct value *fold_logical(struct value_context *v,
    enum value_operation operation, const struct value *a,
    const struct value *b)
{
    bool neutral = operation == VALUE_AND;

    if (a->type != DTYPE_BOOL ||
        (operation != VALUE_AND && operation != VALUE_OR))
        return NULL;
    if (is_truth(a, neutral) || is_truth(b, !neutral))
        return b;
    if (is_truth(b, neutral) || is_truth(a, !neutral))
        return a;
    if (a->kind != VALUE_PREDICATE || b->kind != VALUE_PREDICATE ||
        a->guard->n_clauses * b->guard->n_clauses > 64)
        return NULL;
    return value_predicate(v, neutral ? guard_and(v, a->guard, b->guard)
                                      : guard_or(v, a->guard, b->guard));
}

/* Neutral operands: a - 0, a * 1, a / 1, and for integers a + 0. NULL if
 * there is none. */
static const struct value *fold_neutral(enum value_operation operation,
    const struct value *a, const struct value *b)
{
    bool is_integer = !dtype_is_float(a->type);
    bool is_plus_zero = is_number(b, 0) && !__builtin_signbit(b->real);

    if (operation == VALUE_MULTIPLY && is_number(a, 1))
        return b;
    if ((operation == VALUE_MULTIPLY || operation == VALUE_DIVIDE) &&
        is_number(b, 1))
        return a;
    if (operation == VALUE_SUBTRACT && is_plus_zero)
        return a;
    if (operation == VALUE_ADD && is_integer && is_number(b, 0))
        return a;
    if (operation == VALUE_ADD && is_integer && is_number(a, 0))
        return b;
    return NULL;
}

const struct value *value_operation2(struct value_context *v,
    enum value_operation operation, const struct value *a,
    const struct value *b)
{
    const struct value *operands[] = {a, b};
    const struct value *folded = fold_logical(v, operation, a, b);

    if (!folded)
        folded = fold_neutral(operation, a, b);
    if (folded)
        return folded;
    return make_operation(v, operation, result_type(operation, a), 2, operands);
}

const struct value *value_operation3(struct value_context *v,
    enum value_operation operation, const struct value *a,
    const struct value *b, const struct value *d)
{
    const struct value *operands[] = {a, b, d};

    if (operation == VALUE_SELECT) {
        if (is_truth(a, true) || is_truth(a, false) || b == d)
            return is_truth(a, false) ? d : b;
        return make_operation(v, operation, b->type, 3, operands);
    }
    if (operation == VALUE_FMA && is_number(b, 1))
        return value_operation2(v, VALUE_ADD, a, d);
    if (operation == VALUE_FMA && is_number(a, 1))
        return value_operation2(v, VALUE_ADD, b, d);
    return make_operation(v, operation, a->type, 3, operands);
}

/* Does every value of "from" exist in "to"? */
static bool is_exact_conversion(enum dtype from, enum dtype to)
{
    if (from >= DTYPE_N_STORED || to >= DTYPE_N_STORED)
        return false;
    if (dtype_is_float(from))
        return to == DTYPE_F64 || (to == DTYPE_F32 && from != DTYPE_F64);
    return to == DTYPE_I32 || to == DTYPE_F64;
}

const struct value *value_convert(
    struct value_context *v, enum dtype type, const struct value *a)
{
    struct value *value;
    struct scalar scalar = {a->real, a->integer};
    bool is_known = is_constant(a);

    if (a->type == type)
        return a;
    if (a->kind == VALUE_INDEX && affine_is_constant(a->affine)) {
        scalar.integer = a->affine->constant;
        is_known = true;
    }
    if (is_known) {
        scalar = scalar_convert(scalar, a->type, type);
        return dtype_is_float(type) ? value_real(v, type, scalar.real)
                                    : value_integer(v, type, scalar.integer);
    }
    if (a->kind == VALUE_CONVERT && a->operands[0]->type == type &&
        is_exact_conversion(type, a->type))
        return a->operands[0];
    value = new_value(v, VALUE_CONVERT, type);
    value->range = a->range;
    value->n_operands = 1;
    value->operands[0] = a;
    return value;
}

/* Lanes taken from two vectors; which ones is for the caller to fill in. */
static struct value *new_shift(
    struct value_context *v, const struct value *low, const struct value *high)
{
    struct value *value = new_value(v, VALUE_SHIFT, low->type);

    value->range = low->range;
    value->n_operands = 2;
    value->operands[0] = low;
    value->operands[1] = high;
    value->stride = 1;
    return value;
}

const struct value *value_shift(struct value_context *v,
    const struct value *low, const struct value *high, int amount)
{
    return value_pick(v, low, high, amount, 1);
}

const struct value *value_pick(struct value_context *v, const struct value *low,
    const struct value *high, int amount, int stride)
{
    struct value *value;

    if (amount == 0 && stride == 1)
        return low;
    value = new_shift(v, low, high);
    value->amount = amount;
    value->stride = stride;
    return value;
}

const struct value *value_permute(struct value_context *v,
    const struct value *low, const struct value *high, int n, const int *lanes)
{
    struct value *value;
    bool is_same = true;

    for (int i = 0; i < n; i++)
        is_same = is_same && (lanes[i] == i || lanes[i] < 0);
    if (is_same)
        return low;
    value = new_shift(v, low, high);
    value->lanes = lanes;
    return value;
}

/* The same lanes of other registers. */
static const struct value *rebuild_shift(struct value_context *v,
    const struct value *old, const struct value *const *operands)
{
    struct value *made = arena_copy(v->arena, old, sizeof *made);

    made->operands[0] = operands[0];
    made->operands[1] = operands[1];
    return made;
}

/* ---- Walking ----------------------------------------------------------- */

/* What one value_map has done so far, so that shared nodes stay shared. */
struct mapping {
    const struct value *(*replace)(
        struct value_context *, const struct value *, void *);
    void *user;
    int n;
    int n_slots;
    const struct value **from;
    const struct value **to;
};

/* The slot of a node: where it is or where it goes. */
static int find_slot(const struct mapping *mapping, const struct value *value)
{
    uint64_t hash = (uint64_t)(uintptr_t)value >> 4;
    int slot = (int)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 33) &
               (mapping->n_slots - 1);

    while (mapping->from[slot] && mapping->from[slot] != value)
        slot = (slot + 1) & (mapping->n_slots - 1);
    return slot;
}

/* Make the table at least twice as large as what it holds. */
static void grow_mapping(struct value_context *v, struct mapping *mapping)
{
    struct mapping old = *mapping;

    if (mapping->n * 2 < mapping->n_slots)
        return;
    mapping->n_slots = old.n_slots ? 2 * old.n_slots : 16;
    mapping->from =
        ARENA_ARRAY(v->arena, mapping->n_slots, const struct value *);
    mapping->to = ARENA_ARRAY(v->arena, mapping->n_slots, const struct value *);
    for (int i = 0; i < old.n_slots; i++) {
        int slot;

        if (!old.from[i])
            continue;
        slot = find_slot(mapping, old.from[i]);
        mapping->from[slot] = old.from[i];
        mapping->to[slot] = old.to[i];
    }
}

/* The node again with new operands, folded again. */
static const struct value *rebuild(struct value_context *v,
    const struct value *old, const struct value *const *operands)
{
    const struct value *made;
    struct value *copy;

    if (old->kind == VALUE_CONVERT)
        made = value_convert(v, old->type, operands[0]);
    else if (old->kind == VALUE_SHIFT)
        made = rebuild_shift(v, old, operands);
    else if (old->n_operands == 1)
        made = value_operation1(v, old->operation, operands[0]);
    else if (old->n_operands == 2)
        made = value_operation2(v, old->operation, operands[0], operands[1]);
    else
        made = value_operation3(
            v, old->operation, operands[0], operands[1], operands[2]);
    if (made->kind != old->kind || made->operation != old->operation)
        return made;
    copy = arena_copy(v->arena, made, sizeof *made);
    copy->range = old->range;
    return copy;
}

/* value_map of one node. */
static const struct value *map_node(
    struct value_context *v, const struct value *value, struct mapping *mapping)
{
    const struct value *operands[3];
    const struct value *made = value;
    bool is_changed = false;
    int slot;

    grow_mapping(v, mapping);
    slot = find_slot(mapping, value);
    if (mapping->from[slot])
        return mapping->to[slot];
    for (int i = 0; i < value->n_operands; i++) {
        operands[i] = map_node(v, value->operands[i], mapping);
        is_changed = is_changed || operands[i] != value->operands[i];
    }
    if (is_changed)
        made = rebuild(v, value, operands);
    made = mapping->replace(v, made, mapping->user);
    grow_mapping(v, mapping);
    slot = find_slot(mapping, value);
    mapping->from[slot] = value;
    mapping->to[slot] = made;
    mapping->n++;
    return made;
}

const struct value *value_map(struct value_context *v,
    const struct value *value,
    const struct value *(*replace)(
        struct value_context *, const struct value *, void *),
    void *user)
{
    struct mapping mapping = {.replace = replace, .user = user};

    return map_node(v, value, &mapping);
}

/* Substitution in one node; its operands are done. */
static const struct value *substitute_node(
    struct value_context *v, const struct value *value, void *user)
{
    const struct substitution *substitution = user;
    const struct affine **index;

    if (value->kind == VALUE_INDEX)
        return value_index(
            v, affine_substitute(v, value->affine, substitution));
    if (value->kind == VALUE_PREDICATE)
        return value_predicate(
            v, guard_substitute(v, value->guard, substitution));
    if (value->kind != VALUE_LOAD || value->n_index == 0)
        return value;
    index = ARENA_ARRAY(v->arena, value->n_index, const struct affine *);
    for (int i = 0; i < value->n_index; i++)
        index[i] = affine_substitute(v, value->index[i], substitution);
    return value_load(v, value->array, value->n_index, index, value->range);
}

const struct value *value_substitute(struct value_context *v,
    const struct value *value, const struct substitution *substitution)
{
    struct substitution copy = *substitution;

    return value_map(v, value, substitute_node, &copy);
}
