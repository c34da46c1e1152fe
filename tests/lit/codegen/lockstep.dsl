// Guards: long computations on several vectors run operation by operation,
// all loads before the first; what reads their results waits for them.
// RUN: %tapc compile --no-verify -march=x86-64-v4 --emit=llvm %s -o - | FileCheck %s
// RUN: %tapc compile -march=x86-64-v4 %s -o %t.o
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: @several
// CHECK-COUNT-4: load <16 x i32>
// CHECK: shl <16 x i32>
// CHECK-NEXT: shl <16 x i32>
// CHECK-NEXT: shl <16 x i32>
// CHECK-NEXT: shl <16 x i32>
// CHECK-COUNT-4: store <16 x i32>
kernel several() {
    in f32 x[64];
    out f32 y[64];
    for p in 64
        y[p] = silu(x[p]);
}

// The sum reads y, so it comes after y is stored.
// CHECK-LABEL: @reader
// CHECK: store <16 x i32>
// CHECK: store <16 x i32>
// CHECK: load <16 x i32>
kernel reader() {
    in f32 x[64];
    out f32 y[64], z[64];
    for p in 64 {
        y[p] = silu(x[p]);
        z[p] = x[p] + y[p];
    }
}

// More of them than are put off at a time.
// CHECK-LABEL: @many
// CHECK-COUNT-8: load <16 x i32>
// CHECK-NOT: load <16 x i32>
// CHECK: store <16 x i32>
// CHECK: load <16 x i32>
kernel many() {
    in f32 x[320];
    out f32 y[320];
    for p in 320
        y[p] = silu(x[p]);
}
schedule many for cpu {
    vectorize p by 16;
    unroll p;
}

// What follows is a loop, which may not run.
// CHECK-LABEL: @before
// CHECK: load <16 x i32>
// CHECK-NOT: br
// CHECK-COUNT-4: store <16 x i32>
kernel before(N) {
    in f32 x[64], z[N];
    out f32 y[64], u[N];
    for p in 64
        y[p] = silu(x[p]);
    for q in N
        u[q] = z[q];
}

// An element is written twice: the second stays.
kernel twice() {
    in f32 x[64];
    inout f32 y[64];
    for p in 64 {
        y[p] = tanh(x[p]);
        y[p] = x[p];
    }
}
