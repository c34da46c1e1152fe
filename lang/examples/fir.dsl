// One FIR filter over a batch of signals, zeros outside.
// bench: -D N=1000 -D L=64 -D K=16
kernel fir(N, L, K in {16, *}, pad = 8)
    require 0 <= pad
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][L], h[K];
    out f32 y[N][P];

    for n in N, p in P
        y[n][p] = sum(k in K) h[k] * (x[n][p + k - pad] else 0);
}
