// Depthwise convolution under the three other ways to continue a signal:
// replicate repeats the edge, circular goes round, reflect turns back
// without repeating the edge. Three kernels, one object, one header.
// bench: -D N=1 -D C=64 -D L=96 -D K=3
kernel dwconv1d_replicate(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, L >= 1
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = sum(k in K) w[c][k] * x[n][c][clamp(p + k - pad)];
}

kernel dwconv1d_circular(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad <= L
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = sum(k in K) w[c][k] * x[n][c][wrap(p + k - pad)];
}

kernel dwconv1d_reflect(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < L
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = sum(k in K) w[c][k] * x[n][c][mirror(p + k - pad)];
}
