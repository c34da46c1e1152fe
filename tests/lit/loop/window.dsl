// Guards: of the loads that straddle two vectors some become shifts of the
// pair (a register window); a chunk is loaded once; nothing outside the row is
// loaded for it, so the first and last vectors keep their own loads.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc compile %s -o %t.o

// CHECK: for c = 0 .. 4
// CHECK: r0.0 = fma(w[c, 0], x[c, lane - 1], r0.0) if lane - 1 >= 0
// CHECK: [[LEFT:x\.[0-9]+]] = x[c, lane + 16]
// CHECK-NEXT: [[FIRST:x\.[0-9]+]] = x[c, lane]
// CHECK-NEXT: r0.0 = fma(w[c, 0], shift<15>([[FIRST]], [[LEFT]]), r0.0)
// CHECK-NEXT: r0.0 = fma(w[c, 1], x[c, lane + 16], r0.0)
// CHECK-NEXT: r0.0 = fma(w[c, 2], x[c, lane + 17], r0.0)
// CHECK: shift<15>([[LEFT]], {{x\.[0-9]+}})
// CHECK-NOT: [[LEFT]] = x

// No shift across whole vectors on AVX2: plain loads.
// NONE-NOT: shift<
kernel window(C = 4, L = 64, K = 3, pad = 1) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - pad] else 0);
}
