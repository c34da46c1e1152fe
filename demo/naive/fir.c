/* One FIR filter over a batch of signals, as a C programmer writes it. */
void naive(const float *restrict x, const float *restrict h, float *restrict y)
{
    enum { P = L + 2 * PAD - K + 1 };
    for (long n = 0; n < N; n++)
        for (long p = 0; p < P; p++) {
            float sum = 0;
            for (long k = 0; k < K; k++) {
                long l = p + k - PAD;
                if (l >= 0 && l < L)
                    sum += h[k] * x[n * L + l];
            }
            y[n * P + p] = sum;
        }
}
