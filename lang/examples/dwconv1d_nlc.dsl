// The same convolution with channels last (NLC): the algorithm is unchanged,
// the schedule says how the tensors lie in memory and nothing else, so the
// default decides how it runs.
// bench: -D N=1 -D C=64 -D L=96 -D K=3
kernel dwconv1d_nlc(N, C, L, K in {3, 4, 7, 31, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}

schedule dwconv1d_nlc for cpu {
    layout x as [N][L][C];
    layout w as [K][C];
    layout y as [N][P][C];
}
