// Guards: where what a window reads is more than the second-level cache holds,
// tiles of rows, and in them strips of lanes copied one strip ahead, of inputs
// with channels ahead of time several rows together; not where strips are not
// whole or few, where a tile would have too few rows, where another loop is
// between rows and taps, or rows are not in the lanes.
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D C=524 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D C=48 -D N=100 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D C=4096 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=150 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D N=1 -D C=256 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc check %s -D N=2 -D C=64 -D L=40

// CHECK-LABEL: schedule of window
// CHECK: loop n parallel
// CHECK-NEXT: loop l_tile parallel S0: floor((l)/32)
// CHECK-NEXT: loop c_tile pipeline by 2
// CHECK-NEXT: sequence
// CHECK: x_staged[x_0][x_1][x_2] = x[x_0, x_1, x_2]
// CHECK: w_staged[w_0][w_1] = w[w_0, w_1]
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop l unroll by 16
// CHECK: loop k unroll by 3
// NOT-LABEL: schedule of window
// NOT-NOT: x_staged
// NOT-LABEL: schedule of turned
kernel window(N = 8, C = 512, L = 400, K = 31)
{
    in f32 x[N][L + K][C], w[K][C];
    out f32 y[N][L][C];
    for n in N, l in L, c in C
        y[n][l][c] = sum(k in K) w[k][c] * x[n][l + k][c];
}

// CHECK-LABEL: schedule of turned
// CHECK: loop c_tile pipeline by 2
// CHECK: loop x_1 vectorize by 16
// CHECK-NEXT: loop x_2 unroll by 4
kernel turned(N = 8, C = 512, L = 400, K = 31)
{
    in f32 x[N][C][L + K], w[C][K];
    out f32 y[N][C][L];
    for n in N, c in C, l in L
        y[n][c][l] = sum(k in K) w[c][k] * x[n][c][l + k];
}
schedule turned for cpu {
    layout x as [#0][#2][#1];
    layout w as [#1][#0];
    layout y as [#0][#2][#1];
}

// CHECK-LABEL: schedule of between
// CHECK-NOT: pipeline
kernel between(N = 8, C = 512, L = 400, K = 31, I = 3)
{
    in f32 x[N][L + K][I][C], w[K][I][C];
    out f32 y[N][L][C];
    for n in N, l in L, c in C
        y[n][l][c] = sum(i in I, k in K) w[k][i][c] * x[n][l + k][i][c];
}

// CHECK-LABEL: schedule of view
// CHECK-NOT: pipeline
kernel view(N = 8, C = 512, L = 400, K = 31)
{
    in f32 x[N][L + K][C] strided;
    in f32 w[K][C];
    out f32 y[N][L][C];
    for n in N, l in L, c in C
        y[n][l][c] = sum(k in K) w[k][c] * x[n][l + k][c];
}
