/* Affine forms: sorted lists of terms, exact in 64 bits. */
#include "base/vector.h"
#include "value/value.h"

#include <string.h>

struct value_context *value_context_new(struct compilation *c)
{
    struct value_context *v = ARENA_NEW(c->arena, struct value_context);

    v->arena = c->arena;
    v->names = c->names;
    return v;
}

/* Give a variable its id and remember it. */
static const struct variable *add_variable(
    struct value_context *v, struct variable *variable)
{
    if (v->n_variables == v->n_allocated)
        v->variables = vector_grow(v->arena, v->variables, v->n_variables,
            &v->n_allocated, sizeof *v->variables);
    variable->id = v->n_variables;
    v->variables[v->n_variables++] = variable;
    return variable;
}

const struct variable *variable_new(
    struct value_context *v, enum variable_kind kind, const struct name *name)
{
    struct variable *variable = ARENA_NEW(v->arena, struct variable);

    variable->kind = kind;
    variable->name = name;
    variable->multiple = 1;
    return add_variable(v, variable);
}

const struct variable *variable_new_lane(struct value_context *v, int n_lanes)
{
    struct variable *variable = ARENA_NEW(v->arena, struct variable);

    variable->kind = VARIABLE_LANE;
    variable->name = name_of(v->names, "lane");
    variable->n_lanes = n_lanes;
    variable->multiple = 1;
    return add_variable(v, variable);
}

const struct variable *variable_new_loop(
    struct value_context *v, const struct name *name, int64_t multiple)
{
    struct variable *variable = ARENA_NEW(v->arena, struct variable);

    variable->kind = VARIABLE_LOOP;
    variable->name = name;
    variable->multiple = multiple > 0 ? multiple : 1;
    return add_variable(v, variable);
}

/* a + b, noting overflow. */
static int64_t add_exactly(struct value_context *v, int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        v->overflow = true;
    return sum;
}

/* a * b, noting overflow. */
static int64_t multiply_exactly(struct value_context *v, int64_t a, int64_t b)
{
    int64_t product;

    if (__builtin_mul_overflow(a, b, &product))
        v->overflow = true;
    return product;
}

const struct affine *affine_constant(struct value_context *v, int64_t value)
{
    struct affine *a = ARENA_NEW(v->arena, struct affine);

    a->constant = value;
    return a;
}

const struct affine *affine_variable(
    struct value_context *v, const struct variable *variable)
{
    struct affine *a = ARENA_NEW(v->arena, struct affine);
    struct affine_term *term = ARENA_NEW(v->arena, struct affine_term);

    *term = (struct affine_term){variable, 1};
    a->n_terms = 1;
    a->terms = term;
    return a;
}

/* a + factor * b: the terms are merged in the order of variable ids. */
static const struct affine *combine(struct value_context *v,
    const struct affine *a, const struct affine *b, int64_t factor)
{
    struct affine *sum = ARENA_NEW(v->arena, struct affine);
    struct affine_term *terms =
        ARENA_ARRAY(v->arena, a->n_terms + b->n_terms, struct affine_term);
    int i = 0;
    int j = 0;
    int n = 0;

    while (i < a->n_terms || j < b->n_terms) {
        struct affine_term term;

        if (j == b->n_terms ||
            (i < a->n_terms &&
                a->terms[i].variable->id < b->terms[j].variable->id)) {
            term = a->terms[i++];
        } else {
            term.variable = b->terms[j].variable;
            term.coefficient =
                multiply_exactly(v, b->terms[j++].coefficient, factor);
            if (i < a->n_terms && a->terms[i].variable == term.variable)
                term.coefficient =
                    add_exactly(v, term.coefficient, a->terms[i++].coefficient);
        }
        if (term.coefficient != 0)
            terms[n++] = term;
    }
    sum->constant =
        add_exactly(v, a->constant, multiply_exactly(v, b->constant, factor));
    sum->n_terms = n;
    sum->terms = terms;
    return sum;
}

const struct affine *affine_add(
    struct value_context *v, const struct affine *a, const struct affine *b)
{
    if (b->n_terms == 0)
        return affine_shift(v, a, b->constant);
    if (a->n_terms == 0)
        return affine_shift(v, b, a->constant);
    return combine(v, a, b, 1);
}

const struct affine *affine_subtract(
    struct value_context *v, const struct affine *a, const struct affine *b)
{
    return combine(v, a, b, -1);
}

const struct affine *affine_scale(
    struct value_context *v, const struct affine *a, int64_t factor)
{
    struct affine zero = {0};

    if (factor == 1)
        return a;
    if (factor == 0)
        return affine_constant(v, 0);
    return combine(v, &zero, a, factor);
}

const struct affine *affine_shift(
    struct value_context *v, const struct affine *a, int64_t constant)
{
    struct affine *sum;

    if (constant == 0)
        return a;
    sum = ARENA_NEW(v->arena, struct affine);
    *sum = *a;
    sum->constant = add_exactly(v, a->constant, constant);
    return sum;
}

bool affine_is_constant(const struct affine *a)
{
    return a->n_terms == 0;
}

bool affine_is_equal(const struct affine *a, const struct affine *b)
{
    if (a == b)
        return true;
    if (a->constant != b->constant || a->n_terms != b->n_terms)
        return false;
    for (int i = 0; i < a->n_terms; i++)
        if (a->terms[i].variable != b->terms[i].variable ||
            a->terms[i].coefficient != b->terms[i].coefficient)
            return false;
    return true;
}

