// Guards: copies of loops around threads: what the threads of a block share is
// each copy's own, and loops over threads stay directly inside each other.
// RUN: %tapc compile --gpu-arch=sm_90 --ptxas=none %s -o %t.o
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 %s | FileCheck %s

// A sum for each of two copies.
// CHECK-LABEL: program shared for sm_90
// CHECK:       shared i32 [[A:acc.[0-9]+]][1]
// CHECK-NEXT:  shared i32 [[B:acc.[0-9]+]][1]
// CHECK:       for thread = 0 .. 1 thread {
// CHECK-NEXT:    [[A]][0] = 0
// CHECK-NEXT:    [[B]][0] = 0
// CHECK:       for thread = 0 .. 1 thread {
// CHECK-NEXT:    [[C:acc.[0-9]+]] = [[A]][0]
// CHECK-NEXT:    [[D:acc.[0-9]+]] = [[B]][0]
// CHECK-NEXT:    [[Y:y.[0-9]+]][0] = [[C]]
// CHECK-NEXT:    [[Y]][1] = [[D]]
kernel shared(M) {
    out i32 y[2*M];
    in i32 x[2*M][3];
    for q in 2*M {
        i32 acc = 0;
        for k in 1, r in 3 acc += x[q][r + k];
        y[q] = acc;
    }
}
schedule shared for gpu { vectorize q by 2; thread k; }

// One copy of a row for each k.
// CHECK-LABEL: program staged for sm_90
// CHECK:       shared i32 [[A:w_staged.[0-9]+]][5]
// CHECK-NEXT:  shared i32 [[B:w_staged.[0-9]+]][5]
// CHECK:       for w_0 = 0 .. 1 thread {
// CHECK-NEXT:    for w_1 = 0 .. 5 thread {
// CHECK:           [[A]][w_1] =
// CHECK:       for w_0 = 1 .. 2 thread {
// CHECK-NEXT:    for w_1 = 0 .. 5 thread {
// CHECK:           [[B]][w_1] =
// CHECK:       barrier
kernel staged(P) {
    out i32 y[P];
    in i32 x[P + 4], w[2][5];
    for p in P {
        i32 acc = 0;
        for k in 2, r in 5 acc += w[k][r] * x[p + r];
        y[p] = acc;
    }
}
schedule staged for gpu { unroll k; stage w in stack at k; }
