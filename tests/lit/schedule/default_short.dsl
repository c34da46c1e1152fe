// Guards: a few rows of a window, lanes being another axis, become straight
// code inside the lanes; long rows, and rows without a sum, do not.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 %s -o %t.o

// CHECK-LABEL: schedule of few
// CHECK: {{^}}    loop c vectorize by 16
// CHECK-NEXT: {{^}}      loop p unroll{{ }}
// CHECK: loop k unroll{{ }}
kernel few(N, C = 64, L = 7, K = 4) {
    in f32 x[N][L][C], w[K][C];
    out f32 y[N][L][C];
    for n in N, c in C, p in L
        y[n][p][c] = sum(k in K) w[k][c] * (x[n][p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of many
// CHECK: loop p unroll by
// CHECK-NEXT: loop c vectorize by 16
kernel many(N, C = 64, L = 40, K = 4) {
    in f32 x[N][L][C], w[K][C];
    out f32 y[N][L][C];
    for n in N, c in C, p in L
        y[n][p][c] = sum(k in K) w[k][c] * (x[n][p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of pointwise
// CHECK: loop p
// CHECK-NEXT: loop c vectorize by 16
kernel pointwise(N, C = 64, L = 7) {
    in f32 x[N][L][C], w[C];
    out f32 y[N][L][C];
    for n in N, c in C, p in L
        y[n][p][c] = w[c] * x[n][p][c];
}
