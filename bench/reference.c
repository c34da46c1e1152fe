/* Results in double precision, with bounds of the error. */
#include "measure.h"

#include <math.h>
#include <stdbool.h>

/* A sum with what bounds its error. */
struct sum {
    double value;
    double magnitude;
    double n;
};

/* One output. */
struct place {
    int64_t n, o, i, j;
};

/* The exact sum of an output, but for rounding in double precision. */
static struct sum add_taps(const struct measure_shape *s, const float *x,
    const float *w, const float *b, struct place at)
{
    int64_t n_inputs = s->c / s->groups;
    int64_t group = at.o / (s->outputs / s->groups);
    double bias = b ? (double)b[at.o] : 0;
    struct sum sum = {bias, fabs(bias), 1};
    for (int64_t c = 0; c < n_inputs; c++)
        for (int64_t p = 0; p < s->kernel_height; p++)
            for (int64_t q = 0; q < s->kernel_width; q++) {
                int64_t i = at.i * s->stride_height + p * s->dilation_height -
                            s->pad_top;
                int64_t j = at.j * s->stride_width + q * s->dilation_width -
                            s->pad_left;
                double product;
                if (i < 0 || i >= s->height || j < 0 || j >= s->width)
                    continue;
                product =
                    (double)w[((at.o * n_inputs + c) * s->kernel_height + p) *
                                  s->kernel_width +
                              q] *
                    (double)
                        x[((at.n * s->c + group * n_inputs + c) * s->height +
                              i) *
                                s->width +
                            j];
                sum.value += product;
                sum.magnitude += fabs(product);
                sum.n++;
            }
    return sum;
}

/* |got - want| as a share of gamma(n) * sum|x*w| and the rounding of the
 * result; after SiLU (slope at most 1.1) with some units in the last place of
 * the function on top. */
static double share_of_bound(
    const struct measure_shape *shape, struct sum sum, double got)
{
    const double units[] = {[MEASURE_F32] = 0x1p-24,
        [MEASURE_F16] = 0x1p-11,
        [MEASURE_BF16] = 0x1p-8};
    double u = 0x1p-24, want = sum.value, n = sum.n + 1;
    double bound = n * u / (1 - n * u) * sum.magnitude;
    if (shape->activation == MEASURE_RELU)
        want = fmax(want, 0);
    if (shape->activation == MEASURE_SILU) {
        want = want / (1 + exp(-want));
        bound = 1.1 * bound + 8 * u * fabs(want);
    }
    if (shape->dtype != MEASURE_F32) /* sums before and after the function */
        bound = 1.1 * bound +
                2 * units[shape->dtype] * (fabs(want) + fabs(sum.value));
    bound += shape->dtype == MEASURE_F16 ? 0x1p-24 : 0x1p-149;
    return isnan(got) ? (double)INFINITY : fabs(got - want) / bound;
}

double reference_operations(const struct measure_shape *s)
{
    double rows = 0, columns = 0;
    for (int64_t i = 0; i < s->output_height; i++)
        for (int64_t p = 0; p < s->kernel_height; p++) {
            int64_t at = i * s->stride_height + p * s->dilation_height;
            rows += at >= s->pad_top && at < s->pad_top + s->height;
        }
    for (int64_t j = 0; j < s->output_width; j++)
        for (int64_t q = 0; q < s->kernel_width; q++) {
            int64_t at = j * s->stride_width + q * s->dilation_width;
            columns += at >= s->pad_left && at < s->pad_left + s->width;
        }
    return rows * columns * (double)s->n * (double)s->outputs *
           (double)(s->c / s->groups);
}

double reference_error(const struct measure_shape *s, const float *x,
    const float *w, const float *b, const void *y, const int64_t *y_strides,
    double max_operations)
{
    int64_t n = s->n * s->outputs * s->output_height * s->output_width;
    double operations = reference_operations(s), worst = 0;
    int64_t step = (int64_t)ceil(operations / max_operations);
    if (step > 1)
        step |= 1; /* all residues of a row that is a power of two */
    for (int64_t i = 0; i<n; i += step> 1 ? step : 1) {
        struct place at = {.j = i % s->output_width,
            .i = i / s->output_width % s->output_height,
            .o = i / s->output_width / s->output_height % s->outputs};
        double got;
        at.n = i / s->output_width / s->output_height / s->outputs;
        got = (double)measure_read(y,
            at.n * y_strides[0] + at.o * y_strides[1] + at.i * y_strides[2] +
                at.j * y_strides[3],
            s->dtype);
        worst = fmax(worst, share_of_bound(s, add_taps(s, x, w, b, at), got));
    }
    return worst;
}
