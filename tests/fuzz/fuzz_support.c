/* Runs compiled kernels beside their oracles: guard pages around every
 * buffer, inputs that cannot be written, outputs poisoned in two ways, every
 * case in a child of its own. Prints one line for each case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz_support.h"

enum { MAX_TENSORS = 16, PAGE = 4096, TIME_LIMIT_S = 20 };
enum { F64, F32, F16, BF16, I32, I16, I8, U8 };

/* ---- Number formats ---------------------------------------------------- */

void fuzz_outside(void)
{
    fputs("the oracle left a tensor\n", stdout);
    fflush(stdout);
    _exit(3);
}

/* To the nearest value with "bits" significant bits and exponents from
 * "least", ties to even. */
static double round_bits(double value, int bits, int least)
{
    if (value == 0.0 || isnan(value) || isinf(value))
        return value;
    int exponent;
    frexp(value, &exponent);
    exponent = exponent - 1 < least ? least : exponent - 1;
    double unit = ldexp(1.0, exponent - bits + 1);
    return rint(value / unit) * unit;
}

float fuzz_round_f16(double value)
{
    double rounded = round_bits(value, 11, -14);
    return (float)(fabs(rounded) >= 65536.0 ? copysign(INFINITY, rounded)
                                            : rounded);
}

float fuzz_round_bf16(double value)
{
    double rounded = round_bits(value, 8, -126);
    return (float)(fabs(rounded) >= ldexp(1.0, 128)
                       ? copysign(INFINITY, rounded)
                       : rounded);
}

