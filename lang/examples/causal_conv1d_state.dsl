// The causal convolution on a stream that comes in pieces: "state" holds the
// last K - 1 inputs before this piece, "next" those before the one to come.
// A piece may be shorter than the state.
// bench: -D N=1 -D C=512 -D L=128 -D K=4
kernel causal_conv1d_state(N, C, L, K in {4, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K], b[C], state[N][C][K - 1];
    out f32 y[N][C][L], next[N][C][K - 1];

    for n in N, c in C {
        for p in L
            y[n][c][p] = silu(b[c] + sum(k in K) w[c][k] *
                (x[n][c][p + k - (K - 1)] else state[n][c][p + k]));
        for s in K - 1
            next[n][c][s] =
                (x[n][c][L + s - (K - 1)] else state[n][c][L + s]);
    }
}
