/* Gradients of the depthwise convolution: what each output owes each input,
 * collected by walking over the outputs. N C L K, pad 1. */
#include "references.h"

#include <stdlib.h>

/* w dy dx */
bool shape_dwconv1d_grad_data(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[1], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], p[2], 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_grad_data(struct tensor *t, const int64_t *p)
{
    struct tensor *dx = &t[2];
    struct sum *sums = calloc((size_t)dx->n_elements + 1, sizeof *sums);
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < t[1].extent[2]; o++)
                for (int64_t k = 0; k < p[3]; k++)
                    if (o + k >= 1 && o + k - 1 < p[2])
                        sum_add(&sums[&AT3(dx, n, c, o + k - 1) - dx->value],
                            AT2(&t[0], c, k), AT3(&t[1], n, c, o));
    for (int64_t i = 0; i < dx->n_elements; i++)
        sum_store(dx, &dx->value[i], sums[i]);
    free(sums);
}

/* x dy dw */
bool shape_dwconv1d_grad_weight(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    is_fine &= tensor_shape(&t[2], 2, p[1], p[3], 0, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_grad_weight(struct tensor *t, const int64_t *p)
{
    for (int64_t c = 0; c < p[1]; c++)
        for (int64_t k = 0; k < p[3]; k++) {
            struct sum sum = {0};
            for (int64_t n = 0; n < p[0]; n++)
                for (int64_t o = 0; o < t[1].extent[2]; o++)
                    if (o + k >= 1 && o + k - 1 < p[2])
                        sum_add(&sum, AT3(&t[0], n, c, o + k - 1),
                            AT3(&t[1], n, c, o));
            sum_store(&t[2], &AT2(&t[2], c, k), sum);
        }
}

/* N C P; dy db */
bool shape_dwconv1d_grad_bias(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 3, p[0], p[1], p[2], 0) &
           tensor_shape(&t[1], 1, p[1], 0, 0, 0);
}

void reference_dwconv1d_grad_bias(struct tensor *t, const int64_t *p)
{
    for (int64_t c = 0; c < p[1]; c++) {
        struct sum sum = {0};
        for (int64_t n = 0; n < p[0]; n++)
            for (int64_t o = 0; o < p[2]; o++)
                sum_add(&sum, 1, AT3(&t[0], n, c, o));
        sum_store(&t[1], &AT1(&t[1], c), sum);
    }
}

/* N C L K; x w dy dx dw db */
bool shape_dwconv1d_backward(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 3, p[0], p[1], p[2] + 2 - p[3] + 1, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[4], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[5], 1, p[1], 0, 0, 0);
    return is_fine && p[3] > 1;
}

void reference_dwconv1d_backward(struct tensor *t, const int64_t *p)
{
    const int64_t sizes[3] = {p[0], p[1], t[2].extent[2]};
    struct tensor data[3] = {t[1], t[2], t[3]};
    struct tensor weight[3] = {t[0], t[2], t[4]};
    struct tensor bias[2] = {t[2], t[5]};
    reference_dwconv1d_grad_data(data, p);
    reference_dwconv1d_grad_weight(weight, p);
    reference_dwconv1d_grad_bias(bias, sizes);
}
