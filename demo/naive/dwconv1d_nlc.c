/* Depthwise convolution, NLC, as a C programmer writes it: channels inside,
 * where they are contiguous. */
void naive(const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    enum { P = L + 2 * PAD - K + 1 };
    for (long n = 0; n < N; n++)
        for (long p = 0; p < P; p++)
            for (long c = 0; c < C; c++) {
                float sum = b[c];
                for (long k = 0; k < K; k++) {
                    long l = p + k - PAD;
                    if (l >= 0 && l < L)
                        sum += w[k * C + c] * x[(n * L + l) * C + c];
                }
                y[(n * P + p) * C + c] = sum;
            }
}
