/* Quasi-affine atoms: floor, modulo, clamp, wrap and mirror, made once for
 * equal contents and simplified as they are made.
 */
#include "base/integer.h"
#include "value/value.h"

/* A remembered atom. */
struct atom_entry {
    const struct variable *atom;
    uint64_t hash;
    struct atom_entry *next;
};

/* All atoms of a context, chained by hash. */
struct atom_table {
    int n;
    int n_buckets;
    struct atom_entry **buckets;
};

/* Mix "value" into a hash. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + UINT64_C(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2);
    return hash * UINT64_C(0xff51afd7ed558ccd);
}

/* The hash of an affine form's contents. */
static uint64_t hash_affine(uint64_t hash, const struct affine *a)
{
    hash = mix(hash, (uint64_t)a->constant);
    for (int i = 0; i < a->n_terms; i++) {
        hash = mix(hash, (uint64_t)a->terms[i].variable->id);
        hash = mix(hash, (uint64_t)a->terms[i].coefficient);
    }
    return hash;
}

/* Do two atoms have the same contents? */
static bool is_same_atom(const struct variable *a, const struct variable *b)
{
    if (a->kind != b->kind || a->divisor != b->divisor ||
        !affine_is_equal(a->of, b->of))
        return false;
    return !a->extent || affine_is_equal(a->extent, b->extent);
}

/* Double the buckets and chain the entries anew. */
static void grow_table(struct value_context *v, struct atom_table *table)
{
    int n = table->n_buckets ? 2 * table->n_buckets : 64;
    struct atom_entry **buckets = ARENA_ARRAY(v->arena, n, struct atom_entry *);

    for (int i = 0; i < table->n_buckets; i++) {
        struct atom_entry *entry = table->buckets[i];

        while (entry) {
            struct atom_entry *next = entry->next;
            uint64_t at = entry->hash % (uint64_t)n;

            entry->next = buckets[at];
            buckets[at] = entry;
            entry = next;
        }
    }
    table->n_buckets = n;
    table->buckets = buckets;
}

/* The one atom with the contents of "wanted". */
static const struct variable *find_atom(
    struct value_context *v, const struct variable *wanted)
{
    struct atom_table *table = v->atoms;
    struct atom_entry *entry;
    struct variable *atom;
    uint64_t hash = mix((uint64_t)wanted->kind, (uint64_t)wanted->divisor);

    if (!table)
        table = v->atoms = ARENA_NEW(v->arena, struct atom_table);
    if (table->n >= table->n_buckets)
        grow_table(v, table);
    hash = hash_affine(hash, wanted->of);
    entry = table->buckets[hash % (uint64_t)table->n_buckets];
    for (; entry; entry = entry->next)
        if (entry->hash == hash && is_same_atom(entry->atom, wanted))
            return entry->atom;
    atom = (struct variable *)variable_new(v, wanted->kind, NULL);
    atom->divisor = wanted->divisor;
    atom->of = wanted->of;
    atom->extent = wanted->extent;
    entry = ARENA_NEW(v->arena, struct atom_entry);
    entry->atom = atom;
    entry->hash = hash;
    entry->next = table->buckets[hash % (uint64_t)table->n_buckets];
    table->buckets[hash % (uint64_t)table->n_buckets] = entry;
    table->n++;
    return atom;
}

/* ---- Floor ------------------------------------------------------------- */

/* The affine form of one term. */
static const struct affine *one_term(
    struct value_context *v, const struct variable *variable, int64_t factor)
{
    return affine_scale(v, affine_variable(v, variable), factor);
}

/* An atom floor(of / divisor), with nothing left to simplify. */
static const struct affine *floor_atom(
    struct value_context *v, const struct affine *of, int64_t divisor)
{
    struct variable wanted = {
        .kind = VARIABLE_FLOOR, .divisor = divisor, .of = of};

    return affine_variable(v, find_atom(v, &wanted));
}

/* A form to be divided, taken apart: a = divisor * whole + rest.
 *
 * "exact" is the part of a that is a multiple of the divisor because of
 * "multiple", still undivided, and "quotient" that part divided. "rest" is
 * what may not be divisible; its constant is 0 .. divisor-1. */
struct division {
    const struct affine *whole;
    const struct affine *quotient;
    const struct affine *rest;
};

/* Sort one term of the dividend into the parts. */
static void divide_term(struct value_context *v, struct division *division,
    struct affine_term term, int64_t divisor)
{
    int64_t whole = term.coefficient / divisor;
    int64_t left = term.coefficient % divisor;
    int64_t shared = integer_common_divisor(left, divisor);
    const struct variable *variable = term.variable;

    if (whole)
        division->whole =
            affine_add(v, division->whole, one_term(v, variable, whole));
    if (!left)
        return;
    if (variable->multiple % (divisor / shared) == 0)
        division->quotient = affine_add(v, division->quotient,
            affine_scale(v,
                floor_atom(v, affine_variable(v, variable), divisor / shared),
                left / shared));
    else
        division->rest =
            affine_add(v, division->rest, one_term(v, variable, left));
}

