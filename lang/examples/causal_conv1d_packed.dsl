// Causal convolution over several sequences packed one after the other in one
// row: "sequence" gives the number of the sequence each position belongs to,
// and a tap that reaches into another sequence counts as zero.
// bench: -D C=512 -D L=128 -D K=4
kernel causal_conv1d_packed(C, L, K in {4, *})
    require K >= 1
{
    in  i32 sequence[L];
    in  f32 x[C][L], w[C][K], b[C];
    out f32 y[C][L];

    for c in C, p in L
        y[c][p] = silu(b[c] + sum(k in K) w[c][k] *
            ((sequence[p + k - (K - 1)] else -1) == sequence[p]
                ? (x[c][p + k - (K - 1)] else 0) : 0.0));
}
