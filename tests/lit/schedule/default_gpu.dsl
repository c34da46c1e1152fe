// Guards: the default of a GPU: which loops are run by threads, in which
// order, how many elements each has; parts of a launch; steps of one block.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 %s | FileCheck %s

// Contiguous rows: a thread has one access of 16 bytes of them.
// CHECK-LABEL: schedule of rows for sm_90
// CHECK-NEXT:  threads of a block 256
// CHECK-NOT:   loop
// CHECK:       {{^}}  loop n thread  S0: n
// CHECK-NEXT:  {{^}}    loop c thread  S0: c
// CHECK-NEXT:  {{^}}      loop p thread  S0: floor((p)/8)
// CHECK-NEXT:  {{^}}        loop p jam
// CHECK:       {{^ +}}loop k unroll
kernel rows(N = 8, C = 512, L = 2048) {
    in f16 x[N][C][L], w[C][4];
    out f16 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 4) w[c][k] * (x[n][c][p + k - 3] else 0);
}

// Rows of 202: the largest power of two that divides them.
// CHECK-LABEL: schedule of ragged for sm_90
// CHECK:       loop p thread  S0: floor((p)/2)
kernel ragged(N = 3072, C = 128) {
    in f16 x[N][C][202];
    out f16 y[N][C][202];
    for n in N, c in C, p in 202 y[n][c][p] = x[n][c][p] + 1.0;
}

// Channels last: neighbouring threads have neighbouring channels, each a few
// steps of time.
// CHECK-LABEL: schedule of strips for sm_90
// CHECK:       {{^}}  loop n thread  S0: n
// CHECK-NEXT:  {{^}}    loop p thread  S0: floor((p)/4)
// CHECK-NEXT:  {{^}}      loop c thread  S0: floor((c)/4)
// CHECK-NEXT:  {{^}}        loop c jam
// CHECK-NEXT:  {{^}}          loop p jam
kernel strips(N = 8, C = 512, L = 2048) {
    in f32 x[N][C][L], w[C][4];
    out f32 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 4) w[c][k] * (x[n][c][p + k - 3] else 0);
}
schedule strips for gpu {
    layout x as [N][L][C];
    layout w as [4][C];
    layout y as [N][L][C];
}

// So little work that more threads and smaller blocks are better.
// CHECK-LABEL: schedule of tiny for sm_90
// CHECK-NEXT:  threads of a block 64
// CHECK:       loop p thread  S0: p
kernel tiny(C = 512) {
    in f32 x[C][24];
    out f32 y[C][24];
    for c in C, p in 24 y[c][p] = x[c][p] + 1.0;
}

// Two outputs that have nothing to do with each other; two nests of which one
// needs what the other did at the same place; a sum that each thread has whole.
// CHECK-LABEL: schedule of parts for sm_90
// CHECK:       {{^}}    loop n thread  S0: n
// CHECK:       {{^}}    loop n thread  S1: n
kernel parts(N, P = 31) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N {
        for p in P y[n][p] = x[n][p];
        for p in P z[n][P - 1 - p] = x[n][p];
    }
}
// CHECK-LABEL: schedule of both for sm_90
// CHECK:       {{^}}  loop n thread  S0: n  S1: n
// CHECK-NEXT:  {{^}}    loop p thread  S0: p  S1: p
// CHECK-NEXT:  {{^}}      sequence
// CHECK-NEXT:  {{^}}        S0
// CHECK-NEXT:  {{^}}        loop c  S1: c
kernel both(N, C, P = 31) {
    in f32 x[N][P], v[C];
    inout f32 s[N][P];
    for n in N, p in P s[n][p] = x[n][p];
    for c in C, n in N, p in P s[n][p] += v[c];
}

