/* Small integers, so that sums are exact; beside the tensor are values that
 * would show. The header is included on the command line. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    static float memory[200], w[20], y[200];
    float *x = memory + 50;
    for (int64_t l = 0; l < 90; l++)
        for (int64_t k = 2; k < 12 && l + 3 - k >= 0; k++) {
            for (int i = 0; i < 200; i++)
                memory[i] = NAN;
            for (int64_t i = 0; i < l; i++)
                x[i] = (float)(i % 11 - 5);
            for (int64_t i = 0; i < k; i++)
                w[i] = (float)(i % 5 - 2);
            if (smooth(x, w, y, l, k))
                return 1;
            for (int64_t p = 0; p < l + 3 - k; p++) {
                float sum = 0;
                for (int64_t i = 0; i < k; i++)
                    if (p + i >= 1 && p + i - 1 < l)
                        sum += w[i] * x[p + i - 1];
                if (y[p] != sum) {
                    fprintf(
                        stderr, "L %d, K %d, p %d\n", (int)l, (int)k, (int)p);
                    return 1;
                }
            }
        }
    return 0;
}
