// Guards: the rows of a long dilated window are cut by residue, so that taps
// are next to each other along each.
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v3,x86-64-v4 %s -o %t.o

// CHECK-LABEL: schedule of dilated
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop l S0: l - 3*floor((l)/3)
// CHECK-NEXT: loop l unroll by {{[0-9]+}} S0: floor((l)/3)
// CHECK: loop k unroll by 3
kernel dilated(C = 64, L = 202, K = 21) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for c in C, l in L
        y[l][c] = sum(k in K) w[k][c] * (x[l + 3*k - 30][c] else 0);
}
