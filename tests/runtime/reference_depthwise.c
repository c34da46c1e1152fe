/* Depthwise convolutions in all their variants. */
#include "references.h"

#include <math.h>

int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && a < 0);
}

double gelu_of(double value)
{
    return 0.5 * value * (1 + erf(value / sqrt(2.0)));
}

/* One output: start + sum of w[c][k] * x[n][c][p*stride + k*dilation - pad]
 * over the taps that exist. */
static struct sum depthwise_at(const struct tensor *x, const struct tensor *w,
    double start, int64_t n, int64_t c, int64_t first, int64_t dilation)
{
    struct sum sum = {start, fabs(start), 1};
    for (int64_t k = 0; k < w->extent[1]; k++) {
        int64_t l = first + k * dilation;
        if (l >= 0 && l < x->extent[2])
            sum_add(&sum, AT2(w, c, k), AT3(x, n, c, l));
    }
    return sum;
}

/* N C L K, pad 1, with a bias. */
bool shape_dwconv1d(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++)
                sum_store(y, &AT3(y, n, c, o),
                    depthwise_at(&t[0], &t[1], AT1(&t[2], c), n, c, o - 1, 1));
}

bool shape_dwconv1d_scheduled(struct tensor *t, const int64_t *p)
{
    return shape_dwconv1d(t, p);
}

void reference_dwconv1d_scheduled(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++) {
                struct sum sum =
                    depthwise_at(&t[0], &t[1], AT1(&t[2], c), n, c, o - 1, 1);
                sum_store_function(
                    y, &AT3(y, n, c, o), sum, gelu_of(sum.value), 1.2);
            }
}

/* N C L K, pad 1, no bias. */
bool shape_dwconv1d_plain(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_plain(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[2];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++)
                sum_store(y, &AT3(y, n, c, o),
                    depthwise_at(&t[0], &t[1], 0, n, c, o - 1, 1));
}

/* zero x w b scale y */
bool shape_dwconv1d_quantized(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 0, 0, 0, 0, 0);
    is_fine &= tensor_shape(&t[1], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[2], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[3], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[4], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[5], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_quantized(struct tensor *t, const int64_t *p)
{
    double zero = t[0].value[0];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < t[5].extent[2]; o++) {
                double sum = AT1(&t[3], c), scaled;
                for (int64_t k = 0; k < p[3]; k++)
                    if (o + k >= 1 && o + k - 1 < p[2])
                        sum += AT2(&t[2], c, k) *
                               (AT3(&t[1], n, c, o + k - 1) - zero);
                scaled = (double)((float)sum * (float)AT1(&t[4], c));
                scaled = nearbyint(scaled);
                AT3(&t[5], n, c, o) = fmax(-128, fmin(127, scaled));
            }
}

/* N C M L K */
bool shape_dwconv1d_multiplier(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[3], 0);
    is_fine &= tensor_shape(&t[1], 3, p[1], p[2], p[4], 0);
    is_fine &= tensor_shape(&t[2], 4, p[0], p[1], p[2], p[3] + 2 - p[4] + 1);
    return is_fine && p[4] > 1;
}

void reference_dwconv1d_multiplier(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t m = 0; m < p[2]; m++)
                for (int64_t o = 0; o < t[2].extent[3]; o++) {
                    struct sum sum = {0};
                    for (int64_t k = 0; k < p[4]; k++)
                        if (o + k >= 1 && o + k - 1 < p[3])
                            sum_add(&sum, AT3(&t[1], c, m, k),
                                AT3(&t[0], n, c, o + k - 1));
                    sum_store(&t[2], &AT4(&t[2], n, c, m, o), sum);
                }
}

