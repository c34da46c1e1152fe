/* Do two arrays agree? And how to say where they do not. */
#include "verify/verify_internal.h"

#include <math.h>
#include <string.h>

/* May the reduction order differ? Then so may the bits of floats. */
static bool is_loose(const struct verify_run *run, enum dtype type)
{
    return run->c->options.fp == FP_REASSOC && dtype_is_float(type);
}

/* The first element from "from" on whose value is known; n_elements if there
 * is none. */
static int64_t find_known(const struct verify_array *array, int64_t from)
{
    int64_t n = array->memory.n_elements;
    const unsigned char *found =
        memchr(array->written + from, 1, (size_t)(n - from));
    return found ? found - array->written : n;
}

/* The largest finite number in what is expected, and at least as large as the
 * terms of a sum are: they may cancel. */
static double find_scale(const struct verify_array *array)
{
    double scale = 2;
    for (int64_t i = find_known(array, 0); i < array->memory.n_elements;
         i = find_known(array, i + 1)) {
        struct scalar want =
            scalar_read(array->expected + i * array->memory.element_bytes,
                array->array->type);
        if (isfinite(want.real) && fabs(want.real) > scale)
            scale = fabs(want.real);
    }
    return scale;
}

/* Unit in the last place of a type, relative to 1. */
static double get_epsilon(enum dtype type)
{
    return type == DTYPE_F64   ? 0x1p-40
           : type == DTYPE_F32 ? 0x1p-16
           : type == DTYPE_F16 ? 0x1p-9
                               : 0x1p-6;
}

/* Equal: any NaN equals any NaN, and 0 equals -0. "slack" is 0 where bits
 * must agree. */
static bool is_equal(
    struct scalar got, struct scalar want, enum dtype type, double slack)
{
    if (!dtype_is_float(type))
        return got.integer == want.integer;
    if (got.real == want.real || (isnan(got.real) && isnan(want.real)))
        return true;
    return fabs(got.real - want.real) <= slack;
}

/* Append a number of a type. */
static void print_scalar(
    struct text *text, enum dtype type, struct scalar scalar)
{
    if (dtype_is_float(type))
        text_append_real(text, scalar.real);
    else
        text_printf(text, "%lld", (long long)scalar.integer);
}

/* Append the logical index of an element in memory, found by trying all. */
static void print_index(
    struct text *text, const struct verify_array *array, int64_t element)
{
    const struct memory *memory = &array->memory;
    int n = memory->n_dimensions, outside;
    int64_t index[32] = {0};
    for (int d = 0; d >= 0 && n > 0 && n <= 32;) {
        if (memory_find(memory, index, &outside) == element)
            break;
        for (d = n - 1; d >= 0 && ++index[d] >= memory->limits[d]; d--)
            index[d] = 0;
    }
    for (int i = 0; i < n && n <= 32; i++)
        text_printf(text, "[%lld]", (long long)index[i]);
}

/* "y[0][3] is 1.0, 2.0 was expected". */
static const char *explain(struct arena *arena,
    const struct verify_array *array, int64_t element, struct scalar got,
    struct scalar want)
{
    struct text text = text_new(arena);
    text_append(&text, array->array->name->text);
    print_index(&text, array, element);
    text_append(&text, " is ");
    print_scalar(&text, array->array->type, got);
    text_append(&text, ", ");
    print_scalar(&text, array->array->type, want);
    text_append(&text, " was expected");
    return text.at;
}

const char *verify_compare(struct verify_run *run,
    const struct verify_case *one, const struct verify_array *array,
    const char *got, struct arena *arena)
{
    enum dtype type = array->array->type;
    if (!array->written)
        return NULL;
    bool loose = is_loose(run, type) && one->data != VERIFY_INTEGERS;
    double slack = is_loose(run, type)
                       ? get_epsilon(type) * (loose ? find_scale(array) : 1)
                       : 0;
    for (int64_t i = find_known(array, 0); i < array->memory.n_elements;
         i = find_known(array, i + 1)) {
        int64_t at = i * array->memory.element_bytes;
        struct scalar a = scalar_read(got + at, type);
        struct scalar b = scalar_read(array->expected + at, type);
        if (!is_equal(a, b, type, slack))
            return explain(arena, array, i, a, b);
    }
    return NULL;
}

/* Append ", name = value". */
static void print_parameter(struct text *text, const char *name, int64_t value)
{
    text_printf(
        text, "%s%s = %lld", text->length ? ", " : "", name, (long long)value);
}

const char *verify_describe(struct arena *arena, const struct verify_case *one)
{
    struct text text = text_new(arena);
    const struct loop_program *program = one->variant->program;
    for (int i = 0; i < program->n_parameters; i++)
        print_parameter(
            &text, program->parameters[i]->name->text, one->parameters[i]);
    for (int i = 0; i < one->variant->n_bindings; i++)
        print_parameter(&text, one->variant->bindings[i].parameter->name->text,
            one->variant->bindings[i].value);
    if (one->variant->sizes)
        text_printf(
            &text, "%s%s", text.length ? ", " : "", one->variant->sizes);
    return text.length ? text.at : "the fixed sizes";
}
