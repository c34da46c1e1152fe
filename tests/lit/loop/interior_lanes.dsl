// Guards: lanes of a loop that begins at the larger of two bounds are limited
// by its end in the interior of the loop around it, too.
// RUN: %tapc compile %s -o %t.o
// RUN: %tapc explain --emit=loop --isa=x86-64 %s | FileCheck %s
// CHECK: if p - 4 >= 0
// CHECK: r + lane{{.*}} if {{.*}}-r - lane + 3 >= 0
kernel k(L, K, W)
{
    in i32 x[L][W], w[K][4];
    out i32 y[L - K + 9][W];

    for p in L - K + 9, q in W
        y[p][q] = sum(k in K, r in 4)
            w[k][r] * (x[p + k - 4][q + r - 2] else 0);
}