/* N C L K stride, pad 1, bias, relu */
bool shape_dwconv1d_strided(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    if (p[4] < 1 || p[4] > 3)
        return false;
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(
        &t[3], 3, p[0], p[1], floor_divide(p[2] + 2 - p[3], p[4]) + 1, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_strided(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++) {
                struct sum sum = depthwise_at(
                    &t[0], &t[1], AT1(&t[2], c), n, c, o * p[4] - 1, 1);
                sum_store(y, &AT3(y, n, c, o), sum);
                if (sum.value < 0)
                    AT3(y, n, c, o) = 0;
            }
}

/* N C L K pad dilation */
bool shape_dwconv1d_dilated(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    int64_t n_outputs = p[2] + 2 * p[4] - (p[3] - 1) * p[5];
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], n_outputs, 0);
    return is_fine && p[3] > 0 && p[4] >= 0 &&
           (p[5] == 1 || p[5] == 2 || p[5] == 4 || p[5] == 8);
}

void reference_dwconv1d_dilated(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[2];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++)
                sum_store(y, &AT3(y, n, c, o),
                    depthwise_at(&t[0], &t[1], 0, n, c, o - p[4], p[5]));
}

/* N C L K stride; "pad" on both sides is cut off. */
static bool shape_upsampled(struct tensor *t, const int64_t *p, int64_t pad)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    int64_t n_outputs = (p[2] - 1) * p[4] + p[3] - 2 * pad;
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], n_outputs, 0);
    return is_fine && p[2] > 0 && p[3] > pad && (p[4] == 2 || p[4] == 3);
}

static void upsample(struct tensor *t, const int64_t *p, int64_t pad)
{
    struct tensor *y = &t[2];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++) {
                struct sum sum = {0};
                for (int64_t l = 0; l < p[2]; l++) {
                    int64_t k = o + pad - l * p[4];
                    if (k >= 0 && k < p[3])
                        sum_add(&sum, AT2(&t[1], c, k), AT3(&t[0], n, c, l));
                }
                sum_store(y, &AT3(y, n, c, o), sum);
            }
}

bool shape_dwconv1d_transposed(struct tensor *t, const int64_t *p)
{
    return shape_upsampled(t, p, 1);
}

void reference_dwconv1d_transposed(struct tensor *t, const int64_t *p)
{
    upsample(t, p, 1);
}

bool shape_dwconv1d_scatter(struct tensor *t, const int64_t *p)
{
    return shape_upsampled(t, p, 0);
}

void reference_dwconv1d_scatter(struct tensor *t, const int64_t *p)
{
    upsample(t, p, 0);
}

/* ---- Other paddings; N C L K, pad 1 ------------------------------------ */

static bool shape_padded(struct tensor *t, const int64_t *p, int64_t smallest)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    return is_fine && p[3] >= 0 && p[2] >= smallest;
}

static void pad_and_convolve(struct tensor *t, const int64_t *p,
    int64_t (*place)(int64_t index, int64_t extent))
{
    struct tensor *y = &t[2];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < y->extent[2]; o++) {
                struct sum sum = {0};
                for (int64_t k = 0; k < p[3]; k++)
                    sum_add(&sum, AT2(&t[1], c, k),
                        AT3(&t[0], n, c, place(o + k - 1, p[2])));
                sum_store(y, &AT3(y, n, c, o), sum);
            }
}

static int64_t place_replicate(int64_t index, int64_t extent)
{
    return index < 0 ? 0 : index >= extent ? extent - 1 : index;
}

static int64_t place_circular(int64_t index, int64_t extent)
{
    return (index + 2 * extent) % extent;
}

static int64_t place_reflect(int64_t index, int64_t extent)
{
    index = index < 0 ? -index : index;
    return index >= extent ? 2 * (extent - 1) - index : index;
}

bool shape_dwconv1d_replicate(struct tensor *t, const int64_t *p)
{
    return shape_padded(t, p, 1);
}

void reference_dwconv1d_replicate(struct tensor *t, const int64_t *p)
{
    pad_and_convolve(t, p, place_replicate);
}

bool shape_dwconv1d_circular(struct tensor *t, const int64_t *p)
{
    return shape_padded(t, p, 1);
}

void reference_dwconv1d_circular(struct tensor *t, const int64_t *p)
{
    pad_and_convolve(t, p, place_circular);
}

bool shape_dwconv1d_reflect(struct tensor *t, const int64_t *p)
{
    return shape_padded(t, p, 2);
}

void reference_dwconv1d_reflect(struct tensor *t, const int64_t *p)
{
    pad_and_convolve(t, p, place_reflect);
}
