// A bank of F causal FIR filters over a batch of signals: every signal goes
// through every filter.
// bench: -D N=1 -D F=8 -D L=4096 -D K=32
kernel fir_bank(N, F, L, K in {32, *})
    require K >= 1
{
    in  f32 x[N][L], h[F][K];
    out f32 y[N][F][L];

    for n in N, f in F, p in L
        y[n][f][p] = sum(k in K) h[f][k] * (x[n][p - k] else 0);
}
