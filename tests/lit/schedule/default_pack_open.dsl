// Guards: a window with a number of taps that is bounded, but not known, is not
// packed: how large its panel is would not be known.
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 --no-verify %s -D C=17 -D L=70 -o %t.o
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s -D C=17 -D L=70 | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s -D C=17 -D L=70 -D K=31 | FileCheck --check-prefix=KNOWN %s
// CHECK-NOT: x_staged
// KNOWN: x_staged
kernel conv(N, C, L, K, pad = 1)
    require pad < K
{
    size P = L + 2*pad - K + 1;

    in f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}
