/* Calls the kernels of tests/lit/loop/ahead.dsl; 0 if they are right. */
#include "ahead.h"

enum { N = 3, STEPS = 2 };

int main(void)
{
    static float x[N][2052], y[N][2048], w[256], z[N][256];
    static uint16_t ones[N][256];
    int n_wrong = 0;

    for (int i = 0; i < N * 2052; i++)
        x[0][i] = (float)(i * 37 % 101);
    for (int i = 0; i < 256; i++)
        w[i] = (float)(i % 7);
    for (int i = 0; i < N * 256; i++) {
        z[0][i] = (float)(i % 5);
        ones[0][i] = (uint16_t)(i % 2 ? 0x3c00 : 0);
    }
    if (rows(x[0], y[0], N) || steps(ones[0], w, z[0], N, STEPS))
        return 2;
    for (int i = 0; i < N * 2048; i++) {
        const float *from = x[i / 2048] + i % 2048;
        n_wrong += y[0][i] != from[0] + from[4];
    }
    for (int i = 0; i < N * 256; i++) {
        float expected = (float)(i % 5);
        for (int t = 0; t < STEPS; t++)
            expected = expected * w[i % 256] + (float)(i % 2);
        n_wrong += z[0][i] != expected;
    }
    return n_wrong != 0;
}
