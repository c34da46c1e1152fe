// Guards: groups of a thread along rows that begin anywhere: counted from a
// multiple of their size in memory; several rows that begin alike where they
// share weights; not where rows are short, or begin no one knows where.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 %s | FileCheck %s
// RUN: %tapc check --gpu-arch=sm_90 %s

// CHECK-LABEL: schedule of odd for sm_90
// CHECK:       loop n thread  S0: n
// CHECK:       loop p thread  S0: -floor((7*c)/8) + floor((7*c + p)/8)
// CHECK-NEXT:  {{^ +}}loop p jam  S0: 7*c + p - 8*floor((7*c + p)/8)
kernel odd(N = 8, C = 4096) {
    in f16 x[N][C][2047], w[C][4];
    out f16 y[N][C][2047];
    for n in N, c in C, p in 2047
        y[n][c][p] = sum(k in 4) w[c][k] * (x[n][c][p + k - 3] else 0);
}

// CHECK-LABEL: schedule of channels for sm_90
// CHECK:       loop n thread  S0: floor((n)/2)
// CHECK-NEXT:  {{^ +}}loop p thread  S0: p
// CHECK-NEXT:  {{^ +}}loop c thread  S0: -floor((7*p)/8) + floor((7*p + c)/8)
// CHECK-NEXT:  {{^ +}}loop c jam
// CHECK-NEXT:  {{^ +}}loop n jam
kernel channels(N = 8, L = 2048) {
    in f16 x[N][L][2047], w[4][2047];
    out f16 y[N][L][2047];
    for n in N, p in L, c in 2047
        y[n][p][c] = sum(k in 4) w[k][c] * (x[n][p + k - 3][c] else 0);
}

// A user's groups too; four elements before each second row.
// CHECK-LABEL: schedule of even for sm_90
// CHECK:       loop p thread  S0: -floor((c)/2) + floor((4*c + p)/8)
kernel even(N, C = 64) {
    in f16 x[N][C][204];
    out f16 y[N][C][204];
    for n in N, c in C, p in 204 y[n][c][p] = x[n][c][p] + 1.0;
}
schedule even for gpu { vectorize p by 8; thread n, c, p; }

// CHECK-LABEL: schedule of shorter for sm_90
// CHECK:       loop p thread  S0: floor((p)/2)
kernel shorter(N = 3072, C = 128) {
    in f16 x[N][C][202];
    out f16 y[N][C][202];
    for n in N, c in C, p in 202 y[n][c][p] = x[n][c][p] + 1.0;
}

// CHECK-LABEL: schedule of unknown for sm_90
// CHECK:       loop p thread  S0: floor((p)/8)
kernel unknown(N, L) {
    in f16 x[N][L + 1];
    out f16 y[N][L + 1];
    for n in N, p in L + 1 y[n][p] = x[n][p] + 1.0;
}
schedule unknown for gpu { vectorize p by 8; thread n, p; }

// Rows are where the caller says, or several in a thread.
// CHECK-LABEL: schedule of views for sm_90
// CHECK:       loop p thread  S0: floor((p)/8)
kernel views(N) {
    in f16 x[N][2047];
    out f16 y[N][2047] strided;
    for n in N, p in 2047 y[n][p] = x[n][p] + 1.0;
}
schedule views for gpu { vectorize p by 8; thread n, p; }

// CHECK-LABEL: schedule of pairs for sm_90
// CHECK:       loop p thread  S0: floor((p)/8)
kernel pairs(N) {
    in f16 x[N][2047];
    out f16 y[N][2047];
    for n in N, p in 2047 y[n][p] = x[n][p] + 1.0;
}
schedule pairs for gpu { vectorize p by 8; unroll n by 2; thread n, p; }
