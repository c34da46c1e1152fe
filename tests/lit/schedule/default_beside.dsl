// Guards: rows of about one vector are computed several side by side, with
// turns taken, so that a mask is loaded once for all of them; longer rows, or
// where masks have no registers, not.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D B=25 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=LOOP
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// CHECK: loop r_tile parallel S0: floor((r)/8)
// CHECK-NEXT: loop r unroll by 8
// CHECK-NEXT: loop o vectorize by 16
// NONE-NOT: r_tile
// LOOP: fma(a[8*r_tile, 1], shift
// LOOP: fma(a[8*r_tile + 1, 1], shift
// LOOP: fma(a[8*r_tile, 2], shift
kernel pairs(R, A = 7, B = 7)
{
    in f32 a[R][A], b[R][B];
    out f32 y[R][A + B - 1];
    for r in R, o in A + B - 1
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}
