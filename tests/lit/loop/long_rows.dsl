// Guards: long rows that are jammed inside vectors stay whole, borders and
// all: the ends of their taps are unrolled in the tile, not run row by row.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s

// CHECK: for co = 0 .. 16
// CHECK-NEXT: for p = 0 .. 185 step 16 {
// CHECK-NOT: for p
kernel rows(C = 256, L = 200, K = 31) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - 15] else 0);
}

schedule rows for cpu {
    layout x as [L][C];
    layout w as [K][C];
    layout y as [L][C];
    tile c by 16 as co, c;
    order co, c, p, k;
    vectorize c;
    unroll p by 16;
    unroll k by 3;
}
