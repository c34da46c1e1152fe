// Depthwise 2-D convolution, square filter, zero padding on all four sides.
// bench: -D N=1 -D C=32 -D H=28 -D W=28 -D K=3
kernel dwconv2d(N, C, H, W, K in {3, 5, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = H + 2*pad - K + 1;
    size Q = W + 2*pad - K + 1;

    in  f32 x[N][C][H][W], w[C][K][K], b[C];
    out f32 y[N][C][P][Q];

    for n in N, c in C, p in P, q in Q
        y[n][c][p][q] = b[c] + sum(i in K, j in K)
            w[c][i][j] * (x[n][c][p + i - pad][q + j - pad] else 0);
}
