// Average pooling; the padding counts as zeros.
// bench: -D N=1 -D C=64 -D L=200 -D K=3 -D stride=2
kernel avg_pool1d(N, C, L, K in {2, 3, *}, stride in {1, 2}, pad = 1)
    require 0 <= pad, K >= 1
{
    size P = (L + 2*pad - K) / stride + 1;

    in  f32 x[N][C][L];
    out f32 y[N][C][P];

    for n in N, c in C, p in P {
        f32 acc = 0;
        for k in K
            acc += (x[n][c][p*stride + k - pad] else 0);
        y[n][c][p] = acc / f32(K);
    }
}
