/* Integer arithmetic in the narrowest type that holds it.
 *
 * The language computes in i32. Where the values of a private scalar, such as
 * the greatest of some bytes, always fit a narrower type, and what is done to
 * it gives the same there, its arithmetic moves to that type, so that a vector
 * holds more lanes: most = max(most, i32(x[p])) becomes most = max(most, x[p])
 * in u8. So does what is computed only to be stored in a narrow type. Ranges
 * of values are intervals; sums and differences wrap, the same in the low
 * bits whatever the type, while the least and the greatest need operands that
 * fit. The source order keeps the original model. */
#include "schedule/schedule_place.h"

/* Nodes of values looked at before giving up: shared ones count often. */
enum { MOST_NODES = 4096, MOST_ROUNDS = 8 };

/* first .. last; empty when first > last. */
struct range {
    int64_t first;
    int64_t last;
};

/* "ranges" of private integers and "arrays" that replace them (NULL: none),
 * by array id. "n_nodes" is what is left to look at. */
struct narrowing {
    struct schedule *schedule;
    struct model *model;
    struct value_context *v;
    struct range *ranges;
    struct array **arrays;
    int n_nodes;
};

static const enum dtype narrow_types[] = {DTYPE_U8, DTYPE_I8, DTYPE_I16};
enum { N_NARROW_TYPES = 3 };

/* ---- Ranges ------------------------------------------------------------- */

/* What a type holds. */
static struct range range_of_type(enum dtype type)
{
    int bits = dtype_bits(type);
    bool is_unsigned = dtype_get_class(type) == DTYPE_UNSIGNED;
    int64_t last = ((int64_t)1 << (bits - (is_unsigned ? 0 : 1))) - 1;

    return (struct range){is_unsigned ? 0 : -last - 1, last};
}

/* Both. */
static struct range join(struct range a, struct range b)
{
    if (a.first > a.last)
        return b;
    if (b.first > b.last)
        return a;
    return (struct range){a.first < b.first ? a.first : b.first,
        a.last > b.last ? a.last : b.last};
}

static bool is_within(struct range a, struct range b)
{
    return a.first >= b.first && a.last <= b.last;
}

/* The range, or all of i32 where it wraps. */
static struct range limit(struct range range)
{
    struct range all = range_of_type(DTYPE_I32);

    return is_within(range, all) ? range : all;
}

static struct range range_of(
    struct narrowing *narrowing, const struct value *value);

/* The range of a product: that of its ends. */
static struct range multiply(struct range a, struct range b)
{
    struct range product = {a.first * b.first, a.first * b.first};
    int64_t ends[3] = {a.first * b.last, a.last * b.first, a.last * b.last};

    for (int i = 0; i < 3; i++)
        product = join(product, (struct range){ends[i], ends[i]});
    return product;
}

/* The range of an operation on i32. */
static struct range range_of_operation(
    struct narrowing *narrowing, const struct value *value)
{
    struct range a = range_of(narrowing, value->operands[0]);
    struct range b =
        value->n_operands > 1 ? range_of(narrowing, value->operands[1]) : a;

    if (a.first > a.last || b.first > b.last)
        return a.first > a.last ? a : b;
    switch ((int)value->operation) {
    case VALUE_ADD:
        return limit((struct range){a.first + b.first, a.last + b.last});
    case VALUE_SUBTRACT:
        return limit((struct range){a.first - b.last, a.last - b.first});
    case VALUE_MULTIPLY:
        return limit(multiply(a, b));
    case VALUE_MIN:
        return (struct range){a.first < b.first ? a.first : b.first,
            a.last < b.last ? a.last : b.last};
    case VALUE_MAX:
        return (struct range){a.first > b.first ? a.first : b.first,
            a.last > b.last ? a.last : b.last};
    case VALUE_SELECT:
        return join(b, range_of(narrowing, value->operands[2]));
    default:
        return range_of_type(DTYPE_I32);
    }
}

/* The values an integer of i32 or a stored type takes. */
static struct range range_of(
    struct narrowing *narrowing, const struct value *value)
{
    struct range all =
        range_of_type(dtype_is_integer(value->type) ? value->type : DTYPE_I32);
    struct range inner;

