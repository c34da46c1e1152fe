/* Filters, averages, pooling. */
#include "references.h"

#include <math.h>

/* R A B; a b y */
bool shape_conv_rows(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 2, p[0], p[1], 0, 0);
    is_fine &= tensor_shape(&t[1], 2, p[0], p[2], 0, 0);
    is_fine &= tensor_shape(&t[2], 2, p[0], p[1] + p[2] - 1, 0, 0);
    return is_fine && p[1] > 0 && p[2] > 0;
}

void reference_conv_rows(struct tensor *t, const int64_t *p)
{
    for (int64_t r = 0; r < p[0]; r++)
        for (int64_t o = 0; o < p[1] + p[2] - 1; o++) {
            struct sum sum = {0};
            for (int64_t i = 0; i < p[1]; i++)
                for (int64_t j = 0; j < p[2]; j++)
                    if (i + j == o)
                        sum_add(&sum, AT2(&t[0], r, i), AT2(&t[1], r, j));
            sum_store(&t[2], &AT2(&t[2], r, o), sum);
        }
}

/* N L K, pad 8; x h y */
bool shape_fir(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 2, p[0], p[1], 0, 0);
    is_fine &= tensor_shape(&t[1], 1, p[2], 0, 0, 0);
    is_fine &= tensor_shape(&t[2], 2, p[0], p[1] + 16 - p[2] + 1, 0, 0);
    return is_fine;
}

void reference_fir(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < t[2].extent[1]; o++) {
            struct sum sum = {0};
            for (int64_t k = 0; k < p[2]; k++)
                if (o + k >= 8 && o + k - 8 < p[1])
                    sum_add(&sum, AT1(&t[1], k), AT2(&t[0], n, o + k - 8));
            sum_store(&t[2], &AT2(&t[2], n, o), sum);
        }
}

/* N F L K; x h y */
bool shape_fir_bank(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 2, p[0], p[2], 0, 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], p[2], 0);
    return is_fine && p[3] > 0;
}

void reference_fir_bank(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t f = 0; f < p[1]; f++)
            for (int64_t o = 0; o < p[2]; o++) {
                struct sum sum = {0};
                for (int64_t k = 0; k < p[3] && k <= o; k++)
                    sum_add(&sum, AT2(&t[1], f, k), AT2(&t[0], n, o - k));
                sum_store(&t[2], &AT3(&t[2], n, f, o), sum);
            }
}

/* L K; x h y */
bool shape_fir_i16(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 1, p[0], 0, 0, 0);
    is_fine &= tensor_shape(&t[1], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[0], 0, 0, 0);
    return is_fine && p[1] > 0;
}

void reference_fir_i16(struct tensor *t, const int64_t *p)
{
    for (int64_t o = 0; o < p[0]; o++) {
        double sum = 0;
        for (int64_t k = 0; k < p[1] && k <= o; k++)
            sum += AT1(&t[1], k) * AT1(&t[0], o - k);
        AT1(&t[2], o) = fmax(-32768, fmin(32767, trunc(sum / 32768)));
    }
}

/* N L W; gain x y */
bool shape_moving_average(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 0, 0, 0, 0, 0);
    is_fine &= tensor_shape(&t[1], 2, p[0], p[1], 0, 0);
    is_fine &= tensor_shape(&t[2], 2, p[0], p[1] - p[2] + 1, 0, 0);
    return is_fine && p[2] > 0;
}

void reference_moving_average(struct tensor *t, const int64_t *p)
{
    double gain = t[0].value[0];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < t[2].extent[1]; o++) {
            struct sum sum = {0};
            for (int64_t k = 0; k < p[2]; k++)
                sum_add(&sum, gain / (double)p[2], AT2(&t[1], n, o + k));
            sum.n += 2;
            sum_store(&t[2], &AT2(&t[2], n, o), sum);
        }
}

/* N L W; x y */
bool shape_moving_sum(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 2, p[0], p[1], 0, 0) &
           tensor_shape(&t[1], 2, p[0], p[1] - p[2] + 1, 0, 0) & (p[2] > 0);
}

void reference_moving_sum(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < t[1].extent[1]; o++) {
            AT2(&t[1], n, o) = 0;
            for (int64_t k = 0; k < p[2]; k++)
                AT2(&t[1], n, o) += AT2(&t[0], n, o + k);
        }
}

/* ---- Pooling; N C L K stride, pad 1 ------------------------------------ */

static bool shape_pool(struct tensor *t, const int64_t *p)
{
    if (p[4] < 1 || p[4] > 2 || p[3] < 1)
        return false;
    return tensor_shape(&t[0], 3, p[0], p[1], p[2], 0) &
           tensor_shape(&t[1], 3, p[0], p[1],
               floor_divide(p[2] + 2 - p[3], p[4]) + 1, 0);
}

bool shape_max_pool1d(struct tensor *t, const int64_t *p)
{
    return shape_pool(t, p) && p[3] >= 2;
}

void reference_max_pool1d(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < t[1].extent[2]; o++) {
                double most = -(double)INFINITY;
                for (int64_t k = 0; k < p[3]; k++) {
                    int64_t l = o * p[4] + k - 1;
                    if (l >= 0 && l < p[2])
                        most = fmax(most, AT3(&t[0], n, c, l));
                }
                AT3(&t[1], n, c, o) = most;
            }
}

bool shape_avg_pool1d(struct tensor *t, const int64_t *p)
{
    return shape_pool(t, p);
}

void reference_avg_pool1d(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < t[1].extent[2]; o++) {
                struct sum sum = {0};
                for (int64_t k = 0; k < p[3]; k++) {
                    int64_t l = o * p[4] + k - 1;
                    if (l >= 0 && l < p[2])
                        sum_add(&sum, 1 / (double)p[3], AT3(&t[0], n, c, l));
                }
                sum.n += 2;
                sum_store(&t[1], &AT3(&t[1], n, c, o), sum);
            }
}

/* N L K in {2, 4} */
bool shape_max_pool1d_u8(struct tensor *t, const int64_t *p)
{
    if (p[2] != 2 && p[2] != 4)
        return false;
    return tensor_shape(&t[0], 2, p[0], p[1], 0, 0) &
           tensor_shape(&t[1], 2, p[0], floor_divide(p[1], p[2]), 0, 0);
}

void reference_max_pool1d_u8(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t o = 0; o < p[1] / p[2]; o++) {
            double most = 0;
            for (int64_t k = 0; k < p[2]; k++)
                most = fmax(most, AT2(&t[0], n, o * p[2] + k));
            AT2(&t[1], n, o) = most;
        }
}
