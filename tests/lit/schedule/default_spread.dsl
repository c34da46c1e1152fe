// Guards: rows that share no inputs, since the taps are far apart, are done two
// at a time; rows that go two elements further each share some with taps four
// apart.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s

// CHECK-LABEL: schedule of near
// CHECK: loop p unroll by 8
kernel near(C = 64, L = 800, K = 3) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[p + 3*k - 3][c] else 0);
}

// CHECK-LABEL: schedule of apart
// CHECK: loop p unroll by 2
kernel apart(C = 64, L = 800, K = 3) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[p + 4*k - 4][c] else 0);
}

// CHECK-LABEL: schedule of steps
// CHECK: loop p unroll by 8
kernel steps(C = 64, L = 800, K = 3) {
    in f32 x[2*L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[2*p + 4*k - 4][c] else 0);
}
