// Guards: the default never asks for a copy whose size is not known: a sum over
// channels whose number is not fixed, and taps that are bounded by a fixed row.
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64,x86-64-v4 %s -o %t.o
kernel dense(C, O = 2, L = 37, K) {
    in f64 x[C][L], w[O][C][K];
    out f64 y[O][L - K + 1];
    for o in O, p in L - K + 1 {
        f64 acc = 0.0;
        for c in C, k in K
            acc += w[o][c][k] * x[c][p + k];
        y[o][p] = acc;
    }
}
