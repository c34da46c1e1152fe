// Causal convolution with activations and weights in bf16: arithmetic is in
// f32, the result is rounded once.
// bench: -D N=1 -D C=512 -D L=128 -D K=4
kernel causal_conv1d_bf16(N, C, L, K in {4, *})
    require K >= 1
{
    in  bf16 x[N][C][L], w[C][K];
    in  f32  b[C];
    out bf16 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = b[c] +
            sum(k in K) w[c][k] * (x[n][c][p + k - (K - 1)] else 0);
}

schedule causal_conv1d_bf16 for cpu {
    layout x as [N][L][C];
    layout w as [K][C];
    layout y as [N][L][C];
}
