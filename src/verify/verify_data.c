/* Cases: arrays under parameter values, and what is in them at first. */
#include "verify/verify_internal.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

int64_t verify_random(struct verify_run *run, int64_t n)
{
    return random_below(&run->random, n);
}

/* ---- Numbers ----------------------------------------------------------- */

/* A real of mixed sign, between 2^-6 and 2 in size. */
static double draw_real(struct verify_run *run)
{
    double fraction = 1 + (double)verify_random(run, 1 << 20) / (1 << 20);
    double real = ldexp(fraction, (int)-verify_random(run, 7));
    return verify_random(run, 2) ? -real : real;
}

/* Something that is not like other numbers. */
static double draw_special_real(struct verify_run *run)
{
    static const double specials[] = {(double)INFINITY, -(double)INFINITY,
        (double)NAN, 0.0, -0.0, 0x1p-149, 0x1p-126, 3e38, -3e38, 0x1p-24, 65504,
        88.8, -104};
    int64_t n = sizeof specials / sizeof *specials;
    return specials[verify_random(run, n)];
}

/* An integer of the whole range of i32, the ends more often. */
static int64_t draw_wide_integer(struct verify_run *run)
{
    static const int64_t specials[] = {
        INT32_MIN, INT32_MAX, -1, 0, 1, -128, 127, 255, 32767, -32768};
    int64_t n = sizeof specials / sizeof *specials;
    if (verify_random(run, 4) == 0)
        return specials[verify_random(run, n)];
    return verify_random(run, INT64_C(1) << 32) + INT32_MIN;
}

/* One element. In VERIFY_SPECIALS about one in sixteen is special. */
static struct scalar draw_scalar(
    struct verify_run *run, enum dtype type, enum verify_data data)
{
    struct scalar scalar = {0, 0};
    bool is_special = data == VERIFY_SPECIALS && verify_random(run, 16) == 0;
    if (!dtype_is_float(type)) {
        scalar.integer = data == VERIFY_INTEGERS ? verify_random(run, 9) - 4
                                                 : draw_wide_integer(run);
        return scalar_convert(scalar, DTYPE_I32, type);
    }
    if (data == VERIFY_INTEGERS)
        scalar.real = (double)(verify_random(run, 9) - 4);
    else
        scalar.real = is_special ? draw_special_real(run) : draw_real(run);
    return scalar_convert(scalar, DTYPE_F64, type);
}

/* ---- Arrays ------------------------------------------------------------ */

/* Strides with holes between rows, and now and then between elements. */
static int64_t *draw_strides(
    struct verify_run *run, const struct memory *memory)
{
    int n = memory->n_dimensions;
    int64_t *strides = ARENA_ARRAY(run->arena, n, int64_t);
    int64_t stride = 1 + (verify_random(run, 3) == 0);
    for (int i = n - 1; i >= 0; i--) {
        strides[i] = stride;
        int64_t extent = memory->extents[i] > 0 ? memory->extents[i] : 1;
        stride = stride * extent + verify_random(run, 3);
    }
    return strides;
}

/* Elements from the first to the last of a strided array. */
static int64_t count_strided(
    const struct memory *memory, const int64_t *strides)
{
    int64_t last = 0;
    for (int i = 0; i < memory->n_dimensions; i++) {
        if (memory->extents[i] == 0)
            return 0;
        last += (memory->extents[i] - 1) * strides[i];
    }
    return last + 1;
}

/* Shape of one array; false if it has too many elements. */
static bool describe_array(struct verify_run *run, struct verify_array *array,
    const int64_t *values, int64_t max_elements)
{
    struct memory *memory = &array->memory;
    if (!memory_describe(run->arena, memory, array->array, NULL, values) ||
        memory->n_elements > max_elements)
        return false;
    if (array->array->is_strided) {
        array->strides = draw_strides(run, memory);
        memory->n_elements = count_strided(memory, array->strides);
        for (int i = 0; i < memory->n_axes; i++)
            memory->axes[i].stride = array->strides[i];
    }
    array->n_bytes = memory->n_elements * memory->element_bytes;
    return memory->n_elements <= 4 * max_elements;
}

/* Numbers for the input; after a while they repeat, at a period that is
 * prime. */
static void fill_input(
    struct verify_run *run, struct verify_array *array, enum verify_data data)
{
    const struct memory *memory = &array->memory;
    int64_t period = memory->n_elements < 65521 ? memory->n_elements : 65521;
    int64_t period_bytes = period * memory->element_bytes;
    for (int64_t i = 0; i < period; i++)
        scalar_write(array->input + i * memory->element_bytes,
            array->array->type, draw_scalar(run, array->array->type, data));
    for (int64_t at = period_bytes; at < array->n_bytes; at += period_bytes)
        memcpy(array->input + at, array->input,
            (size_t)(array->n_bytes - at < period_bytes ? array->n_bytes - at
                                                        : period_bytes));
}

