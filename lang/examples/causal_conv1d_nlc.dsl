// The causal convolution with bias and SiLU, channels last.
// bench: -D N=1 -D C=1536 -D L=128 -D K=4
kernel causal_conv1d_nlc(N, C, L, K in {2, 3, 4, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = silu(b[c] +
            sum(k in K) w[c][k] * (x[n][c][p + k - (K - 1)] else 0));
}

schedule causal_conv1d_nlc for cpu {
    layout x as [N][L][C];
    layout w as [K][C];
    layout y as [N][L][C];
}
