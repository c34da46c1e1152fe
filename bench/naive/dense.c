/* Dense convolution as C programmers write it, for one shape: the macros of
 * depthwise.c, and O for the number of outputs. */
#include "naive.h"

#define X(n, c, i, j)                                                          \
    PICK((((n)*C + (c)) * H + (i)) * W + (j),                                  \
        (((n)*H + (i)) * W + (j)) * C + (c))
#define Y(n, o, p, q)                                                          \
    PICK((((n)*O + (o)) * P + (p)) * Q + (q),                                  \
        (((n)*P + (p)) * Q + (q)) * O + (o))
#define WEIGHT(o, c, k, l)                                                     \
    PICK((((o)*C + (c)) * KH + (k)) * KW + (l),                                \
        (((k)*KW + (l)) * C + (c)) * O + (o))

/* One output: every tap asks whether it is inside. */
static inline float sum_taps(const element *restrict x,
    const element *restrict w, float sum, long n, long o, long p, long q)
{
    for (long c = 0; c < C; c++)
        for (long k = 0; k < KH; k++)
            for (long l = 0; l < KW; l++) {
                long i = p * SH + k * DH - TOP, j = q * SW + l * DW - LEFT;
                if (i >= 0 && i < H && j >= 0 && j < W)
                    sum += load(w[WEIGHT(o, c, k, l)]) * load(x[X(n, c, i, j)]);
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
                for (long o = 0; o < O; o++)
                    y[Y(n, o, p, q)] =
                        store(activate(sum_taps(x, w, load(b[o]), n, o, p, q)));
#else
    for (long n = 0; n < N; n++)
        for (long o = 0; o < O; o++)
            for (long p = 0; p < P; p++)
                for (long q = 0; q < Q; q++)
                    y[Y(n, o, p, q)] =
                        store(activate(sum_taps(x, w, load(b[o]), n, o, p, q)));
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
                float row[O];
                for (long o = 0; o < O; o++)
                    row[o] = load(b[o]);
                for (long k = 0; k < KH; k++)
                    for (long l = 0; l < KW; l++) {
                        long i = p * SH + k * DH - TOP;
                        long j = q * SW + l * DW - LEFT;
                        if (i < 0 || i >= H || j < 0 || j >= W)
                            continue;
                        for (long c = 0; c < C; c++)
                            for (long o = 0; o < O; o++)
                                row[o] += load(w[WEIGHT(o, c, k, l)]) *
                                          load(x[X(n, c, i, j)]);
                    }
                for (long o = 0; o < O; o++)
                    y[Y(n, o, p, q)] = store(activate(row[o]));
            }
#else
    for (long n = 0; n < N; n++)
        for (long o = 0; o < O; o++)
            for (long p = 0; p < P; p++) {
                float row[Q];
                for (long q = 0; q < Q; q++)
                    row[q] = load(b[o]);
                for (long c = 0; c < C; c++)
                    for (long k = 0; k < KH; k++)
                        for (long l = 0; l < KW; l++) {
                            long i = p * SH + k * DH - TOP;
                            long at = l * DW - LEFT;
                            long first = first_output(at);
                            long last = last_output(at);
                            if (i < 0 || i >= H)
                                continue;
                            for (long q = first; q < last; q++)
                                row[q] += load(w[WEIGHT(o, c, k, l)]) *
                                          load(x[X(n, c, i, q * SW + at)]);
                        }
                for (long q = 0; q < Q; q++)
                    y[Y(n, o, p, q)] = store(activate(row[q]));
            }
#endif
}