/* The first contents of an argument, and room for what is expected. */
static void fill_array(
    struct verify_run *run, struct verify_array *array, enum verify_data data)
{
    array->input = ARENA_ARRAY(run->arena, array->n_bytes, char);
    if (array->array->kind == ARRAY_OUT)
        guarded_poison(0, array->input, array->n_bytes);
    else
        fill_input(run, array, data);
    if (array->array->kind == ARRAY_IN)
        return;
    array->expected = ARENA_ARRAY(run->arena, array->n_bytes, char);
    array->written =
        ARENA_ARRAY(run->arena, array->memory.n_elements, unsigned char);
}

/* Random numbers, repeated to fill a prime number of pages, so that no two
 * rows near each other are alike. */
static char *make_period(struct verify_run *run, enum dtype type,
    enum verify_data data, size_t period_bytes)
{
    char *period = ARENA_ARRAY(run->arena, period_bytes, char);
    size_t n_bytes = period_bytes / 16,
           element_bytes = (size_t)dtype_bits(type) / 8;
    for (size_t at = 0; at < n_bytes; at += element_bytes)
        scalar_write(period + at, type, draw_scalar(run, type, data));
    for (size_t at = n_bytes; at < period_bytes; at++)
        period[at] = period[at - n_bytes];
    return period;
}

/* The contents of an argument that is too large to copy; false if memory is
 * short. */
static bool map_array(
    struct verify_run *run, struct verify_array *array, enum verify_data data)
{
    size_t period_bytes = 509 * (size_t)sysconf(_SC_PAGESIZE);
    if (array->array->kind != ARRAY_IN) {
        array->expected = verify_map(run, array->n_bytes);
        array->written =
            (unsigned char *)verify_map(run, array->memory.n_elements);
        return array->expected && array->written;
    }
    array->input = verify_map_repeated(run, array->n_bytes,
        make_period(run, array->array->type, data, period_bytes), period_bytes);
    return array->input != NULL;
}

/* Is it passed by the caller? */
static bool is_argument(const struct array *array)
{
    return array->kind == ARRAY_IN || array->kind == ARRAY_OUT ||
           array->kind == ARRAY_INOUT;
}

/* How many of the program's arrays are arguments or locals. */
static int count_arrays(const struct loop_program *program)
{
    int n = 0;
    while (
        n < program->n_arrays && (is_argument(program->arrays[n]) ||
                                     program->arrays[n]->kind == ARRAY_LOCAL))
        n++;
    return n;
}

struct verify_case *verify_new_case(struct verify_run *run,
    const struct verify_variant *variant, const int64_t *parameters,
    enum verify_data data, int64_t max_elements, bool is_sampled)
{
    const struct loop_program *program = variant->program;
    struct verify_case *one = ARENA_NEW(run->arena, struct verify_case);
    int64_t *values = memory_new_values(run->arena, program, parameters);
    one->variant = variant;
    one->parameters = parameters;
    one->data = data;
    one->is_sampled = is_sampled;
    one->n_arrays = count_arrays(program);
    one->arrays = ARENA_ARRAY(run->arena, one->n_arrays, struct verify_array);
    for (int i = 0; i < one->n_arrays; i++) {
        struct verify_array *array = &one->arrays[i];
        array->array = program->arrays[i];
        if (!describe_array(run, array, values, max_elements))
            return NULL;
        if (is_argument(array->array) && !is_sampled)
            fill_array(run, array, data);
        else if (is_argument(array->array) && !map_array(run, array, data))
            return NULL;
        if (array->array->kind == ARRAY_LOCAL)
            one->workspace_bytes += (array->n_bytes + 63) / 64 * 64;
    }
    return one;
}

/* What the interpreter works on instead of an argument. */
static struct loop_buffer make_buffer(
    struct verify_run *run, const struct verify_array *array, bool is_sampled)
{
    struct loop_buffer buffer = {
        .size_elements = array->memory.n_elements, .strides = array->strides};
    bool is_input = array->array->kind == ARRAY_IN;
    if (is_sampled || is_input) {
        buffer.data = is_input ? array->input : array->expected;
        buffer.written = array->written;
        return buffer;
    }
    buffer.data = arena_copy(run->arena, array->input, (size_t)array->n_bytes);
    if (array->array->kind == ARRAY_OUT)
        buffer.written =
            ARENA_ARRAY(run->arena, buffer.size_elements, unsigned char);
    return buffer;
}

struct loop_buffer *verify_new_buffers(
    struct verify_run *run, const struct verify_case *one)
{
    struct loop_buffer *buffers =
        ARENA_ARRAY(run->arena, one->n_arrays, struct loop_buffer);
    for (int i = 0; i < one->n_arrays; i++)
        if (is_argument(one->arrays[i].array))
            buffers[i] = make_buffer(run, &one->arrays[i], one->is_sampled);
    return buffers;
}
