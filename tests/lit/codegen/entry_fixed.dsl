// Guards: where sizes are known the entry asks once whether a pointer is NULL,
// once for two ranges whether they overlap, once for the alignment of all; and
// work that is never worth a thread is no region of its own.
// RUN: %tapc explain --emit=llvm --no-verify --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s

// CHECK-NOT: region0
// CHECK-LABEL: define dso_local i32 @small(
// CHECK-COUNT-2: call i64 @llvm.umin.i64
// CHECK: icmp eq i64 %{{.*}}, 0
// CHECK: [[X:%.*]] = sub i64
// CHECK-NEXT: [[Y:%.*]] = add i64 [[X]], 79
// CHECK-NEXT: icmp ult i64 [[Y]], 167
// CHECK: sub i64
// CHECK-NOT: sub i64
// CHECK: and i64 %{{.*}}, 3
// CHECK-NOT: and i64
// CHECK: call i32 @small.x86-64-v3
kernel small(C = 2, L = 11) {
    in f32 x[C][L], w[C];
    out f32 y[C][L - 1];
    for c in C, p in L - 1
        y[c][p] = w[c] * x[c][p + 1];
}
