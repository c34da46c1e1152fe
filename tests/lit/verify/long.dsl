// Guards: code that would run for minutes is no fault: it is not run, the
// header says why, and small sizes are replayed.
// RUN: %tapc %s -D N=3000 -D L=9000 -D K=3000 -o %t.o -H %t.h
// RUN: FileCheck %s < %t.h

// CHECK: Checked: replayed at {{[1-9][0-9]*}} small sizes of the same schedule.
// CHECK-NEXT: Not run: too large even for a sample
kernel correlate(N, L, K)
    require K <= L
{
    size P = L - K + 1;
    in  f32 x[N][L], w[K];
    out f32 y[N][P];
    for n in N, p in P
        y[n][p] = sum(k in K) w[k] * x[n][p + k];
}