    if (!dtype_is_integer(value->type) || narrowing->n_nodes-- <= 0)
        return all;
    if (value->kind == VALUE_INTEGER)
        return (struct range){value->integer, value->integer};
    if (value->kind == VALUE_LOAD && value->array->kind == ARRAY_PRIVATE)
        return narrowing->ranges[value->array->id];
    if (value->kind == VALUE_CONVERT &&
        dtype_is_integer(value->operands[0]->type)) {
        inner = range_of(narrowing, value->operands[0]);
        return is_within(inner, all) ? inner : all;
    }
    if (value->kind == VALUE_OPERATION && value->type == DTYPE_I32)
        return range_of_operation(narrowing, value);
    return all;
}

/* Widen the ranges of private integers by what is written to them until
 * nothing changes; those that go on growing are not known. */
static void find_ranges(struct narrowing *narrowing)
{
    struct model *model = narrowing->model;
    bool changed = true;

    for (int i = 0; i < model->n_arrays; i++)
        narrowing->ranges[i] = (struct range){0, -1};
    for (int round = 0; round < MOST_ROUNDS && changed; round++) {
        changed = false;
        for (int i = 0; i < model->n_statements; i++) {
            const struct model_statement *statement = model->statements[i];
            struct range *range = &narrowing->ranges[statement->target->id];
            struct range all;

            narrowing->n_nodes = MOST_NODES;
            all = join(*range, range_of(narrowing, statement->value));
            if (round >= MOST_ROUNDS / 2 && !is_within(all, *range))
                all = range_of_type(DTYPE_I32);
            changed = changed || !is_within(all, *range);
            *range = all;
        }
    }
    /* What depended on a range given up in the last round. */
    for (int i = 0; changed && i < model->n_arrays; i++)
        narrowing->ranges[i] = range_of_type(DTYPE_I32);
}

/* ---- Values in a narrow type -------------------------------------------- */

/* Can an operation be done in a narrow type? A product of bytes is no
 * instruction. */
static bool is_narrow_operation(enum value_operation operation, enum dtype type)
{
    return operation == VALUE_ADD || operation == VALUE_SUBTRACT ||
           operation == VALUE_MIN || operation == VALUE_MAX ||
           operation == VALUE_SELECT ||
           (operation == VALUE_MULTIPLY && dtype_bits(type) == 16);
}

/* Is it what an array holds, or where a condition does not hold something
 * else? */
static bool is_stored(const struct value *value)
{
    return value->kind == VALUE_LOAD ||
           (value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT);
}

/* A private scalar's value in the type: it has been narrowed to it, or to one
 * within it. */
static const struct value *narrow_load(
    struct narrowing *narrowing, enum dtype type, const struct value *value)
{
    const struct array *array = value->array->kind == ARRAY_PRIVATE
                                    ? narrowing->arrays[value->array->id]
                                    : NULL;

    if (!array)
        return NULL;
    return value_convert(narrowing->v, type,
        value_load(
            narrowing->v, array, value->n_index, value->index, value->range));
}

/* The low bits of an i32 value, computed in the type; NULL if that takes
 * wider arithmetic. */
static const struct value *narrow(
    struct narrowing *narrowing, enum dtype type, const struct value *value)
{
    struct value_context *v = narrowing->v;
    const struct value *operands[3] = {0};
    bool is_select;

    if (narrowing->n_nodes-- <= 0)
        return NULL;
    if (value->kind == VALUE_INTEGER)
        return value_convert(v, type, value);
    if (value->kind == VALUE_LOAD && value->type == DTYPE_I32)
        return narrow_load(narrowing, type, value);
    if (value->kind == VALUE_CONVERT &&
        dtype_is_integer(value->operands[0]->type) &&
        dtype_bits(value->operands[0]->type) < 32)
        return is_stored(value->operands[0])
                   ? value_convert(v, type, value->operands[0])
                   : NULL;
    if (value->kind != VALUE_OPERATION ||
        !is_narrow_operation(value->operation, type))
        return NULL;
    is_select = value->operation == VALUE_SELECT;
    if (is_select && value->operands[0]->kind != VALUE_PREDICATE)
        return NULL;
    for (int i = 0; i < value->n_operands; i++) {
        const struct value *operand = value->operands[i];

        if ((value->operation == VALUE_MIN || value->operation == VALUE_MAX) &&
            !is_within(range_of(narrowing, operand), range_of_type(type)))
            return NULL;
        operands[i] =
            is_select && i == 0 ? operand : narrow(narrowing, type, operand);
        if (!operands[i])
            return NULL;
    }
    return is_select ? value_operation3(v, VALUE_SELECT, operands[0],
                           operands[1], operands[2])
                     : value_operation2(
                           v, value->operation, operands[0], operands[1]);
}

