// The causal convolution with bias and nothing after it. Channels last.
kernel bias_nlc(N, C, L, K in {2, 3, 4, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = (b[c] +
            sum(k in K) w[c][k] * (x[n][c][p + k - (K - 1)] else 0));
}

schedule bias_nlc for cpu {
    layout x as [N][L][C];
    layout w as [K][C];
    layout y as [N][L][C];
}
