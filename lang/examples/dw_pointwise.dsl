// A separable convolution: depthwise with ReLU, then a 1 x 1 convolution that
// mixes the channels. The intermediate is a local tensor; the caller gives a
// workspace for what is kept of it.
// bench: -D N=1 -D C=32 -D O=32 -D L=128 -D K=3
kernel dw_pointwise(N, C, O, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in    f32 x[N][C][L], w[C][K], v[O][C], b[O];
    out   f32 y[N][O][P];
    local f32 t[N][C][P];

    for n in N, c in C, p in P
        t[n][c][p] =
            relu(sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0));
    for n in N, o in O, p in P
        y[n][o][p] = b[o] + sum(c in C) v[o][c] * t[n][c][p];
}
