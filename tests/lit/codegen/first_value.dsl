// Guards: the first value of a register replaces what it held in all lanes;
// keeping the lanes the guard excludes would chain every row to the one
// before, through a vector carried around the loop.
// RUN: %tapc compile --emit=llvm --no-verify --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o - | FileCheck %s
// CHECK: define
// CHECK-NOT: phi <16 x float>
kernel rows(R, A = 5, B = 7) {
    size P = A + B - 1;
    in f32 a[R][A], b[R][B];
    out f32 y[R][P];
    for r in R, o in P
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}
