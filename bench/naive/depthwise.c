/* Depthwise convolution as C programmers write it, for one shape: the makers
 * of the object define N, C, H, W (inputs), P, Q (outputs), KH, KW, SH, SW,
 * DH, DW, TOP, LEFT, the element (load, store), the activation and, for
 * channels last, LAST. */
#include "naive.h"

#define X(n, c, i, j)                                                          \
    PICK((((n)*C + (c)) * H + (i)) * W + (j),                                  \
        (((n)*H + (i)) * W + (j)) * C + (c))
#define Y(n, c, p, q)                                                          \
    PICK((((n)*C + (c)) * P + (p)) * Q + (q),                                  \
        (((n)*P + (p)) * Q + (q)) * C + (c))
#define WEIGHT(c, k, l)                                                        \
    PICK(((c)*KH + (k)) * KW + (l), ((k)*KW + (l)) * C + (c))

/* One output: every tap asks whether it is inside. */
static inline float sum_taps(const element *restrict x,
    const element *restrict w, float sum, long n, long c, long p, long q)
{
    for (long k = 0; k < KH; k++)
        for (long l = 0; l < KW; l++) {
            long i = p * SH + k * DH - TOP, j = q * SW + l * DW - LEFT;
            if (i >= 0 && i < H && j >= 0 && j < W)
                sum += load(w[WEIGHT(c, k, l)]) * load(x[X(n, c, i, j)]);
        }
    return sum;
}

/* The sum inside, the contiguous axis around it. */
void naive_sum(const element *restrict x, const element *restrict w,
    const element *restrict b, element *restrict y)
{
#ifdef LAST
    for (long n = 0; n < N; n++)
        for (long p = 0; p < P; p++)
            for (long q = 0; q < Q; q++)
                for (long c = 0; c < C; c++)
                    y[Y(n, c, p, q)] =
                        store(activate(sum_taps(x, w, load(b[c]), n, c, p, q)));
#else
    for (long n = 0; n < N; n++)
        for (long c = 0; c < C; c++)
            for (long p = 0; p < P; p++)
                for (long q = 0; q < Q; q++)
                    y[Y(n, c, p, q)] =
                        store(activate(sum_taps(x, w, load(b[c]), n, c, p, q)));
#endif
}

/* A row of sums on the stack, tap after tap: no question inside. */
void naive_row(const element *restrict x, const element *restrict w,
    const element *restrict b, element *restrict y)
{
#ifdef LAST
    for (long n = 0; n < N; n++)
        for (long p = 0; p < P; p++)
            for (long q = 0; q < Q; q++) {
                float row[C];
                for (long c = 0; c < C; c++)
                    row[c] = load(b[c]);
                for (long k = 0; k < KH; k++)
                    for (long l = 0; l < KW; l++) {
                        long i = p * SH + k * DH - TOP;
                        long j = q * SW + l * DW - LEFT;
                        if (i < 0 || i >= H || j < 0 || j >= W)
                            continue;
                        for (long c = 0; c < C; c++)
                            row[c] += load(w[WEIGHT(c, k, l)]) *
                                      load(x[X(n, c, i, j)]);
                    }
                for (long c = 0; c < C; c++)
                    y[Y(n, c, p, q)] = store(activate(row[c]));
            }
#else
    for (long n = 0; n < N; n++)
        for (long c = 0; c < C; c++)
            for (long p = 0; p < P; p++) {
                float row[Q];
                for (long q = 0; q < Q; q++)
                    row[q] = load(b[c]);
                for (long k = 0; k < KH; k++)
                    for (long l = 0; l < KW; l++) {
                        long i = p * SH + k * DH - TOP, at = l * DW - LEFT;
                        long first = first_output(at), last = last_output(at);
                        if (i < 0 || i >= H)
                            continue;
                        for (long q = first; q < last; q++)
                            row[q] += load(w[WEIGHT(c, k, l)]) *
                                      load(x[X(n, c, i, q * SW + at)]);
                    }
                for (long q = 0; q < Q; q++)
                    y[Y(n, c, p, q)] = store(activate(row[q]));
            }
#endif
}
