/* Dense and grouped convolutions, two dimensions, depthwise and pointwise. */
#include "references.h"

#include <math.h>

/* N I O L K, pad 1; x w b y */
bool shape_conv1d(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[3], 0);
    is_fine &= tensor_shape(&t[1], 3, p[2], p[1], p[4], 0);
    is_fine &= tensor_shape(&t[2], 1, p[2], 0, 0, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[2], p[3] + 2 - p[4] + 1, 0);
    return is_fine;
}

void reference_conv1d(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < p[2]; o++)
            for (int64_t q = 0; q < y->extent[2]; q++) {
                double bias = AT1(&t[2], o);
                struct sum sum = {bias, fabs(bias), 1};
                for (int64_t i = 0; i < p[1]; i++)
                    for (int64_t k = 0; k < p[4]; k++)
                        if (q + k >= 1 && q + k - 1 < p[3])
                            sum_add(&sum, AT3(&t[1], o, i, k),
                                AT3(&t[0], n, i, q + k - 1));
                sum_store(y, &AT3(y, n, o, q), sum);
            }
}

/* N G I O L K, pad 1; x w y */
bool shape_conv1d_grouped(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 4, p[0], p[1], p[2], p[4]);
    is_fine &= tensor_shape(&t[1], 4, p[1], p[3], p[2], p[5]);
    is_fine &= tensor_shape(&t[2], 4, p[0], p[1], p[3], p[4] + 2 - p[5] + 1);
    return is_fine;
}

static struct sum grouped_at(const struct tensor *t, const int64_t *p,
    int64_t n, int64_t g, int64_t o, int64_t q)
{
    struct sum sum = {0};
    for (int64_t i = 0; i < p[2]; i++)
        for (int64_t k = 0; k < p[5]; k++)
            if (q + k >= 1 && q + k - 1 < p[4])
                sum_add(&sum, AT4(&t[1], g, o, i, k),
                    AT4(&t[0], n, g, i, q + k - 1));
    return sum;
}

void reference_conv1d_grouped(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[2];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t g = 0; g < p[1]; g++)
            for (int64_t o = 0; o < p[3]; o++)
                for (int64_t q = 0; q < y->extent[3]; q++)
                    sum_store(
                        y, &AT4(y, n, g, o, q), grouped_at(t, p, n, g, o, q));
}

/* N C H W K, pad 1; x w b y */
bool shape_dwconv2d(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 4, p[0], p[1], p[2], p[3]);
    is_fine &= tensor_shape(&t[1], 3, p[1], p[4], p[4], 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(
        &t[3], 4, p[0], p[1], p[2] + 2 - p[4] + 1, p[3] + 2 - p[4] + 1);
    return is_fine && p[4] > 1;
}

static struct sum depthwise_2d_at(const struct tensor *t, const int64_t *p,
    int64_t n, int64_t c, int64_t row, int64_t column)
{
    double bias = AT1(&t[2], c);
    struct sum sum = {bias, fabs(bias), 1};
    for (int64_t i = 0; i < p[4]; i++)
        for (int64_t j = 0; j < p[4]; j++) {
            int64_t h = row + i - 1, w = column + j - 1;
            if (h >= 0 && h < p[2] && w >= 0 && w < p[3])
                sum_add(&sum, AT3(&t[1], c, i, j), AT4(&t[0], n, c, h, w));
        }
    return sum;
}

void reference_dwconv2d(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t i = 0; i < y->extent[2]; i++)
                for (int64_t j = 0; j < y->extent[3]; j++)
                    sum_store(y, &AT4(y, n, c, i, j),
                        depthwise_2d_at(t, p, n, c, i, j));
}

/* N C O L K, pad 1; x w v b y */
bool shape_dw_pointwise(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[3], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[4], 0, 0);
    is_fine &= tensor_shape(&t[2], 2, p[2], p[1], 0, 0);
    is_fine &= tensor_shape(&t[3], 1, p[2], 0, 0, 0);
    is_fine &= tensor_shape(&t[4], 3, p[0], p[2], p[3] + 2 - p[4] + 1, 0);
    return is_fine && p[4] > 1;
}

/* Channel "c" of the depthwise half, after ReLU. The magnitude is kept: what
 * was lost there is carried on. */
static struct sum depthwise_half(
    const struct tensor *t, const int64_t *p, int64_t n, int64_t c, int64_t q)
{
    struct sum sum = {0};
    for (int64_t k = 0; k < p[4]; k++)
        if (q + k >= 1 && q + k - 1 < p[3])
            sum_add(&sum, AT2(&t[1], c, k), AT3(&t[0], n, c, q + k - 1));
    if (sum.value < 0)
        sum.value = 0;
    return sum;
}

void reference_dw_pointwise(struct tensor *t, const int64_t *p)
{
    struct tensor *y = &t[4];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < p[2]; o++)
            for (int64_t q = 0; q < y->extent[2]; q++) {
                double bias = AT1(&t[3], o);
                struct sum sum = {bias, fabs(bias), 1};
                for (int64_t c = 0; c < p[1]; c++) {
                    struct sum half = depthwise_half(t, p, n, c, q);
                    double v = AT2(&t[2], o, c);
                    sum.value += v * half.value;
                    sum.magnitude += fabs(v) * half.magnitude;
                    sum.n += half.n + 1;
                }
                sum_store(y, &AT3(y, n, o, q), sum);
            }
}