// Steps that need the one before them.
// CHECK-LABEL: schedule of steps for sm_90
// CHECK:       loop block block
// CHECK-NEXT:  loop t  S0: t  S1: t
// CHECK-NEXT:  sequence
// CHECK-NEXT:  loop i thread  S0: i
// CHECK-NEXT:  S0
// CHECK-NEXT:  loop i thread  S1: i
kernel steps(T, N = 33) {
    inout f32 a[N], b[N];
    for t in T {
        for i in 1..N - 1 b[i] = a[i - 1] + a[i + 1];
        for i in 1..N - 1 a[i] = b[i - 1] + b[i + 1];
    }
}

// A sum without terms stays with the statements that start and use it.
// CHECK-LABEL: schedule of nothing for sm_90
// CHECK:       {{^}}  loop c thread  S0: c  S1: c  S2: c
// CHECK-NEXT:  {{^}}    loop j thread  S0: j  S1: j  S2: j
// CHECK-NEXT:  {{^}}      sequence
// CHECK-NEXT:  S0
// CHECK:       S1: r0
// CHECK-NEXT:  S2
kernel nothing(C, M = 9) {
    in f32 a[C], b[C][M];
    out f32 y[C][M];
    for c in C, j in M
        y[c][j] = b[c][j] + max(k in 1 if k > j) a[c];
}

// Short loops side by side are one thread's.
// CHECK-LABEL: schedule of beside for sm_90
// CHECK:       {{^}}  loop n thread  S0: n  S1: n
kernel beside(N) {
    in f32 x[N][8], z[N][8];
    out f32 y[N][8], u[N][8];
    for n in N {
        for i in 8 y[n][i] = 2.0 * x[n][i];
        for i in 8 u[n][i] = 3.0 * z[n][i];
    }
}

// What is read before it is overwritten belongs together.
// CHECK-LABEL: schedule of before for sm_90
// CHECK:       loop block block  S0: 0  S1: 0
kernel before(N) {
    inout f32 x[N];
    in f32 z[N];
    out f32 y[N];
    for i in N y[i] = x[i];
    for i in N x[N - 1 - i] = z[i];
}

// A few steps that need each other are one thread's.
// CHECK-LABEL: schedule of few for sm_90
// CHECK:       loop thread thread  S0: 0
// CHECK-NEXT:  {{^ +}}loop i  S0: i
kernel few() {
    inout f32 x[8];
    for i in 1..8 x[i] = x[i] + x[i - 1];
}

// Threads that sum up are those of one block.
// CHECK-LABEL: schedule of whole for sm_90
// CHECK:       loop block block  S0: 0
// CHECK-NEXT:  {{^ +}}loop p thread  S0: p
kernel whole() {
    in i32 x[64];
    inout i32 d[1];
    for p in 64 d[0] += x[p];
}
schedule whole for gpu { thread p; }

// Of long windows more steps and fewer elements, so that what a step loads is
// used by the next; not where that would be too much code.
// CHECK-LABEL: schedule of taps for sm_90
// CHECK:       loop c jam  S0: c - 4*floor((c)/4)
// CHECK-NEXT:  {{^ +}}loop p jam  S0: p - 4*floor((p)/4)
// CHECK:       loop k unroll
// CHECK-LABEL: schedule of many for sm_90
// CHECK:       loop c jam
// CHECK-NOT:   loop p jam
// CHECK:       loop k  S1
kernel taps(N = 8, C = 512, L = 2048) {
    in f16 x[N][C][L], w[C][31];
    out f16 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 31) w[c][k] * (x[n][c][p + k - 30] else 0);
}
kernel many(N = 8, C = 512, L = 2048) {
    in f16 x[N][C][L], w[C][200];
    out f16 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 200) w[c][k] * (x[n][c][p + k - 30] else 0);
}
schedule many for gpu {
    layout x as [N][L][C];
    layout w as [200][C];
    layout y as [N][L][C];
}
schedule taps for gpu {
    layout x as [N][L][C];
    layout w as [31][C];
    layout y as [N][L][C];
}
