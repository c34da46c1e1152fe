// Guards: a window over two axes does several short rows at a time where the
// tensors fit a cache, not where the memory is what everything waits for, not
// long rows, not where what slides along the rows has no lanes, and not where
// rows wait for each other, whose taps then stay loops.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D C=4096 %s | FileCheck %s --check-prefix=LARGE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D W=200 %s | FileCheck %s --check-prefix=LONG
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -O1 %s | FileCheck %s --check-prefix=RULES
// RUN: %tapc compile %s -o %t.o
// RUN: %tapc compile -D C=3 -D H=7 -D W=31 %s -o %t.o

// CHECK: loop c parallel
// CHECK-NEXT: loop p unroll by 3
// CHECK-NEXT: loop q vectorize by 16
// LARGE-NOT: loop p unroll
// LONG-NOT: loop p unroll
kernel conv2d(C = 8, H = 28, W = 28, K = 3, pad = 1)
{
    in  f32 x[C][H][W], w[C][K][K];
    out f32 y[C][H][W];
    for c in C, p in H, q in W
        y[c][p][q] = sum(i in K, j in K)
            w[c][i][j] * (x[c][p + i - pad][q + j - pad] else 0);
}

// CHECK-LABEL: schedule of beside
// CHECK: loop q vectorize by 16
// CHECK-NEXT: loop r unroll by 16
kernel beside(N = 2, R = 40, Q = 28, K = 3)
{
    in  f32 x[N][R + K], w[K][Q];
    out f32 y[N][R][Q];
    for n in N, r in R, q in Q
        y[n][r][q] = sum(i in K) w[i][q] * x[n][r + i];
}

// RULES-LABEL: schedule of waiting
// RULES: loop r  S0
// RULES-NEXT: loop q vectorize by 16
// RULES: loop i  S1
// RULES-NEXT: loop j unroll  S1
kernel waiting(R = 40, Q = 28, K = 5)
{
    in  f32 x[R + K][Q + K], w[K][K];
    inout f32 h[R + 1][Q];
    for r in R, q in Q
        h[r + 1][q] = h[r][q] +
                      sum(i in K, j in K) w[i][j] * x[r + i][q + j];
}

// Rows of which there are not even two tiles, although they are asked for.
// RULES-LABEL: schedule of fewer
// RULES-NOT: loop r unroll by 3
kernel fewer(N = 8, R = 5, Q = 28, K = 3)
{
    in  f32 x[N][R + K][Q + K], w[K][K];
    out f32 y[N][R][Q];
    for n in N, r in R, q in Q
        y[n][r][q] = sum(i in K, j in K) w[i][j] * x[n][r + i][q + j];
}
schedule fewer for cpu { prefer rows; }