int64_t affine_coefficient(
    const struct affine *a, const struct variable *variable)
{
    for (int i = 0; i < a->n_terms; i++)
        if (a->terms[i].variable == variable)
            return a->terms[i].coefficient;
    return 0;
}

bool affine_has(const struct affine *a, const struct variable *variable)
{
    return affine_coefficient(a, variable) != 0 ||
           affine_has_in_atom(a, variable);
}

bool affine_has_in_atom(const struct affine *a, const struct variable *variable)
{
    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *atom = a->terms[i].variable;

        if (atom->of && affine_has(atom->of, variable))
            return true;
        if (atom->extent && affine_has(atom->extent, variable))
            return true;
    }
    return false;
}

const struct variable *affine_lane(const struct affine *a)
{
    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *variable = a->terms[i].variable;
        const struct variable *lane = NULL;

        if (variable->kind == VARIABLE_LANE)
            return variable;
        if (variable->of)
            lane = affine_lane(variable->of);
        if (!lane && variable->extent)
            lane = affine_lane(variable->extent);
        if (lane)
            return lane;
    }
    return NULL;
}

/* What a variable becomes; an atom is made again from its parts. */
static const struct affine *substitute_variable(struct value_context *v,
    const struct variable *variable, const struct substitution *substitution)
{
    const struct affine *of;

    for (int i = 0; i < substitution->n; i++)
        if (substitution->from[i] == variable)
            return substitution->to[i];
    if (!variable->of)
        return NULL;
    of = affine_substitute(v, variable->of, substitution);
    if (variable->kind == VARIABLE_FLOOR)
        return of == variable->of ? NULL
                                  : affine_floor(v, of, variable->divisor);
    return affine_border(v, variable->kind, of,
        affine_substitute(v, variable->extent, substitution));
}

const struct affine *affine_substitute(struct value_context *v,
    const struct affine *a, const struct substitution *substitution)
{
    const struct affine *result = a;

    for (int i = 0; i < a->n_terms; i++) {
        struct affine_term term = a->terms[i];
        struct affine old = {0, 1, &term};
        const struct affine *to =
            substitute_variable(v, term.variable, substitution);

        if (!to)
            continue;
        result = combine(v, result, &old, -1);
        result = combine(v, result, to, term.coefficient);
    }
    return result;
}

/* Value of one atom, all parts evaluated. */
static int64_t evaluate_atom(const struct variable *atom, const int64_t *values)
{
    int64_t of = affine_evaluate(atom->of, values);
    int64_t extent;

    if (atom->kind == VARIABLE_FLOOR)
        return of / atom->divisor - (of % atom->divisor < 0);
    extent = affine_evaluate(atom->extent, values);
    if (atom->kind == VARIABLE_CLAMP)
        return of < 0 ? 0 : of >= extent ? extent - 1 : of;
    if (atom->kind == VARIABLE_WRAP)
        return of < 0 ? of + extent : of >= extent ? of - extent : of;
    return of < 0 ? -of : of >= extent ? 2 * extent - 2 - of : of;
}

int64_t affine_evaluate(const struct affine *a, const int64_t *values)
{
    int64_t sum = a->constant;

    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *variable = a->terms[i].variable;

        sum += a->terms[i].coefficient *
               (variable->of ? evaluate_atom(variable, values)
                             : values[variable->id]);
    }
    return sum;
}

/* Append a variable, an atom as the language spells it. */
static void print_variable(struct text *text, const struct variable *variable)
{
    if (!variable->of) {
        text_append(text, variable->name->text);
        return;
    }
    if (variable->kind == VARIABLE_FLOOR)
        text_append(text, "floor((");
    else if (variable->kind == VARIABLE_CLAMP)
        text_append(text, "clamp(");
    else if (variable->kind == VARIABLE_WRAP)
        text_append(text, "wrap(");
    else
        text_append(text, "mirror(");
    affine_print(text, variable->of);
    if (variable->kind == VARIABLE_FLOOR) {
        text_printf(text, ")/%lld)", (long long)variable->divisor);
        return;
    }
    text_append(text, ", ");
    affine_print(text, variable->extent);
    text_append(text, ")");
}

/* Append "number" as the next summand after "is_first" or not. */
static void print_constant(struct text *text, int64_t number, bool is_first)
{
    if (is_first)
        text_printf(text, "%lld", (long long)number);
    else if (number != 0)
        text_printf(text, number < 0 ? " - %llu" : " + %llu",
            number < 0 ? 0 - (unsigned long long)number
                       : (unsigned long long)number);
}

void affine_print(struct text *text, const struct affine *a)
{
    for (int i = 0; i < a->n_terms; i++) {
        int64_t factor = a->terms[i].coefficient;
        unsigned long long size = factor < 0 ? 0 - (unsigned long long)factor
                                             : (unsigned long long)factor;

        if (i > 0)
            text_append(text, factor < 0 ? " - " : " + ");
        else if (factor < 0)
            text_append(text, "-");
        if (size != 1)
            text_printf(text, "%llu*", size);
        print_variable(text, a->terms[i].variable);
    }
    print_constant(text, a->constant, a->n_terms == 0);
}