/* ---- Private scalars ---------------------------------------------------- */

/* Can everything written to the array be computed in its new type? */
static bool can_write(struct narrowing *narrowing, int id)
{
    const struct model *model = narrowing->model;

    for (int i = 0; i < model->n_statements; i++) {
        narrowing->n_nodes = MOST_NODES;
        if (model->statements[i]->target->id == id &&
            !narrow(narrowing, narrowing->arrays[id]->type,
                model->statements[i]->value))
            return false;
    }
    return true;
}

/* The private scalars that fit a narrow type get a copy of it. */
static bool choose_arrays(struct narrowing *narrowing)
{
    struct model *model = narrowing->model;
    bool changed = true;
    int n = 0;

    for (int i = 0; i < model->n_arrays; i++) {
        const struct array *array = model->arrays[i];
        struct range range = narrowing->ranges[i];

        if (array->kind != ARRAY_PRIVATE || array->type != DTYPE_I32 ||
            range.first > range.last)
            continue;
        for (int t = 0; t < N_NARROW_TYPES && !narrowing->arrays[i]; t++) {
            if (!is_within(range, range_of_type(narrow_types[t])))
                continue;
            narrowing->arrays[i] =
                arena_copy(narrowing->v->arena, array, sizeof *array);
            narrowing->arrays[i]->type = narrow_types[t];
        }
    }
    while (changed) {
        changed = false;
        for (int i = 0; i < model->n_arrays; i++)
            if (narrowing->arrays[i] && !can_write(narrowing, i)) {
                narrowing->arrays[i] = NULL;
                changed = true;
            }
    }
    for (int i = 0; i < model->n_arrays; i++)
        n += narrowing->arrays[i] != NULL;
    return n > 0;
}

/* ---- The model ---------------------------------------------------------- */

/* A load of a scalar that is narrow now, in i32 again. */
static const struct value *widen_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct narrowing *narrowing = user;
    const struct value *load;

    if (value->kind != VALUE_LOAD || value->type != DTYPE_I32)
        return value;
    load = narrow_load(narrowing, DTYPE_I32, value);
    return load ? load : value_convert(v, value->type, value);
}

/* What the statement computes, in the type of its target where that is
 * narrow. */
static const struct value *rewrite(
    struct narrowing *narrowing, const struct model_statement *statement)
{
    const struct value *value = statement->value;
    const struct array *target = narrowing->arrays[statement->target->id];
    const struct value *narrowed = NULL;

    narrowing->n_nodes = MOST_NODES;
    if (target)
        return narrow(narrowing, target->type, value);
    if (value->kind == VALUE_CONVERT && dtype_is_integer(value->type) &&
        value->operands[0]->type == DTYPE_I32)
        narrowed = narrow(narrowing, value->type, value->operands[0]);
    return narrowed ? narrowed
                    : value_map(narrowing->v, value, widen_load, narrowing);
}

/* Does any statement store what it converts to a narrow integer? */
static bool has_narrow_target(const struct model *model)
{
    for (int i = 0; i < model->n_statements; i++)
        if (dtype_is_integer(model->statements[i]->target->type) &&
            dtype_bits(model->statements[i]->target->type) < 32)
            return true;
    return false;
}

void schedule_narrow(struct schedule *schedule)
{
    struct arena *arena = schedule->c->arena;
    struct narrowing narrowing = {.schedule = schedule,
        .model = schedule->model,
        .v = schedule->model->values};
    int n = schedule->model->n_arrays;

    narrowing.ranges = ARENA_ARRAY(arena, n, struct range);
    narrowing.arrays = ARENA_ARRAY(arena, n, struct array *);
    find_ranges(&narrowing);
    if (!choose_arrays(&narrowing) && !has_narrow_target(schedule->model))
        return;
    schedule_own_model(schedule);
    for (int i = 0; i < schedule->model->n_statements; i++) {
        struct model_statement *statement = schedule->model->statements[i];

        statement->value = rewrite(&narrowing, statement);
    }
    for (int i = 0; i < schedule->model->n_statements; i++) {
        struct model_statement *statement = schedule->model->statements[i];

        if (narrowing.arrays[statement->target->id])
            statement->target = narrowing.arrays[statement->target->id];
    }
    for (int i = 0; i < n; i++)
        if (narrowing.arrays[i])
            schedule->model->arrays[i] = narrowing.arrays[i];
}
