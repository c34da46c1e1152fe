// Guards: what interleaves rows, or changes their order, leaves rows alone that
// wait for each other: tiles of rows by taps where a sum goes on from the row
// before, residues of a dilated window whose results are added up.
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of tile
// CHECK: loop c vectorize by 16 unroll by 4
// CHECK-NEXT: loop l S0
// CHECK: loop k S1
kernel tile(C = 64, L = 202, K = 31) {
    in f32 x[L][C], w[K][C];
    inout f32 h[L + 1][C];
    for c in C, l in L
        h[l + 1][c] = h[l][c] +
                      sum(k in K) w[k][c] * (x[l + k - 15][c] else 0);
}

// CHECK-LABEL: schedule of residues
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop l unroll by 16 S0: l S1
kernel residues(C = 64, L = 202, K = 21) {
    in f32 x[L][C], w[K][C];
    inout f32 h[L + 1][C];
    for c in C, l in L
        h[l + 1][c] = sum(k in K) w[k][c] * (x[l + 3*k - 30][c] else 0) +
                      h[l][c];
}
