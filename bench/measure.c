/* Calls in a row, bytes moved, tensors. */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Calls ------------------------------------------------------------- */

/* A clock that never goes back, in seconds. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef int function1(void *);
typedef int function2(void *, void *);
typedef int function3(void *, void *, void *);
typedef int function4(void *, void *, void *, void *);
typedef int function5(void *, void *, void *, void *, void *);

/* One to five pointers; what the functions return is checked elsewhere. */
static inline void run(const struct measure_call *call)
{
    void *const *a = call->arguments;
    union {
        void *function;
        function1 *with1;
        function2 *with2;
        function3 *with3;
        function4 *with4;
        function5 *with5;
    } it = {call->function};
    switch (call->n) {
    case 1:
        it.with1(a[0]);
        break;
    case 2:
        it.with2(a[0], a[1]);
        break;
    case 3:
        it.with3(a[0], a[1], a[2]);
        break;
    case 4:
        it.with4(a[0], a[1], a[2], a[3]);
        break;
    case 5:
        it.with5(a[0], a[1], a[2], a[3], a[4]);
        break;
    }
}

double measure_calls(const struct measure_call *call, int64_t n, void *flush,
    int64_t flush_bytes)
{
    double start, seconds = 0;
    if (flush_bytes) {
        for (int64_t i = 0; i < n; i++) {
            memset(flush, (int)i, (size_t)flush_bytes);
            start = now();
            run(call);
            seconds += now() - start;
        }
        return seconds / (double)n;
    }
    run(call);
    start = now();
    for (int64_t i = 0; i < n; i++)
        run(call);
    return (now() - start) / (double)n;
}

double measure_once(const struct measure_call *call)
{
    double start = now();
    run(call);
    return now() - start;
}

int measure_move(void *from, void *to, const int64_t *bytes)
{
    int64_t n_read = bytes[0], n_written = bytes[1];
    int64_t n = n_read < n_written ? n_read : n_written;
    const uint64_t *words = from;
    uint64_t sums[8] = {0};
    memcpy(to, from, (size_t)n);
    if (n_written > n)
        memset((char *)to + n, 0, (size_t)(n_written - n));
    for (int64_t i = n / 8; i + 8 <= n_read / 8; i += 8)
        for (int j = 0; j < 8; j++)
            sums[j] ^= words[i + j];
    for (int j = 1; j < 8; j++)
        sums[0] ^= sums[j];
    return (int)(sums[0] & 1);
}

/* ---- Tensors ----------------------------------------------------------- */

void *measure_allocate(int64_t bytes, int64_t offset)
{
    size_t size = ((size_t)(bytes + offset) + 8191) / 4096 * 4096;
    char *at = aligned_alloc(4096, size);
    return at ? (char *)memset(at, 0xff, size) + offset : NULL;
}

void measure_free(void *at, int64_t offset)
{
    free((char *)at - offset);
}

void measure_place(const void *from, const int64_t *from_strides, void *to,
    const int64_t *to_strides, const int64_t *extents, int64_t bytes)
{
    const char *source = from;
    char *target = to;
    const int64_t *s = from_strides, *t = to_strides;
    for (int64_t i = 0; i < extents[0]; i++)
        for (int64_t j = 0; j < extents[1]; j++)
            for (int64_t k = 0; k < extents[2]; k++)
                for (int64_t l = 0; l < extents[3]; l++)
                    memcpy(target + bytes * (i * t[0] + j * t[1] + k * t[2] +
                                                l * t[3]),
                        source +
                            bytes * (i * s[0] + j * s[1] + k * s[2] + l * s[3]),
                        (size_t)bytes);
}

static uint16_t to_f16(float value)
{
    _Float16 half = (_Float16)value;
    uint16_t bits;
    memcpy(&bits, &half, sizeof bits);
    return bits;
}

static uint16_t to_bf16(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void measure_convert(const float *from, void *to, int64_t n, int64_t dtype)
{
    uint16_t *halves = to;
    if (dtype == MEASURE_F32)
        memcpy(to, from, (size_t)n * sizeof(float));
    else
        for (int64_t i = 0; i < n; i++)
            halves[i] =
                dtype == MEASURE_F16 ? to_f16(from[i]) : to_bf16(from[i]);
}

float measure_read(const void *at, int64_t i, int64_t dtype)
{
    const uint16_t *halves = at;
    _Float16 half;
    uint32_t bits;
    float value;
    if (dtype == MEASURE_F32)
        return ((const float *)at)[i];
    if (dtype == MEASURE_F16) {
        memcpy(&half, &halves[i], sizeof half);
        return (float)half;
    }
    bits = (uint32_t)halves[i] << 16;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void measure_fill(float *at, int64_t n, uint64_t seed, int64_t dtype)
{
    uint64_t state = seed * 2 + 88172645463325253ULL;
    uint16_t bits;
    for (int64_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        at[i] = (float)(state >> 40) / 0x1p24f - 0.5f;
        if (dtype != MEASURE_F32) {
            measure_convert(&at[i], &bits, 1, dtype);
            at[i] = measure_read(&bits, 0, dtype);
        }
    }
}
