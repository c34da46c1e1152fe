/* What the benchmark needs from C: calls in a row, yardsticks, references.
 *
 * Files: measure.c (calls, bytes moved, tensors), reference.c (results in
 * double precision), peer_onednn.c and peer_halide.cpp (what runs peers),
 * naive/ (loops as a C programmer writes them). bench.py loads all of them
 * through ctypes, in one process.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

enum { MEASURE_MAX_ARGUMENTS = 8, MEASURE_AXES = 4 };

/* A function of "n" pointers, and what it is called with. */
struct measure_call {
    void *function;
    int64_t n;
    void *arguments[MEASURE_MAX_ARGUMENTS];
};

enum measure_dtype { MEASURE_F32, MEASURE_F16, MEASURE_BF16 };

enum measure_activation { MEASURE_NONE, MEASURE_RELU, MEASURE_SILU };

/* A convolution; one-dimensional ones have one row. "dtype" and "activation"
 * are values of the enums above. */
struct measure_shape {
    int64_t n, c, height, width;
    int64_t outputs, groups;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t dilation_height, dilation_width;
    int64_t pad_top, pad_left;
    int64_t output_height, output_width;
    int64_t activation, dtype;
};

/* Seconds per call: one call that is not counted, then the mean of "n". With
 * "flush_bytes" that many bytes at "flush" are written before every call, and
 * the call that is not counted is left out. */
double measure_calls(const struct measure_call *call, int64_t n, void *flush,
    int64_t flush_bytes);

/* Seconds of a single call, in whatever state the caches are. */
double measure_once(const struct measure_call *call);

/* Memory, all its bytes 0xff, "offset" bytes behind a page; freed with the same
 * offset. NULL where there is none. */
void *measure_allocate(int64_t bytes, int64_t offset);

void measure_free(void *at, int64_t offset);

/* Read and write as many bytes as a kernel does: copy what is common, read or
 * fill the rest. */
int measure_move(void *from, void *to, const int64_t *bytes);

/* Copy a tensor of "extents" between strides in elements of "bytes". */
void measure_place(const void *from, const int64_t *from_strides, void *to,
    const int64_t *to_strides, const int64_t *extents, int64_t bytes);

/* "n" floats in -0.5 .. 0.5, each a value of "dtype"; the same ones for the
 * same seed. */
void measure_fill(float *at, int64_t n, uint64_t seed, int64_t dtype);

/* Floats to elements of "dtype", without a change of value where they are
 * values of it. */
void measure_convert(const float *from, void *to, int64_t n, int64_t dtype);

/* Element "i" as a float. */
float measure_read(const void *at, int64_t i, int64_t dtype);

/* Largest error of "y" as a share of its bound, over all outputs or, beyond
 * "max_operations", a sample of them. x [n][c][h][w], w [o][c/groups][kh][kw]
 * and b (or NULL) as floats; y with strides in elements. */
double reference_error(const struct measure_shape *shape, const float *x,
    const float *w, const float *b, const void *y, const int64_t *y_strides,
    double max_operations);

/* Multiply-adds whose input exists. */
double reference_operations(const struct measure_shape *shape);

#endif
