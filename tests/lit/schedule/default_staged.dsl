// Guards: the weights of a strip of lanes are copied where all rows of a tile
// share them; not for a few rows, a last strip that is not whole, more than a
// cache should keep, or where another loop is between rows and taps.
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D L=47 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D C=70 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D K=257 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of window
// CHECK: loop c_tile
// CHECK: w_staged[w_0][w_1] = w[w_0, w_1]
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop l unroll by
// NOT-NOT: staged
kernel window(C = 64, L = 48, K = 31) {
    in f32 x[L + K][C], w[K][C];
    out f32 y[L][C];
    for c in C, l in L
        y[l][c] = sum(k in K) w[k][c] * x[l + k][c];
}

// CHECK-LABEL: schedule of between
// CHECK-NOT: staged
kernel between(C = 64, L = 48, K = 31, I = 8) {
    in f32 x[L + K][I], w[I][K][C];
    out f32 y[L][C];
    for c in C, l in L
        y[l][c] = sum(i in I, k in K) w[i][k][c] * x[l + k][i];
}
