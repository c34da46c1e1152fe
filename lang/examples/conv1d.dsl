// Dense 1-D convolution: every output channel sees every input channel.
// bench: -D N=1 -D I=32 -D O=32 -D L=128 -D K=3
kernel conv1d(N, I, O, L, K in {1, 3, *}, pad = 1)
    require 0 <= pad
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][I][L], w[O][I][K], b[O];
    out f32 y[N][O][P];

    for n in N, o in O, p in P
        y[n][o][p] = b[o] + sum(i in I, k in K)
            w[o][i][k] * (x[n][i][p + k - pad] else 0);
}
