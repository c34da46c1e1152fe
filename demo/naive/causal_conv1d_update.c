/* One step of the causal convolution, as a C programmer writes it. */
#include <math.h>

void naive(const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict state, float *restrict y)
{
    for (long n = 0; n < N; n++)
        for (long c = 0; c < C; c++) {
            float *s = state + n * (K - 1) * C + c;
            float sum = b[c];
            for (long k = 0; k < K - 1; k++)
                sum += w[k * C + c] * s[k * C];
            sum += w[(K - 1) * C + c] * x[n * C + c];
            y[n * C + c] = sum / (1 + expf(-sum));
            for (long k = 0; k < K - 2; k++)
                s[k * C] = s[(k + 1) * C];
            s[(K - 2) * C] = x[n * C + c];
        }
}
