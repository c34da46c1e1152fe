/* Causal convolutions with bias and SiLU, with and without state. */
#include "references.h"

#include <math.h>

double silu_of(double value)
{
    return value / (1 + exp(-value));
}

static void store_silu(struct tensor *y, double *at, struct sum sum)
{
    sum_store_function(y, at, sum, silu_of(sum.value), 1.1);
}

/* N C L K; x w b y */
bool shape_causal_conv1d(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[1], p[2], 0);
    return is_fine && p[3] > 0;
}

/* bias + sum over the past of position "o"; "state" (may be NULL) is what
 * came before position 0. */
static struct sum causal_at(const struct tensor *t, int64_t n, int64_t c,
    int64_t o, const struct tensor *state)
{
    const struct tensor *x = &t[0], *w = &t[1];
    double bias = AT1(&t[2], c);
    struct sum sum = {bias, fabs(bias), 1};
    int64_t n_taps = w->extent[1];
    for (int64_t k = 0; k < n_taps; k++) {
        int64_t l = o - (n_taps - 1 - k);
        if (l >= 0)
            sum_add(&sum, AT2(w, c, k), AT3(x, n, c, l));
        else if (state)
            sum_add(&sum, AT2(w, c, k), AT3(state, n, c, n_taps - 1 + l));
    }
    return sum;
}

void reference_causal_conv1d(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < p[2]; o++)
                store_silu(
                    &t[3], &AT3(&t[3], n, c, o), causal_at(t, n, c, o, NULL));
}

/* N C L K; x w b state y next */
bool shape_causal_conv1d_state(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[3], 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[1], p[3] - 1, 0);
    is_fine &= tensor_shape(&t[4], 3, p[0], p[1], p[2], 0);
    is_fine &= tensor_shape(&t[5], 3, p[0], p[1], p[3] - 1, 0);
    return is_fine;
}

void reference_causal_conv1d_state(struct tensor *t, const int64_t *p)
{
    int64_t n_kept = p[3] - 1;
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++) {
            for (int64_t o = 0; o < p[2]; o++)
                store_silu(
                    &t[4], &AT3(&t[4], n, c, o), causal_at(t, n, c, o, &t[3]));
            for (int64_t s = 0; s < n_kept; s++) {
                int64_t l = p[2] - n_kept + s;
                AT3(&t[5], n, c, s) =
                    l >= 0 ? AT3(&t[0], n, c, l) : AT3(&t[3], n, c, n_kept + l);
            }
        }
}

/* N C K; x w b state y */
bool shape_causal_conv1d_update(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 2, p[0], p[1], 0, 0);
    is_fine &= tensor_shape(&t[1], 2, p[1], p[2], 0, 0);
    is_fine &= tensor_shape(&t[2], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[3], 3, p[0], p[1], p[2] - 1, 0);
    is_fine &= tensor_shape(&t[4], 2, p[0], p[1], 0, 0);
    return is_fine && p[2] > 1;
}

void reference_causal_conv1d_update(struct tensor *t, const int64_t *p)
{
    struct tensor *x = &t[0], *state = &t[3];
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++) {
            double bias = AT1(&t[2], c);
            struct sum sum = {bias, fabs(bias), 1};
            for (int64_t k = 0; k < p[2]; k++)
                sum_add(&sum, AT2(&t[1], c, k),
                    k < p[2] - 1 ? AT3(state, n, c, k) : AT2(x, n, c));
            store_silu(&t[4], &AT2(&t[4], n, c), sum);
            for (int64_t k = 0; k < p[2] - 1; k++)
                AT3(state, n, c, k) =
                    k < p[2] - 2 ? AT3(state, n, c, k + 1) : AT2(x, n, c);
        }
}

/* C L K; sequence x w b y */
bool shape_causal_conv1d_packed(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 1, p[1], 0, 0, 0);
    is_fine &= tensor_shape(&t[1], 2, p[0], p[1], 0, 0);
    is_fine &= tensor_shape(&t[2], 2, p[0], p[2], 0, 0);
    is_fine &= tensor_shape(&t[3], 1, p[0], 0, 0, 0);
    is_fine &= tensor_shape(&t[4], 2, p[0], p[1], 0, 0);
    return is_fine && p[2] > 0;
}

void reference_causal_conv1d_packed(struct tensor *t, const int64_t *p)
{
    for (int64_t c = 0; c < p[0]; c++)
        for (int64_t o = 0; o < p[1]; o++) {
            double bias = AT1(&t[3], c);
            struct sum sum = {bias, fabs(bias), 1};
            for (int64_t k = 0; k < p[2]; k++) {
                int64_t l = o + k - (p[2] - 1);
                if (l >= 0 && AT1(&t[0], l) == AT1(&t[0], o))
                    sum_add(&sum, AT2(&t[2], c, k), AT2(&t[1], c, l));
            }
            store_silu(&t[4], &AT2(&t[4], c, o), sum);
        }
}

bool shape_causal_conv1d_bf16(struct tensor *t, const int64_t *p)
{
    return shape_causal_conv1d(t, p);
}

void reference_causal_conv1d_bf16(struct tensor *t, const int64_t *p)
{
    for (int64_t n = 0; n < p[0]; n++)
        for (int64_t c = 0; c < p[1]; c++)
            for (int64_t o = 0; o < p[2]; o++)
                sum_store(
                    &t[3], &AT3(&t[3], n, c, o), causal_at(t, n, c, o, NULL));
}
