// Depthwise convolution in half precision; sums are in f32.
// bench: -D N=1 -D C=64 -D L=96 -D K=3
kernel dwconv1d_f16(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f16 x[N][C][L], w[C][K];
    out f16 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}
