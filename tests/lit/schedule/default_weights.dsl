// Guards: where the weights that neighbouring outputs share are too many for
// the first-level cache and the taps stay a loop, the lanes are around the
// outputs; where they are few, inside. The vectors of a single output row are
// interleaved.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D C=64 %s | FileCheck %s --check-prefix=FEW
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D C=4096 %s | FileCheck %s --check-prefix=SINGLE
// RUN: %tapc compile %s -o %t.o

// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop q unroll by
// FEW: loop q unroll by
// FEW-NEXT: loop c vectorize by 16
kernel conv2d(C = 384, H = 28, W = 64, K = 7)
{
    in  f32 x[C][H + K - 1][W + K - 1], w[C][K][K];
    out f32 y[C][H][W];
    for c in C, p in H, q in W
        y[c][p][q] = sum(i in K, j in K) w[c][i][j] * x[c][p + i][q + j];
}
schedule conv2d for cpu {
    layout x as [#1][#2][#0];
    layout w as [#1][#2][#0];
    layout y as [H][W][C];
}

// SINGLE-LABEL: schedule of single
// SINGLE: loop p
// SINGLE-NEXT: loop c vectorize by 16 unroll by 8
kernel single(C = 64, P = 1, K = 4)
{
    in  f32 x[P + K][C], w[K][C];
    out f32 y[P][C];
    for p in P, c in C
        y[p][c] = sum(k in K) w[k][c] * x[p + k][c];
}
