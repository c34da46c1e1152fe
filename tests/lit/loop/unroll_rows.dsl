// Guards: neighbouring vectors of several rows: all vectors of a row are stored
// before those of the next, so that lines are written at once; of a single row,
// each vector is computed by itself.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile -D C=67 %s -o %t.o
// CHECK: for p = 0 .. 8 step 2 {
// CHECK: y[p, c + lane] = r0.0
// CHECK-NEXT: y[p, c + lane + 8] = r0.2
// CHECK-NEXT: y[p + 1, c + lane] = r0.1
// CHECK-NEXT: y[p + 1, c + lane + 8] = r0.3
// CHECK: for c = 0 .. {{[0-9]+}} step 16 {
// CHECK: y[8, c + lane] = r0.0
// CHECK: y[8, c + lane + 8] = r0.0
kernel rows(C = 640, L = 9, K = 2)
{
    in  f32 x[L + K][C], w[K][C];
    out f32 y[L][C];
    for p in L, c in C
        y[p][c] = sum(k in K) w[k][c] * x[p + k][c];
}
schedule rows for cpu {
    order p, c, k;
    vectorize c;
    unroll k;
    unroll c by 2;
    unroll p by 2;
}
