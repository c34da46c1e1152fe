// Guards: a few rows of a window, lanes being another axis, become straight
// code inside the lanes; long rows, rows without a sum, rows that wait for each
// other, and few taps of strips larger than the first-level cache, or of rows that
// begin anywhere in a line, do not. Many taps have whole vectors, rows shorter
// than a vector one of their own size.
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

// CHECK-LABEL: schedule of wide
// CHECK: loop p unroll by
kernel wide(N, C = 4096, L = 7, K = 4) {
    in f32 x[N][L][C], w[K][C];
    out f32 y[N][L][C];
    for n in N, c in C, p in L
        y[n][p][c] = sum(k in K) w[k][c] * (x[n][p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of taps
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop p unroll{{ }}
// CHECK-NEXT: sequence
kernel taps(N, C = 4096, L = 7, K = 6) {
    in f32 x[N][L][C], w[K][C];
    out f32 y[N][L][C];
    for n in N, c in C, p in L
        y[n][p][c] = sum(k in K) w[k][c] * (x[n][p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of ragged
// CHECK: loop p unroll by 2
// CHECK-NEXT: loop c vectorize by 16 unroll by 4
kernel ragged(C = 1000, L = 5, K = 4) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of whole
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop p unroll{{ }}
kernel whole(C = 1000, L = 5, K = 6) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of waiting
// CHECK: loop c vectorize by 16 unroll by 4
kernel waiting(C = 64, L = 7, K = 4) {
    in f32 x[L][C], w[K][C];
    inout f32 h[L + 1][C];
    for c in C, p in L
        h[p + 1][c] = h[p][c] +
                      sum(k in K) w[k][c] * (x[p + k - 3][c] else 0);
}

// CHECK-LABEL: schedule of narrow
// CHECK: loop c vectorize by 4
// CHECK-NEXT: loop p unroll{{ }}
kernel narrow(C = 3, L = 11, K = 3) {
    in f32 x[2*L][C], w[K][C];
    out f32 y[L][C];
    for c in C, p in L
        y[p][c] = sum(k in K) w[k][c] * (x[2*p + k - 1][c] else 0);
}

// CHECK-LABEL: schedule of alone
// CHECK: loop c vectorize by 8
kernel alone(N, C = 7) {
    in f32 x[N][C + 1], w[C];
    out f32 y[N][C + 1];
    for n in N, c in C
        y[n][c] = w[c] * x[n][c];
    for n in N
        y[n][7] = 0;
}
