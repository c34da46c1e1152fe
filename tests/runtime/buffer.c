/* Guarded memory, element types, layouts. */
#define _DEFAULT_SOURCE
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct {
    size_t bytes;
    bool is_float;
    int precision; /* bits of the significand */
    int smallest;  /* exponent of the smallest subnormal */
    double largest;
} types[] = {
    [F64] = {8, true, 53, -1074, 1.7976931348623157e308},
    [F32] = {4, true, 24, -149, 3.4028234663852886e38},
    [F16] = {2, true, 11, -24, 65504.0},
    [BF16] = {2, true, 8, -133, 3.3895313892515355e38},
    [I32] = {4, false, 31, 0, 2147483647.0},
    [I16] = {2, false, 15, 0, 32767.0},
    [I8] = {1, false, 7, 0, 127.0},
    [U8] = {1, false, 8, 0, 255.0},
};

size_t type_bytes(enum type type)
{
    return types[type].bytes;
}

bool type_is_float(enum type type)
{
    return types[type].is_float;
}

double type_round(enum type type, double value)
{
    int exponent;
    double rounded;
    if (!types[type].is_float || type == F64 || !isfinite(value) || value == 0)
        return value;
    frexp(value, &exponent);
    exponent -= types[type].precision;
    if (exponent < types[type].smallest)
        exponent = types[type].smallest;
    rounded = ldexp(nearbyint(ldexp(value, -exponent)), exponent);
    return fabs(rounded) > types[type].largest ? copysign(INFINITY, value)
                                               : rounded;
}

/* The bits of a float of 16 bits: "bits" of fraction, "bias" of exponent. */
static uint16_t encode_half(double value, int bits, int bias)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0, top;
    int exponent;
    double fraction;
    top = (uint16_t)((1u << (15 - bits)) - 1u);
    if (isnan(value))
        return (uint16_t)(sign | top << bits | 1u << (bits - 1));
    if (isinf(value))
        return (uint16_t)(sign | top << bits);
    if (value == 0)
        return sign;
    fraction = frexp(fabs(value), &exponent);
    exponent += bias - 1;
    if (exponent <= 0)
        return (uint16_t)(sign | (uint16_t)ldexp(fabs(value), bits + bias - 1));
    return (
        uint16_t)(sign | exponent << bits |
                  ((uint16_t)ldexp(fraction, bits + 1) & ((1u << bits) - 1u)));
}

static double decode_half(uint16_t code, int bits, int bias)
{
    int exponent = code >> bits & ((1 << (15 - bits)) - 1);
    int fraction = code & ((1 << bits) - 1);
    double value;
    if (exponent == (1 << (15 - bits)) - 1)
        value = fraction ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(fraction, 1 - bias - bits);
    else
        value = ldexp(fraction + (1 << bits), exponent - bias - bits);
    return code & 0x8000 ? -value : value;
}

static void write_element(enum type type, void *at, double value)
{
    switch (type) {
    case F64:
        memcpy(at, &value, 8);
        return;
    case F32:
        memcpy(at, &(float){(float)value}, 4);
        return;
    case F16:
        memcpy(at, &(uint16_t){encode_half(value, 10, 15)}, 2);
        return;
    case BF16:
        memcpy(at, &(uint16_t){encode_half(value, 7, 127)}, 2);
        return;
    case I32:
        memcpy(at, &(int32_t){(int32_t)value}, 4);
        return;
    case I16:
        memcpy(at, &(int16_t){(int16_t)value}, 2);
        return;
    case I8:
        memcpy(at, &(int8_t){(int8_t)value}, 1);
        return;
    case U8:
        memcpy(at, &(uint8_t){(uint8_t)value}, 1);
        return;
    }
}

static double read_element(enum type type, const void *at)
{
    union {
        double f64;
        float f32;
        uint16_t half;
        int32_t i32;
        int16_t i16;
        int8_t i8;
        uint8_t u8;
    } it;
    memcpy(&it, at, types[type].bytes);
    switch (type) {
    case F64:
        return it.f64;
    case F32:
        return (double)it.f32;
    case F16:
        return decode_half(it.half, 10, 15);
    case BF16:
        return decode_half(it.half, 7, 127);
    case I32:
        return it.i32;
    case I16:
        return it.i16;
    case I8:
        return it.i8;
    case U8:
        return it.u8;
    }
    return 0;
}

/* One axis in memory: index[dimension] / block or % block (block 1: as is). */
struct axis {
    int dimension;
    int64_t block;
    bool is_inner;
};

static int read_layout(const struct tensor *t, struct axis *axes)
{
    const char *at = t->layout;
    int n = 0;
    if (!*at || !strcmp(at, "strided")) {
        for (; n < t->rank; n++)
            axes[n] = (struct axis){n, 1, false};
        return n;
    }
    while (*at) {
        axes[n] = (struct axis){*at++ - '0', 1, false};
        if (*at == '/' || *at == '%') {
            axes[n].is_inner = *at == '%';
            axes[n].block = strtol(at + 1, (char **)&at, 10);
        }
        n++;
        at += *at == ' ';
    }
    return n;
}

