/* Small integers, so that sums are exact; what lies around the tensors would
 * show. The header is included on the command line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MARGIN = 32, MOST = 2 * 40 * 21 };

/* x, w, b and y of N * C rows of length l. */
static float in[MOST + 2 * MARGIN], out[MOST + 2 * MARGIN];
static float w[3 * 40 + 2 * MARGIN], b[40 + 2 * MARGIN];

/* Fill everything, values inside and NaN outside. */
static void fill(int n, int c, int l)
{
    for (int i = 0; i < MOST + 2 * MARGIN; i++)
        in[i] = out[i] = NAN;
    for (int i = 0; i < 3 * 40 + 2 * MARGIN; i++)
        w[i] = NAN;
    for (int i = 0; i < 40 + 2 * MARGIN; i++)
        b[i] = NAN;
    for (int i = 0; i < n * c * l; i++)
        in[MARGIN + i] = (float)(i % 13 - 6);
    for (int i = 0; i < 3 * c; i++)
        w[MARGIN + i] = (float)(i % 7 - 3);
    for (int i = 0; i < c; i++)
        b[MARGIN + i] = (float)(i % 5);
}

/* Row r of N * C, and what is outside of the output. */
static int check_row(int r, int c, int l)
{
    const float *x = in + MARGIN + r * l;
    for (int p = 0; p < l; p++) {
        float sum = b[MARGIN + r % c];
        for (int k = 0; k < 3; k++)
            if (p + k >= 1 && p + k - 1 < l)
                sum += w[MARGIN + 3 * (r % c) + k] * x[p + k - 1];
        if (memcmp(&sum, &out[MARGIN + r * l + p], sizeof sum) &&
            sum != out[MARGIN + r * l + p]) {
            fprintf(stderr, "C %d, L %d, row %d, p %d\n", c, l, r, p);
            return 1;
        }
    }
    return 0;
}

/* All rows. */
static int check(int n, int c, int l)
{
    for (int r = 0; r < n * c; r++)
        if (check_row(r, c, l))
            return 1;
    for (int i = 0; i < MARGIN; i++)
        if (!isnan(out[i]) || !isnan(out[MARGIN + n * c * l + i]))
            return 1;
    return 0;
}

/* One row of products of polynomials of "n" and "m" coefficients. */
static int check_pair(
    const float *a, const float *b, const float *y, int n, int m, int r)
{
    for (int o = 0; o < n + m - 1; o++) {
        float sum = 0;
        for (int k = 0; k < n; k++)
            if (o >= k && o - k < m)
                sum += a[r * n + k] * b[r * m + o - k];
        if (y[r * (n + m - 1) + o] != sum) {
            fprintf(stderr, "%d by %d, row %d, o %d\n", n, m, r, o);
            return 1;
        }
    }
    return 0;
}

/* All numbers of rows of "n" by "m"; Inf where a lane that is off looks. */
static int check_pairs(
    int (*kernel)(const float *, const float *, float *, int64_t), int n, int m)
{
    int p = n + m - 1;
    for (int rows = 0; rows < 60; rows++) {
        fill(1, 40, 21);
        for (int i = 0; i < rows * n; i++)
            in[MARGIN + i] = (float)(i % 9 - 4);
        for (int i = rows * n; i < MOST; i++)
            in[MARGIN + i] = INFINITY;
        for (int i = 0; i < rows * m; i++)
            in[MARGIN + 1000 + i] = (float)(i % 5 - 2);
        if (kernel(in + MARGIN, in + MARGIN + 1000, out + MARGIN, rows))
            return 1;
        for (int r = 0; r < rows; r++)
            if (check_pair(
                    in + MARGIN, in + MARGIN + 1000, out + MARGIN, n, m, r))
                return 1;
        for (int i = 0; i < MARGIN; i++)
            if (!isnan(out[i]) || !isnan(out[MARGIN + rows * p + i]))
                return 1;
    }
    return 0;
}

int main(void)
{
    if (check_pairs(pairs3x2, 3, 2) || check_pairs(pairs3x3, 3, 3) ||
        check_pairs(pairs5x7, 5, 7))
        return 1;
    float *x = in + MARGIN, *y = out + MARGIN;
    for (int n = 0; n < 3; n++)
        for (int c = 0; c < 40; c++) {
            fill(n, c, 21);
            if (flat21(x, w + MARGIN, b + MARGIN, y, n, c) || check(n, c, 21))
                return 1;
            fill(n, c, 9);
            if (flat9(x, w + MARGIN, b + MARGIN, y, n, c) || check(n, c, 9))
                return 1;
        }
    for (int n = 0; n < 9; n++) {
        fill(n, 5, 9);
        if (flat9_5(x, w + MARGIN, b + MARGIN, y, n) || check(n, 5, 9))
            return 1;
    }
    return 0;
}
