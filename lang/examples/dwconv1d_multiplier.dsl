// Depthwise convolution with a channel multiplier: M filters per input
// channel. The multiplier is a dimension of its own, so it may be known only
// at run time.
// bench: -D N=1 -D C=32 -D M=2 -D L=200 -D K=3
kernel dwconv1d_multiplier(N, C, M, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][M][K];
    out f32 y[N][C][M][P];

    for n in N, c in C, m in M, p in P
        y[n][c][m][p] = sum(k in K) w[c][m][k] * (x[n][c][p + k - pad] else 0);
}
