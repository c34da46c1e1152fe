// Depthwise convolution written as loops with an accumulator, GELU at the
// end, and a schedule by hand: tiles of p, vectors along p, taps unrolled,
// rows spread over the caller's threads.
// bench: -D N=1 -D C=64 -D L=200 -D K=5
kernel dwconv1d_scheduled(N, C, L, K in {3, 5, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P {
        f32 acc = b[c];
        for k in K
            acc += w[c][k] * (x[n][c][p + k - pad] else 0);
        y[n][c][p] = gelu(acc);
    }
}

schedule dwconv1d_scheduled for cpu {
    parallel n, c;
    tile p by ?{64, 32, 128};
    vectorize p;
    unroll k;
}