float fuzz_from_bf16(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

uint16_t fuzz_to_bf16(double value)
{
    float rounded = isnan(value) ? NAN : fuzz_round_bf16(value);
    uint32_t wide;
    memcpy(&wide, &rounded, sizeof wide);
    return (uint16_t)(wide >> 16);
}

float fuzz_from_f16(uint16_t bits)
{
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size = exponent == 31  ? (fraction ? (double)NAN : (double)INFINITY)
                  : exponent == 0 ? ldexp(fraction, -24)
                                  : ldexp(fraction + 1024, exponent - 25);
    return (float)(bits >> 15 ? -size : size);
}

uint16_t fuzz_to_f16(double value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    double size = fabs((double)fuzz_round_f16(value));
    if (isnan(value))
        return 0x7e00;
    if (isinf(size))
        return (uint16_t)(sign | 0x7c00);
    if (size < ldexp(1.0, -14))
        return (uint16_t)(sign | (uint16_t)ldexp(size, 24));
    int exponent;
    double fraction = frexp(size, &exponent);
    return (uint16_t)(sign | (exponent + 14) << 10 |
                      ((int)ldexp(fraction, 11) & 1023));
}

static int32_t saturate(double value, double low, double high)
{
    if (isnan(value))
        return 0;
    return (int32_t)(value < low ? low : value > high ? high : value);
}

int32_t fuzz_saturate_i32(double value)
{
    return saturate(value, -2147483648.0, 2147483647.0);
}

int32_t fuzz_saturate_i16(double value)
{
    return saturate(value, -32768.0, 32767.0);
}

int32_t fuzz_saturate_i8(double value)
{
    return saturate(value, -128.0, 127.0);
}

int32_t fuzz_saturate_u8(double value)
{
    return saturate(value, 0.0, 255.0);
}

/* ---- Functions --------------------------------------------------------- */

double fuzz_min(double a, double b)
{
    return a < b ? a : b;
}

double fuzz_max(double a, double b)
{
    return a < b ? b : a;
}

double fuzz_abs(double a)
{
    return fabs(a);
}

double fuzz_relu(double a)
{
    return a < 0.0 ? 0.0 : a;
}

double fuzz_floor(double a)
{
    return floor(a);
}

double fuzz_round(double a)
{
    return rint(a);
}

double fuzz_sqrt(double a)
{
    return sqrt(a);
}

double fuzz_rsqrt(double a)
{
    return 1.0 / sqrt(a);
}

double fuzz_exp(double a)
{
    return exp(a);
}

double fuzz_log(double a)
{
    return log(a);
}

double fuzz_tanh(double a)
{
    return tanh(a);
}

/* The limit at -inf, where the quotient is NaN. */
double fuzz_silu(double a)
{
    if (isinf(a) && a < 0.0)
        return 0.0;
    return a / (1.0 + exp(-a));
}

double fuzz_sigmoid(double a)
{
    return 1.0 / (1.0 + exp(-a));
}

double fuzz_gelu(double a)
{
    return 0.5 * a * erfc(-a * 0.70710678118654752440);
}

double fuzz_softplus(double a)
{
    return log1p(exp(-fabs(a))) + (a > 0.0 ? a : 0.0);
}

double fuzz_hardswish(double a)
{
    double inner = a + 3.0;
    return a * (inner < 0.0 ? 0.0 : inner > 6.0 ? 6.0 : inner) / 6.0;
}

int32_t fuzz_min_i32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

int32_t fuzz_max_i32(int32_t a, int32_t b)
{
    return a < b ? b : a;
}

int32_t fuzz_abs_i32(int32_t a)
{
    return a < 0 ? (int32_t)(0u - (uint32_t)a) : a;
}

int32_t fuzz_relu_i32(int32_t a)
{
    return a < 0 ? 0 : a;
}

/* ---- Elements ---------------------------------------------------------- */

static int64_t element_bytes(int dtype)
{
    static const int64_t bytes[] = {8, 4, 2, 2, 4, 2, 1, 1};
    return bytes[dtype];
}

static double read_element(const void *data, int dtype, int64_t at)
{
    switch (dtype) {
    case F64:
        return ((const double *)data)[at];
    case F32:
        return (double)((const float *)data)[at];
    case F16:
        return (double)fuzz_from_f16(((const uint16_t *)data)[at]);
    case BF16:
        return (double)fuzz_from_bf16(((const uint16_t *)data)[at]);
    case I32:
        return ((const int32_t *)data)[at];
    case I16:
        return ((const int16_t *)data)[at];
    case I8:
        return ((const int8_t *)data)[at];
    default:
        return ((const uint8_t *)data)[at];
    }
}

static void write_element(void *data, int dtype, int64_t at, double value)
{
    switch (dtype) {
    case F64:
        ((double *)data)[at] = value;
        return;
    case F32:
        ((float *)data)[at] = (float)value;
        return;
    case F16:
        ((uint16_t *)data)[at] = fuzz_to_f16(value);
        return;
    case BF16:
        ((uint16_t *)data)[at] = fuzz_to_bf16(value);
        return;
    case I32:
        ((int32_t *)data)[at] = (int32_t)value;
        return;
    case I16:
        ((int16_t *)data)[at] = (int16_t)value;
        return;
    case I8:
        ((int8_t *)data)[at] = (int8_t)value;
        return;
    default:
        ((uint8_t *)data)[at] = (uint8_t)value;
        return;
    }
}

static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Mode 0: small integers; 1: all kinds; 2: also Inf and NaN. */
static double draw_element(int dtype, int mode, uint64_t key)
{
    uint64_t bits = mix(key);
    double small = (double)(int64_t)(bits % 9);
    if (mode == 0)
        return dtype == U8 ? small : small - 4.0;
    if (dtype >= I32) {
        static const int widths[] = {32, 16, 8, 8};
        int width = widths[dtype - I32];
        if (dtype == I32 && (bits >> 40) % 3 != 0)
            width = 8;
        int64_t value = (int64_t)(bits >> 8 & ((UINT64_C(1) << width) - 1));
        return (
            double)(dtype == U8 ? value : value - ((int64_t)1 << (width - 1)));
    }
    if (mode == 2 && bits % 23 == 0)
        return (double)(bits % 3 == 0 ? NAN : bits & 64 ? INFINITY : -INFINITY);
    double value = ldexp((double)(int64_t)(bits >> 11), -51) - 2.0;
    static const double scales[] = {1000.0, 1e-6, 1e-39};
    return bits % 17 == 0 ? value * scales[bits % 3] : value;
}

/* ---- Memory ------------------------------------------------------------ */

/* "data" lies in "mapping", between two pages that cannot be touched. */
struct buffer {
    unsigned char *mapping;
    int64_t mapped_bytes;
    unsigned char *data; /* first byte of the region in use */
    int64_t bytes;
    int64_t origin; /* element [0]...[0], in elements from "data" */
    int64_t strides[SUPPORT_MAX_RANK];
};

static void buffer_new(struct buffer *buffer, int64_t bytes, int at_end)
{
    int64_t pages = (bytes + PAGE - 1) / PAGE;
    buffer->mapped_bytes = (pages + 2) * PAGE;
    buffer->bytes = bytes;
    buffer->mapping = mmap(NULL, (size_t)buffer->mapped_bytes, PROT_NONE,
        MAP_PRIVATE | MAP_ANON, -1, 0);
    if (buffer->mapping == MAP_FAILED)
        _exit(4);
    buffer->data = buffer->mapping + PAGE;
    if (pages == 0)
        return;
    mprotect(buffer->data, (size_t)(pages * PAGE), PROT_READ | PROT_WRITE);
    memset(buffer->data, 0xa5, (size_t)(pages * PAGE));
    if (at_end)
        buffer->data += pages * PAGE - bytes;
}

static void buffer_free(struct buffer *buffer)
{
    munmap(buffer->mapping, (size_t)buffer->mapped_bytes);
}

static void buffer_protect(struct buffer *buffer)
{
    mprotect(buffer->mapping, (size_t)buffer->mapped_bytes, PROT_READ);
    mprotect(buffer->mapping, PAGE, PROT_NONE);
    mprotect(buffer->mapping + buffer->mapped_bytes - PAGE, PAGE, PROT_NONE);
}

/* Bytes of the pages in use outside the region still as they were? */
static int buffer_is_intact(const struct buffer *buffer)
{
    const unsigned char *from = buffer->mapping + PAGE;
    const unsigned char *to = buffer->mapping + buffer->mapped_bytes - PAGE;
    for (const unsigned char *at = from; at < to; at++)
        if ((at < buffer->data || at >= buffer->data + buffer->bytes) &&
            *at != 0xa5)
            return 0;
    return 1;
}

static int64_t count_elements(int rank, const int64_t *extents)
{
    int64_t n = 1;
    for (int i = 0; i < rank; i++)
        n *= extents[i];
    return n;
}

/* Where element "index" lies in memory, in elements from "data". */
static int64_t find_element(const struct support_tensor *tensor,
    const struct buffer *buffer, int has_layout, const int64_t *extents,
    const int64_t *index)
{
    int64_t position = 0;
    if (tensor->is_strided) {
        position = buffer->origin;
        for (int i = 0; i < tensor->rank; i++)
            position += index[i] * buffer->strides[i];
        return position;
    }
    if (!has_layout) {
        for (int i = 0; i < tensor->rank; i++)
            position = position * extents[i] + index[i];
        return position;
    }
    for (int i = 0; i < tensor->n_axes; i++) {
        const struct support_axis *axis = &tensor->axes[i];
        int64_t at = index[axis->dimension];
        int64_t extent = extents[axis->dimension];
        if (axis->block > 0) {
            at = axis->is_inner ? at % axis->block : at / axis->block;
            extent = axis->is_inner ? axis->block
                                    : (extent + axis->block - 1) / axis->block;
        }
        position = position * extent + at;
    }
    return position;
}

/* Elements a tensor occupies; chooses strides. */
static int64_t plan_memory(const struct support_tensor *tensor,
    struct buffer *buffer, int has_layout, const int64_t *extents, uint64_t key)
{
    buffer->origin = 0;
    if (count_elements(tensor->rank, extents) == 0) {
        for (int i = 0; i < tensor->rank; i++)
            buffer->strides[i] = 1;
        return 0;
    }
    if (tensor->is_strided) {
        int64_t span = 1;
        int first = (int)(mix(key) % (uint64_t)tensor->rank);
        for (int i = 0; i < tensor->rank; i++) {
            int d = (first + tensor->rank - i) % tensor->rank;
            int64_t stride = span + (int64_t)(mix(key + 7 + (uint64_t)i) % 3);
            span = stride * (extents[d] - 1) + span;
            int is_negative = tensor->direction == SUPPORT_IN &&
                              mix(key + 99 + (uint64_t)i) % 6 == 0;
            buffer->strides[d] = is_negative ? -stride : stride;
            if (is_negative)
                buffer->origin += stride * (extents[d] - 1);
        }
        return span;
    }
    int64_t n = 1;
    for (int i = 0; i < (has_layout ? tensor->n_axes : tensor->rank); i++) {
        int64_t extent = extents[has_layout ? tensor->axes[i].dimension : i];
        int block = has_layout ? tensor->axes[i].block : 0;
        if (block > 0)
            extent =
                tensor->axes[i].is_inner ? block : (extent + block - 1) / block;
        n *= extent;
    }
    return n;
}

/* The next index in row order; 0 after the last. */
static int next_index(int rank, const int64_t *extents, int64_t *index)
{
    for (int i = rank - 1; i >= 0; i--) {
        if (++index[i] < extents[i])
            return 1;
        index[i] = 0;
    }
    return 0;
}

/* ---- One call ---------------------------------------------------------- */

struct call {
    const struct support_case *description;
    const struct support_run *run;
    int object;
    int turn;
    void *dense[MAX_TENSORS];    /* before */
    void *expected[MAX_TENSORS]; /* after, by the oracle */
    double *first[MAX_TENSORS];  /* results of the scheduled object */
    struct buffer buffers[MAX_TENSORS];
};

static void fail(const struct call *call, const char *what)
{
    static const char *const objects[] = {"scheduled", "plain"};
    printf("CASE %d WRONG %s object, run %d, call %d: %s\n",
        call->description->position, objects[call->object],
        (int)(call->run - call->description->runs), call->turn, what);
    fflush(stdout);
    _exit(0);
}

static double tolerance(const struct support_case *description, int dtype,
    double value, double scale)
{
    static const double units[] = {1e-12, 2e-6, 1e-3, 8e-3, 0, 0, 0, 0};
    if (description->is_reassoc && dtype <= BF16)
        return units[dtype] * 50 * (fabs(value) + scale);
    if (description->is_approximate)
        return units[dtype] * fabs(value) + units[dtype] * 1e-2;
    return 0.0;
}

static int values_agree(double got, double want, double allowed)
{
    if (isnan(want) || isnan(got))
        return isnan(want) && isnan(got);
    if (got == want)
        return 1;
    return allowed > 0.0 && fabs(got - want) <= allowed;
}

/* Bring a dense tensor into the memory of a call. */
static void fill_buffer(struct call *call, int t)
{
    const struct support_tensor *tensor = &call->description->tensors[t];
    const int64_t *extents = call->run->extents[t];
    struct buffer *buffer = &call->buffers[t];
    int has_layout = call->description->objects[call->object].has_layout;
    uint64_t key = call->description->seed * 31 + (uint64_t)t;
    int64_t n = plan_memory(tensor, buffer, has_layout, extents, key);
    int64_t origin = buffer->origin;
    buffer_new(buffer, n * element_bytes(tensor->dtype), call->turn % 2 == 0);
    buffer->origin = origin;
    memset(
        buffer->data, call->turn % 2 == 0 ? 0xff : 0x7b, (size_t)buffer->bytes);
    if (n == 0 || tensor->direction == SUPPORT_OUT)
        return;
    int64_t index[SUPPORT_MAX_RANK] = {0};
    int64_t at = 0;
    int64_t bytes = element_bytes(tensor->dtype);
    do {
        int64_t to = find_element(tensor, buffer, has_layout, extents, index);
        memcpy(buffer->data + to * bytes,
            (const char *)call->dense[t] + at * bytes, (size_t)bytes);
        at++;
    } while (next_index(tensor->rank, extents, index));
    if (tensor->direction == SUPPORT_IN)
        buffer_protect(buffer);
}

/* Compare one result with the oracle, and with that of the other object. */
static void check_element(struct call *call, int t, const int64_t *index,
    int64_t at, double got, double scale)
{
    const struct support_tensor *tensor = &call->description->tensors[t];
    double want = read_element(call->expected[t], tensor->dtype, at);
    double allowed = tolerance(call->description, tensor->dtype, want, scale);
    char text[200];
    if (!values_agree(got, want, allowed)) {
        snprintf(text, sizeof text,
            "%s[%lld][%lld][%lld][%lld] is %.17g, the oracle has %.17g",
            tensor->name, (long long)index[0], (long long)index[1],
            (long long)index[2], (long long)index[3], got, want);
        fail(call, text);
    }
    if (call->description->is_reassoc)
        return;
    if (call->object == 0 && call->turn == 0) {
        call->first[t][at] = got;
        return;
    }
    if (call->description->objects[0].call &&
        !values_agree(got, call->first[t][at], 0.0)) {
        snprintf(text, sizeof text,
            "%s[%lld][%lld][%lld][%lld] is %.17g, at first it was %.17g",
            tensor->name, (long long)index[0], (long long)index[1],
            (long long)index[2], (long long)index[3], got, call->first[t][at]);
        fail(call, text);
    }
}

/* Gaps between the elements of a strided output still poisoned? */
static int gaps_are_intact(const struct support_tensor *tensor,
    const struct buffer *buffer, const unsigned char *is_used, int poison)
{
    int64_t bytes = element_bytes(tensor->dtype);
    if (!tensor->is_strided)
        return 1;
    for (int64_t i = 0; i < buffer->bytes; i++)
        if (!is_used[i / bytes] && buffer->data[i] != poison)
            return 0;
    return 1;
}

static void check_tensor(struct call *call, int t)
{
    const struct support_tensor *tensor = &call->description->tensors[t];
    const int64_t *extents = call->run->extents[t];
    struct buffer *buffer = &call->buffers[t];
    int has_layout = call->description->objects[call->object].has_layout;
    int64_t n = count_elements(tensor->rank, extents);
    if (!buffer_is_intact(buffer))
        fail(call, "bytes beside a tensor were written");
    if (n == 0)
        return;
    double scale = 0.0;
    for (int64_t i = 0; i < n; i++) {
        double size = fabs(read_element(call->expected[t], tensor->dtype, i));
        scale = isfinite(size) && size > scale ? size : scale;
    }
    unsigned char *is_used =
        calloc((size_t)(buffer->bytes / element_bytes(tensor->dtype)), 1);
    int64_t index[SUPPORT_MAX_RANK] = {0};
    int64_t at = 0;
    do {
        int64_t from = find_element(tensor, buffer, has_layout, extents, index);
        is_used[from] = 1;
        check_element(call, t, index, at,
            read_element(buffer->data, tensor->dtype, from), scale);
        at++;
    } while (next_index(tensor->rank, extents, index));
    if (!gaps_are_intact(
            tensor, buffer, is_used, call->turn % 2 == 0 ? 0xff : 0x7b))
        fail(call, "elements between those of a strided tensor were written");
    free(is_used);
}

/* A pool that runs the chunks of a loop from the last to the first. */
static void run_backwards(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    (void)context;
    int64_t step = grain > 0 ? grain : 1;
    for (int64_t end = n; end > 0; end -= step)
        body(closure, end > step ? end - step : 0, end);
}

static const struct pool {
    void (*run)(void *context, void (*body)(void *, int64_t, int64_t),
        void *closure, int64_t n, int64_t grain);
    void *context;
} backwards = {run_backwards, NULL};

/* Call once and check everything. */
static void call_once(struct call *call)
{
    const struct support_case *description = call->description;
    const struct support_object *object = &description->objects[call->object];
    void *tensors[MAX_TENSORS];
    const int64_t *strides[MAX_TENSORS];
    struct buffer workspace;
    for (int t = 0; t < description->n_tensors; t++) {
        if (description->tensors[t].direction == SUPPORT_LOCAL)
            continue;
        fill_buffer(call, t);
        int64_t bytes = element_bytes(description->tensors[t].dtype);
        tensors[t] = call->buffers[t].data + call->buffers[t].origin * bytes;
        strides[t] = call->buffers[t].strides;
    }
    int64_t bytes =
        object->workspace ? object->workspace(call->run->values) : 0;
    if (bytes < 0 || bytes > 1 << 28)
        fail(call, "the size of the workspace is strange");
    buffer_new(&workspace, (bytes + 63) / 64 * 64, call->turn % 2 == 0);
    int is_parallel = object->has_parallel && call->turn == 2;
    int status =
        object->call(tensors, strides, bytes > 0 ? workspace.data : NULL,
            call->run->values, is_parallel ? &backwards : NULL);
    if (status != 0) {
        char text[60];
        snprintf(text, sizeof text, "status %d where 0 is right", status);
        fail(call, text);
    }
    if (!buffer_is_intact(&workspace))
        fail(call, "bytes beside the workspace were written");
    buffer_free(&workspace);
    for (int t = 0; t < description->n_tensors; t++) {
        if (description->tensors[t].direction == SUPPORT_LOCAL)
            continue;
        check_tensor(call, t);
        buffer_free(&call->buffers[t]);
    }
}

/* A call that has to be refused: nothing may be touched. */
static void call_refused(struct call *call)
{
    const struct support_object *object =
        &call->description->objects[call->object];
    void *tensors[MAX_TENSORS];
    const int64_t *strides[MAX_TENSORS];
    static const int64_t ones[SUPPORT_MAX_RANK] = {1, 1, 1, 1};
    static double scalar[2];
    struct buffer nothing;
    buffer_new(&nothing, 0, 0);
    for (int t = 0; t < call->description->n_tensors; t++) {
        int is_scalar = call->description->tensors[t].rank == 0;
        tensors[t] = is_scalar ? (void *)scalar : (void *)nothing.data;
        strides[t] = ones;
    }
    int status =
        object->call(tensors, strides, nothing.data, call->run->values, NULL);
    if (status != call->run->status) {
        char text[60];
        snprintf(text, sizeof text, "status %d where %d is right", status,
            call->run->status);
        fail(call, text);
    }
    buffer_free(&nothing);
}

/* Data and expected results of a run. */
static void prepare_run(struct call *call)
{
    const struct support_case *description = call->description;
    int run = (int)(call->run - description->runs);
    for (int t = 0; t < description->n_tensors; t++) {
        const struct support_tensor *tensor = &description->tensors[t];
        int64_t n = count_elements(tensor->rank, call->run->extents[t]);
        size_t bytes = (size_t)(n * element_bytes(tensor->dtype));
        call->dense[t] = calloc(bytes + 1, 1);
        call->expected[t] = calloc(bytes + 1, 1);
        call->first[t] = calloc((size_t)n + 1, sizeof(double));
        uint64_t key = mix(description->seed * 64 + (uint64_t)(run * 16 + t));
        for (int64_t i = 0; i < n; i++)
            write_element(call->dense[t], tensor->dtype, i,
                draw_element(
                    tensor->dtype, call->run->data_mode, key + (uint64_t)i));
        memcpy(call->expected[t], call->dense[t], bytes);
    }
    description->oracle(call->expected, call->run->extents, call->run->values,
        description->fused);
}

static void release_run(struct call *call)
{
    for (int t = 0; t < call->description->n_tensors; t++) {
        free(call->dense[t]);
        free(call->expected[t]);
        free(call->first[t]);
    }
}

static void run_case(const struct support_case *description)
{
    struct call call = {.description = description};
    for (int run = 0; run < description->n_runs; run++) {
        call.run = &description->runs[run];
        if (call.run->status == 0)
            prepare_run(&call);
        for (call.object = 0; call.object < 2; call.object++) {
            const struct support_object *object =
                &description->objects[call.object];
            if (!object->call)
                continue;
            call.turn = 0;
            if (call.run->status != 0) {
                call_refused(&call);
                continue;
            }
            for (; call.turn < 2 + object->has_parallel; call.turn++)
                call_once(&call);
        }
        if (call.run->status == 0)
            release_run(&call);
    }
    printf("CASE %d OK\n", description->position);
    fflush(stdout);
}

int main(void)
{
    for (int i = 0; i < support_n_cases; i++) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            alarm(TIME_LIMIT_S);
            run_case(support_cases[i]);
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status))
            printf("CASE %d BROKEN signal %d\n", support_cases[i]->position,
                WTERMSIG(status));
        else if (WEXITSTATUS(status) != 0)
            printf("CASE %d ORACLE exit %d\n", support_cases[i]->position,
                WEXITSTATUS(status));
        fflush(stdout);
    }
    return 0;
}