static int64_t axis_extent(const struct tensor *t, const struct axis *axis)
{
    int64_t extent = t->extent[axis->dimension];
    return axis->is_inner ? axis->block
                          : (extent + axis->block - 1) / axis->block;
}

/* Where element "n" of the declared order lies in memory. */
static int64_t find_in_memory(const struct tensor *t, int64_t n)
{
    struct axis axes[2 * MAX_RANK];
    int64_t index[MAX_RANK] = {0}, at = 0;
    int n_axes = read_layout(t, axes);
    for (int d = t->rank - 1; d >= 0; n /= t->extent[d], d--)
        index[d] = n % t->extent[d];
    if (!strcmp(t->layout, "strided")) {
        for (int d = 0; d < t->rank; d++)
            at += index[d] * t->strides[d];
        return at;
    }
    for (int a = 0; a < n_axes; a++) {
        int64_t i = index[axes[a].dimension];
        i = axes[a].is_inner ? i % axes[a].block : i / axes[a].block;
        at = at * axis_extent(t, &axes[a]) + i;
    }
    return at;
}

bool tensor_is_huge(const struct tensor *t)
{
    double n_bytes = (double)types[t->type].bytes;
    for (int d = 0; d < t->rank; d++)
        n_bytes *= (double)t->extent[d];
    return n_bytes > 0x1p63;
}

/* Strides of variant 0: contiguous; 1: the first dimension contiguous; 2:
 * every other element, rows three elements apart. Sets memory_elements. */
static void set_strides(struct tensor *t, int variant)
{
    int64_t step = variant == 2 ? 2 : 1, last = 0;
    for (int i = 0; i < t->rank; i++) {
        int d = variant == 1 ? i : t->rank - 1 - i;
        t->strides[d] = step;
        step = step * t->extent[d] + (variant == 2 ? 3 : 0);
        last += (t->extent[d] - 1) * t->strides[d];
    }
    t->memory_elements = t->n_elements ? last + 1 : 0;
}

void tensor_allocate(struct tensor *t, bool at_end, int variant)
{
    struct axis axes[2 * MAX_RANK];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes;
    int n_axes = read_layout(t, axes);
    char *map;
    t->n_elements = 1;
    for (int d = 0; d < t->rank; d++)
        t->n_elements *= t->extent[d];
    t->memory_elements = 1;
    for (int a = 0; a < n_axes; a++)
        t->memory_elements *= axis_extent(t, &axes[a]);
    if (!strcmp(t->layout, "strided"))
        set_strides(t, variant % 3);
    bytes = (size_t)t->memory_elements * types[t->type].bytes;
    t->map_bytes = (bytes + 2 * page - 1) / page * page;
    map = mmap(NULL, t->map_bytes + 2 * page, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED ||
        mprotect(map + page, t->map_bytes, PROT_READ | PROT_WRITE)) {
        perror("mmap");
        exit(3);
    }
    t->map = map + page;
    t->at = at_end ? map + page + t->map_bytes - bytes : map + page;
    t->value = calloc((size_t)t->n_elements + 1, sizeof *t->value);
    t->bound = calloc((size_t)t->n_elements + 1, sizeof *t->bound);
    t->before = malloc(t->map_bytes);
}

void tensor_free(struct tensor *t)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap((char *)t->map - page, t->map_bytes + 2 * page);
    free(t->value);
    free(t->bound);
    free(t->before);
}

void tensor_write(struct tensor *t)
{
    memset(t->map, 0xff, t->map_bytes);
    for (int64_t n = 0; n < t->n_elements && t->direction != OUT; n++)
        write_element(t->type,
            (char *)t->at + (size_t)find_in_memory(t, n) * types[t->type].bytes,
            t->value[n]);
    memcpy(t->before, t->map, t->map_bytes);
}

double tensor_read(const struct tensor *t, int64_t n)
{
    return read_element(
        t->type, (const char *)t->at +
                     (size_t)find_in_memory(t, n) * types[t->type].bytes);
}

int64_t tensor_find_damage(const struct tensor *t)
{
    char *now = malloc(t->map_bytes + 1);
    size_t at, bytes = types[t->type].bytes, i;
    int64_t found = -1;
    bool is_blocked = strchr(t->layout, '%') != NULL;
    memcpy(now, t->map, t->map_bytes);
    at = (size_t)((char *)t->at - (char *)t->map);
    if (t->direction != IN && is_blocked) /* padding may be overwritten */
        memcpy(now + at, (char *)t->before + at,
            (size_t)t->memory_elements * bytes);
    for (int64_t n = 0; n < t->n_elements && t->direction != IN; n++) {
        size_t from = at + (size_t)find_in_memory(t, n) * bytes;
        memcpy(now + from, (char *)t->before + from, bytes);
    }
    for (i = 0; i < t->map_bytes && found < 0; i++)
        if (now[i] != ((char *)t->before)[i])
            found = (int64_t)i - (int64_t)at;
    free(now);
    return found;
}
