/* What generated oracles use, and the description of a case that the program
 * running it reads. Compiled with the C that tapc_fuzz emits. */
#ifndef TAPC_FUZZ_SUPPORT_H
#define TAPC_FUZZ_SUPPORT_H

#include <math.h>
#include <stdint.h>

enum { SUPPORT_MAX_AXES = 6, SUPPORT_MAX_RANK = 4 };

enum support_direction {
    SUPPORT_IN,
    SUPPORT_OUT,
    SUPPORT_INOUT,
    SUPPORT_LOCAL
};

struct support_axis {
    int dimension;
    int block;
    int is_inner;
};

/* Element types are numbered as in tapc_fuzz: f64 f32 f16 bf16 i32 i16 i8 u8.
 * "axes" is the order in memory of the scheduled object. */
struct support_tensor {
    const char *name;
    int direction;
    int dtype;
    int rank;
    int is_strided;
    int n_axes;
    struct support_axis axes[SUPPORT_MAX_AXES];
};

struct support_run {
    const int64_t *values;
    const int64_t (*extents)[SUPPORT_MAX_RANK];
    int status;
    int data_mode;
};

/* One compiled object: "call" passes tensors, strides, workspace, values and,
 * if "pool" is not NULL, calls the parallel entry. */
struct support_object {
    int (*call)(void *const *tensors, const int64_t *const *strides,
        void *workspace, const int64_t *values, const void *pool);
    int64_t (*workspace)(const int64_t *values);
    int has_layout;
    int has_parallel;
};

struct support_case {
    int position;
    unsigned long long seed;
    int n_tensors;
    const struct support_tensor *tensors;
    int n_runs;
    const struct support_run *runs;
    void (*oracle)(void *const *tensors,
        const int64_t (*extents)[SUPPORT_MAX_RANK], const int64_t *values,
        int fused);
    int fused;
    int is_approximate;
    int is_reassoc;
    struct support_object objects[2]; /* scheduled, plain */
};

extern const struct support_case *const support_cases[];
extern const int support_n_cases;

/* An oracle left a tensor: the generator is wrong. */
void fuzz_outside(void);

float fuzz_from_f16(uint16_t bits);
float fuzz_from_bf16(uint16_t bits);
uint16_t fuzz_to_f16(double value);
uint16_t fuzz_to_bf16(double value);
float fuzz_round_f16(double value);
float fuzz_round_bf16(double value);
int32_t fuzz_saturate_i32(double value);
int32_t fuzz_saturate_i16(double value);
int32_t fuzz_saturate_i8(double value);
int32_t fuzz_saturate_u8(double value);

double fuzz_min(double a, double b);
double fuzz_max(double a, double b);
double fuzz_abs(double a);
double fuzz_relu(double a);
double fuzz_floor(double a);
double fuzz_round(double a);
double fuzz_sqrt(double a);
double fuzz_rsqrt(double a);
double fuzz_exp(double a);
double fuzz_log(double a);
double fuzz_tanh(double a);
double fuzz_silu(double a);
double fuzz_sigmoid(double a);
double fuzz_gelu(double a);
double fuzz_softplus(double a);
double fuzz_hardswish(double a);
int32_t fuzz_min_i32(int32_t a, int32_t b);
int32_t fuzz_max_i32(int32_t a, int32_t b);
int32_t fuzz_abs_i32(int32_t a);
int32_t fuzz_relu_i32(int32_t a);

#define FUZZ_MINIMUM(a, b) ((a) < (b) ? (a) : (b))
#define FUZZ_MAXIMUM(a, b) ((a) < (b) ? (b) : (a))
#define FUZZ_FMA32(a, b, c) (fused_ ? fmaf(a, b, c) : (a) * (b) + (c))
#define FUZZ_FMA64(a, b, c) (fused_ ? fma(a, b, c) : (a) * (b) + (c))

static inline int64_t fuzz_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static inline int64_t fuzz_modulo(int64_t a, int64_t b)
{
    return a - b * fuzz_divide(a, b);
}

static inline int64_t fuzz_clamp(int64_t i, int64_t extent)
{
    return i < 0 ? 0 : i >= extent ? extent - 1 : i;
}

static inline int64_t fuzz_wrap(int64_t i, int64_t extent)
{
    return i < 0 ? i + extent : i >= extent ? i - extent : i;
}

static inline int64_t fuzz_mirror(int64_t i, int64_t extent)
{
    return i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i;
}

/* The position of an element of a dense tensor. */
static inline int64_t fuzz_at(const int64_t *extents, int rank, int64_t i,
    int64_t j, int64_t k, int64_t n)
{
    const int64_t index[] = {i, j, k, n};
    int64_t position = 0;
    for (int d = 0; d < rank; d++) {
        if (index[d] < 0 || index[d] >= extents[d])
            fuzz_outside();
        position = position * extents[d] + index[d];
    }
    return position;
}

#endif
