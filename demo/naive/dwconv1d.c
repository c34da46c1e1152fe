/* Depthwise convolution, NCL, as a C programmer writes it. */
void naive(const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    enum { P = L + 2 * PAD - K + 1 };
    for (long n = 0; n < N; n++)
        for (long c = 0; c < C; c++)
            for (long p = 0; p < P; p++) {
                float sum = b[c];
                for (long k = 0; k < K; k++) {
                    long l = p + k - PAD;
                    if (l >= 0 && l < L)
                        sum += w[c * K + k] * x[(n * C + c) * L + l];
                }
                y[(n * C + c) * P + p] = sum;
            }
}
