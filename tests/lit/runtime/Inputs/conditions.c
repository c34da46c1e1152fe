/* conv of conditions.dsl for all sizes around the borders of its classes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { GUARD = 64 };

static float random_value(void)
{
    return (float)(rand() % 15 - 7);
}

/* "n" elements with numbers inside, and what is none around. */
static float *make(int64_t n, int is_input)
{
    float *memory = malloc((size_t)(n + 2 * GUARD) * sizeof *memory);

    for (int64_t i = 0; i < n + 2 * GUARD; i++)
        memory[i] = is_input && i >= GUARD && i < n + GUARD ? random_value()
                                                            : NAN;
    return memory + GUARD;
}

/* Is nothing but the array changed? */
static int is_kept(const float *at, int64_t n)
{
    for (int i = 1; i <= GUARD; i++)
        if (!isnan(at[-i]) || !isnan(at[n + i - 1]))
            return 0;
    return 1;
}

static int check(int64_t N, int64_t C, int64_t L, int64_t K)
{
    int64_t P = L + 2 - K + 1;
    float *x = make(N * C * L, 1), *w = make(C * K, 1), *b = make(C, 1);
    float *y = P < 0 ? NULL : make(N * C * P, 0);
    float none = 0;
    int status = conv(x, w, b, y ? y : &none, N, C, L, K);
    int is_wrong = status != (P < 0 ? 2 : 0);

    for (int64_t n = 0; n < N && P > 0; n++)
        for (int64_t c = 0; c < C; c++)
            for (int64_t p = 0; p < P; p++) {
                float sum = b[c];

                for (int64_t k = 0; k < K; k++)
                    if (p + k >= 1 && p + k - 1 < L)
                        sum += w[c * K + k] * x[(n * C + c) * L + p + k - 1];
                is_wrong |= y[(n * C + c) * P + p] != sum;
            }
    if (y && !is_kept(y, N * C * P))
        is_wrong = 1;
    if (is_wrong)
        printf("N=%d C=%d L=%d K=%d: wrong\n", (int)N, (int)C, (int)L, (int)K);
    free(x - GUARD), free(w - GUARD), free(b - GUARD);
    if (y)
        free(y - GUARD);
    return is_wrong;
}

int main(void)
{
    static const int sizes[] = {0, 1, 6, 7, 8, 31, 32, 33, 34, 39, 40, 41, 63,
        64, 65, 99, 100, 101};
    static const int channels[] = {0, 1, 2, 3, 4, 5, 7, 8};
    int n_wrong = 0;

    for (int n = 0; n <= 2; n++)
        for (size_t c = 0; c < sizeof channels / sizeof *channels; c++)
            for (size_t l = 0; l < sizeof sizes / sizeof *sizes; l++)
                for (int k = 2; k <= 6; k++)
                    n_wrong += check(n, channels[c], sizes[l], k);
    return n_wrong != 0;
}
