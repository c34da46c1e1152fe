// Guards: wrong values of parameters are refused where they are used, with
// numbers; the same kernel with right values is accepted.
// RUN: %tapc check -Werror %s
// RUN: %exit 1 %tapc check -D stride=0 %s 2>&1 | FileCheck --check-prefix=STRIDE %s
// RUN: %exit 1 %tapc check -D L=3 %s 2>&1 | FileCheck --check-prefix=NEGATIVE %s
// RUN: %exit 1 %tapc check -D C=5 %s 2>&1 | FileCheck --check-prefix=GROUPS %s
// RUN: %tapc check -D L=8 -D N=0 -Wno-empty-loop %s

// STRIDE: error: {{.*}}stride
// NEGATIVE: :[[#@LINE+9]]:{{[0-9]+}}: error: {{.*}}'y' is negative{{.*}}-5
// GROUPS: :[[#@LINE+2]]:{{[0-9]+}}: error: the condition 'C%G == 0' does not hold: 5%3 == 0
kernel window(N, C = 6, G = 3, L = 9, K = 5, dilation = 2, pad = 0, stride = 1)
    require C % G == 0, stride >= 1
{
    size P = (L + 2*pad - dilation*(K - 1) - 1) / stride + 1;
    in f32 x[N][C][L], w[C][K];
    // The window is longer than the padded input. With L = 8 the output has
    // an extent of 0, which is allowed.
    out f32 y[N][C][P];
    for n in N, c in C, p in P
        y[n][c][p] = sum(k in K) w[c][k] * x[n][c][p*stride + k*dilation];
}
