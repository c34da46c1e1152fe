// Guards: results wait on the stack for the next iteration only where panels
// leave room for them.
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 --no-verify %s -D C=32 -D L=500 -D K=75 -D pad=37 -o %t.o
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 --no-verify %s -D C=64 -D L=8192 -D K=48 -D pad=0 -o %t.o
kernel windows(N = 1, C, L, K, pad)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}
