// Guards: the loop around the lanes is not interleaved only for sharing the
// vectors of a short window, whose weights stay in registers anyway: many
// streams at a time cost more than the loads.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s

// CHECK-LABEL: schedule of few
// CHECK: loop m parallel S0
// CHECK-NEXT: loop p vectorize by 16 unroll by
kernel few(C = 4, M = 4, L = 240) {
    in f32 x[C][L + 2], w[C][M][3];
    out f32 y[C][M][L];
    for c in C, m in M, p in L
        y[c][m][p] = sum(k in 3) w[c][m][k] * x[c][p + k];
}

// CHECK-LABEL: schedule of many
// CHECK: loop m unroll by 4
// CHECK-NEXT: loop p vectorize by 16
kernel many(C = 4, M = 4, L = 240) {
    in f32 x[C][L + 7], w[C][M][8];
    out f32 y[C][M][L];
    for c in C, m in M, p in L
        y[c][m][p] = sum(k in 8) w[c][m][k] * x[c][p + k];
}
