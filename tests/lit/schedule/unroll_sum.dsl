// Guards: loops unrolled completely, with no loop left inside, keep their
// order: a sum over two of them does not forbid to jam a loop around.
// RUN: %tapc explain --emit=schedule %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK: loop q unroll by 4
kernel conv2d(C = 32, H = 9, W = 9, K = 3)
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
    order p, q, c;
    vectorize c;
    unroll j;
    unroll i;
    unroll q by 4;
}
