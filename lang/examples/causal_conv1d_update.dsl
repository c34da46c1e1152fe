// One step of the causal convolution, for decoding token by token: one new
// input per channel, the state of K - 1 inputs shifts by one in place.
// Channels are contiguous in memory.
// bench: -D N=1 -D C=1536 -D K=4
kernel causal_conv1d_update(N, C, K in {2, 3, 4, *})
    require K >= 2
{
    in    f32 x[N][C], w[C][K], b[C];
    inout f32 state[N][C][K - 1];
    out   f32 y[N][C];

    for n in N, c in C {
        f32 acc = b[c];
        for k in K - 1
            acc += w[c][k] * state[n][c][k];
        acc += w[c][K - 1] * x[n][c];
        y[n][c] = silu(acc);
        for s in K - 2
            state[n][c][s] = state[n][c][s + 1];
        state[n][c][K - 2] = x[n][c];
    }
}

schedule causal_conv1d_update for cpu {
    layout w as [K][C];
    layout state as [N][K - 1][C];
}
