// The short convolution of Mamba and its kin, NCL: causal (an output sees
// only its past), bias, SiLU.
// bench: -D N=1 -D C=1536 -D L=128 -D K=4
kernel causal_conv1d(N, C, L, K in {2, 3, 4, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = silu(b[c] +
            sum(k in K) w[c][k] * (x[n][c][p + k - (K - 1)] else 0));
}
