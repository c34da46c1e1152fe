// Guards: loads of every fourth element that differ in where they begin share
// the vectors they are picked out of, and what the first shuffles leave of
// those: eight shuffles for four loads, not twelve.
// RUN: %tapc explain --emit=llvm --no-verify --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s

// CHECK: define internal {{.*}}@quarters.x86-64-v4(
// CHECK-COUNT-4: load <16 x i32>
// CHECK-COUNT-8: = shufflevector <16 x i32>
// CHECK-NOT: shufflevector
// CHECK: ret
kernel quarters(C = 16) {
    in f32 x[C][4];
    out f32 y[C];
    for c in C y[c] = sum(k in 4) 3.0 * x[c][k];
}
