/* Stencils in time. The error of a step is a few roundings of values of the
 * size of the input; the steps of the averaging ones do not amplify it. */
#include "references.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double find_largest(const struct tensor *t)
{
    double largest = 0;
    for (int64_t n = 0; n < t->n_elements; n++)
        largest = fmax(largest, fabs(t->value[n]));
    return largest;
}

static void set_bounds(
    struct tensor *t, int n, double growth, int64_t steps, int operations)
{
    double largest = 0;
    for (int i = 0; i < n; i++)
        largest = fmax(largest, find_largest(&t[i]));
    for (int i = 0; i < n; i++)
        tensor_set_bound(
            &t[i], largest * pow(growth, (double)steps) *
                       error_gamma(t[i].type, 2 * operations * (steps + 1)));
}

/* T N; a b */
bool shape_jacobi_1d(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 1, p[1], 0, 0, 0) &
           tensor_shape(&t[1], 1, p[1], 0, 0, 0) & (p[0] >= 0);
}

void reference_jacobi_1d(struct tensor *t, const int64_t *p)
{
    set_bounds(t, 2, 1, p[0], 8);
    for (int64_t step = 0; step < 2 * p[0]; step++) {
        const double *from = t[step % 2].value;
        double *to = t[1 - step % 2].value;
        for (int64_t i = 1; i < p[1] - 1; i++)
            to[i] = 0.33333 * (from[i - 1] + from[i] + from[i + 1]);
    }
}

bool shape_jacobi_2d(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 2, p[1], p[1], 0, 0) &
           tensor_shape(&t[1], 2, p[1], p[1], 0, 0) & (p[0] >= 0);
}

void reference_jacobi_2d(struct tensor *t, const int64_t *p)
{
    set_bounds(t, 2, 1, p[0], 12);
    for (int64_t step = 0; step < 2 * p[0]; step++) {
        const struct tensor *from = &t[step % 2], *to = &t[1 - step % 2];
        for (int64_t i = 1; i < p[1] - 1; i++)
            for (int64_t j = 1; j < p[1] - 1; j++)
                AT2(to, i, j) = (AT2(from, i, j) + AT2(from, i - 1, j) +
                                    AT2(from, i + 1, j) + AT2(from, i, j - 1) +
                                    AT2(from, i, j + 1)) /
                                5;
    }
}

bool shape_heat_3d(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 3, p[1], p[1], p[1], 0) &
           tensor_shape(&t[1], 3, p[1], p[1], p[1], 0) & (p[0] >= 0);
}

static double heat_at(
    const struct tensor *from, int64_t i, int64_t j, int64_t k)
{
    double sum = AT3(from, i - 1, j, k) + AT3(from, i + 1, j, k) +
                 AT3(from, i, j - 1, k) + AT3(from, i, j + 1, k) +
                 AT3(from, i, j, k - 1) + AT3(from, i, j, k + 1);
    return AT3(from, i, j, k) + (sum - 6 * AT3(from, i, j, k)) / 8;
}

void reference_heat_3d(struct tensor *t, const int64_t *p)
{
    set_bounds(t, 2, 1, p[0], 24);
    for (int64_t step = 0; step < 2 * p[0]; step++)
        for (int64_t i = 1; i < p[1] - 1; i++)
            for (int64_t j = 1; j < p[1] - 1; j++)
                for (int64_t k = 1; k < p[1] - 1; k++)
                    AT3(&t[1 - step % 2], i, j, k) =
                        heat_at(&t[step % 2], i, j, k);
}

bool shape_seidel_2d(struct tensor *t, const int64_t *p)
{
    return tensor_shape(&t[0], 2, p[1], p[1], 0, 0) & (p[0] >= 0);
}

void reference_seidel_2d(struct tensor *t, const int64_t *p)
{
    set_bounds(t, 1, 1, p[0], 40);
    for (int64_t step = 0; step < p[0]; step++)
        for (int64_t i = 1; i < p[1] - 1; i++)
            for (int64_t j = 1; j < p[1] - 1; j++) {
                double sum = 0;
                for (int64_t m = 0; m < 9; m++)
                    sum += AT2(&t[0], i - 1 + m / 3, j - 1 + m % 3);
                AT2(&t[0], i, j) = sum / 9;
            }
}

/* T X Y; drive ex ey hz */
bool shape_fdtd_2d(struct tensor *t, const int64_t *p)
{
    bool is_fine = tensor_shape(&t[0], 1, p[0], 0, 0, 0);
    for (int i = 1; i < 4; i++)
        is_fine &= tensor_shape(&t[i], 2, p[1], p[2], 0, 0);
    return is_fine && p[1] > 0 && p[2] > 0;
}

void reference_fdtd_2d(struct tensor *t, const int64_t *p)
{
    struct tensor *ex = &t[1], *ey = &t[2], *hz = &t[3];
    int64_t x = p[1], y = p[2];
    double drive = find_largest(&t[0]);
    set_bounds(&t[1], 3, 4, p[0], 16);
    for (int i = 1; i < 4; i++)
        tensor_set_bound(&t[i], t[i].bound[0] * (1 + drive) + drive * 1e-5);
    for (int64_t step = 0; step < p[0]; step++) {
        for (int64_t j = 0; j < y; j++)
            AT2(ey, 0, j) = AT1(&t[0], step);
        for (int64_t i = 1; i < x; i++)
            for (int64_t j = 0; j < y; j++)
                AT2(ey, i, j) -= (AT2(hz, i, j) - AT2(hz, i - 1, j)) / 2;
        for (int64_t i = 0; i < x; i++)
            for (int64_t j = 1; j < y; j++)
                AT2(ex, i, j) -= (AT2(hz, i, j) - AT2(hz, i, j - 1)) / 2;
        for (int64_t i = 0; i < x - 1; i++)
            for (int64_t j = 0; j < y - 1; j++)
                AT2(hz, i, j) -= 0.7 * (AT2(ex, i, j + 1) - AT2(ex, i, j) +
                                           AT2(ey, i + 1, j) - AT2(ey, i, j));
    }
}
