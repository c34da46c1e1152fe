// Depthwise convolution that keeps every second or third output, followed by
// ReLU. A stride multiplies an index, so it is fixed or one of a list.
// bench: -D N=1 -D C=64 -D L=200 -D K=3 -D stride=2
kernel dwconv1d_strided(N, C, L, K in {3, 4, *}, stride in {1, 2, 3}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = (L + 2*pad - K) / stride + 1;

    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = relu(b[c] +
            sum(k in K) w[c][k] * (x[n][c][p*stride + k - pad] else 0));
}
