/* Causal convolution, bias, SiLU, NLC, as a C programmer writes it. */
#include <math.h>

void naive(const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    for (long n = 0; n < N; n++)
        for (long p = 0; p < L; p++)
            for (long c = 0; c < C; c++) {
                float sum = b[c];
                for (long k = 0; k < K; k++) {
                    long l = p + k - (K - 1);
                    if (l >= 0)
                        sum += w[k * C + c] * x[(n * L + l) * C + c];
                }
                y[(n * L + p) * C + c] = sum / (1 + expf(-sum));
            }
}