/* Take "a" apart; see struct division. */
static struct division divide(
    struct value_context *v, const struct affine *a, int64_t divisor)
{
    int64_t down = integer_divide_down(a->constant, divisor);
    struct division division = {
        affine_constant(v, down),
        affine_constant(v, 0),
        affine_constant(v, a->constant - down * divisor),
    };

    for (int i = 0; i < a->n_terms; i++)
        divide_term(v, &division, a->terms[i], divisor);
    return division;
}

/* The least and the greatest value of the lanes of "a" plus its constant,
 * and in "step" what everything else in it, and the divisor, is a multiple
 * of. False if that does not fit. */
static bool bound_lanes(const struct affine *a, int64_t divisor, int64_t *low,
    int64_t *high, int64_t *step)
{
    *low = *high = a->constant;
    *step = divisor;
    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *variable = a->terms[i].variable;
        int64_t factor = a->terms[i].coefficient;
        int64_t reach;

        if (variable->kind != VARIABLE_LANE) {
            if (!__builtin_mul_overflow(factor, variable->multiple, &reach))
                factor = reach;
            *step = integer_common_divisor(*step, factor);
            continue;
        }
        if (__builtin_mul_overflow(factor, variable->n_lanes - 1, &reach) ||
            __builtin_add_overflow(
                factor < 0 ? *low : *high, reach, factor < 0 ? low : high))
            return false;
    }
    return true;
}

/* "a" with its lanes and constant replaced by their common multiple of the
 * step, if they never reach the next one: the floor is the same. */
static const struct affine *drop_lanes(
    struct value_context *v, const struct affine *a, int64_t divisor)
{
    int64_t low;
    int64_t high;
    int64_t step;
    const struct affine *rest;

    if (!bound_lanes(a, divisor, &low, &high, &step))
        return a;
    if (integer_divide_down(low, step) != integer_divide_down(high, step))
        return a;
    rest = affine_constant(v, integer_divide_down(low, step) * step);
    for (int i = 0; i < a->n_terms; i++)
        if (a->terms[i].variable->kind != VARIABLE_LANE)
            rest = affine_add(v, rest,
                one_term(v, a->terms[i].variable, a->terms[i].coefficient));
    return rest;
}

/* Divide all coefficients and the constant (rounding down) by "factor". */
static const struct affine *shrink(
    struct value_context *v, const struct affine *a, int64_t factor)
{
    const struct affine *small =
        affine_constant(v, integer_divide_down(a->constant, factor));

    for (int i = 0; i < a->n_terms; i++)
        small = affine_add(v, small,
            one_term(
                v, a->terms[i].variable, a->terms[i].coefficient / factor));
    return small;
}

/* The floor of a rest: reduced by the common divisor, nested floors made
 * one. */
static const struct affine *floor_rest(
    struct value_context *v, const struct affine *rest, int64_t divisor)
{
    int64_t shared = divisor;
    int64_t product;

    rest = drop_lanes(v, rest, divisor);
    if (affine_is_constant(rest))
        return affine_constant(v, integer_divide_down(rest->constant, divisor));
    for (int i = 0; i < rest->n_terms; i++)
        shared = integer_common_divisor(shared, rest->terms[i].coefficient);
    if (shared > 1)
        return affine_floor(v, shrink(v, rest, shared), divisor / shared);
    if (rest->n_terms == 1 && rest->terms[0].coefficient == 1 &&
        rest->terms[0].variable->kind == VARIABLE_FLOOR) {
        const struct variable *inner = rest->terms[0].variable;

        if (!__builtin_mul_overflow(inner->divisor, divisor, &product))
            return affine_floor(v,
                affine_shift(v, inner->of, rest->constant * inner->divisor),
                product);
    }
    return floor_atom(v, rest, divisor);
}

const struct affine *affine_floor(
    struct value_context *v, const struct affine *a, int64_t divisor)
{
    struct division division;

    if (divisor == 1)
        return a;
    division = divide(v, a, divisor);
    return affine_add(v, affine_add(v, division.whole, division.quotient),
        floor_rest(v, division.rest, divisor));
}

const struct affine *affine_modulo(
    struct value_context *v, const struct affine *a, int64_t divisor)
{
    struct division division;

    if (divisor == 1)
        return affine_constant(v, 0);
    division = divide(v, a, divisor);
    return affine_subtract(v, division.rest,
        affine_scale(v, floor_rest(v, division.rest, divisor), divisor));
}

/* ---- Borders ----------------------------------------------------------- */

const struct affine *affine_border(struct value_context *v,
    enum variable_kind kind, const struct affine *of,
    const struct affine *extent)
{
    struct variable wanted = {.kind = kind, .of = of, .extent = extent};
    struct affine_term term = {&wanted, 1};
    struct affine atom = {0, 1, &term};

    if (affine_is_constant(of) &&
        (of->constant == 0 || affine_is_constant(extent)))
        return affine_constant(
            v, of->constant == 0 ? 0 : affine_evaluate(&atom, NULL));
    return affine_variable(v, find_atom(v, &wanted));
}
