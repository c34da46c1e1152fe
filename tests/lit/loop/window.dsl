// Guards: of the loads that straddle two vectors some become shifts of the
// pair (a register window), the others are loads, those just behind a multiple
// of the lanes; a chunk is loaded once. The first and the last vector of a row
// rotate a vector from inside it: nothing outside is loaded.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc compile %s -o %t.o

// CHECK: for c = 0 .. 4
// CHECK: [[FIRST:x\.[0-9]+]] = x[c, lane]
// CHECK-NEXT: fma(w[c, 0], shift<15>([[FIRST]], [[FIRST]]), r0.0) if lane - 1 >= 0
// CHECK: fma(w[c, 1], x[c, lane], r0.0)
// CHECK: fma(w[c, 2], x[c, lane + 1], r0.0)
// CHECK: [[NEXT:x\.[0-9]+]] = x[c, lane + 16]
// CHECK-NEXT: fma(w[c, 0], shift<15>([[FIRST]], [[NEXT]]), r0.0)
// CHECK-NOT: [[NEXT]] = x
// CHECK: fma(w[c, 0], shift<15>([[NEXT]], {{x\.[0-9]+}}), r0.0)
// CHECK: [[LAST:x\.[0-9]+]] = x[c, lane + 48]
// CHECK: fma(w[c, 1], x[c, lane + 48], r0.0)
// CHECK: fma(w[c, 2], shift<1>([[LAST]], [[LAST]]), r0.0) if -lane + 14 >= 0

// No shift across whole vectors on AVX2: plain loads, but for the edges.
// NONE: fma(w[c, 0], shift<7>([[EDGE:x\.[0-9]+]], [[EDGE]]), r0.0) if
// NONE: fma(w[c, 0], x[c, lane + 7], r0.0)
// NONE-NOT: shift<7>
kernel window(C = 4, L = 64, K = 3, pad = 1) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - pad] else 0);
}
