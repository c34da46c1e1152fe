// The causal convolution with bias and nothing after it.
kernel bias(N, C, L, K in {2, 3, 4, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = (b[c] +
            sum(k in K) w[c][k] * (x[n][c][p + k - (K - 1)] else 0));
}
