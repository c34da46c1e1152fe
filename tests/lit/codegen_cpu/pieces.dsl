// Guards: lanes of SVE's masks that are known to be off: registers of which all
// are off are not accessed, the last row ends where memory does.
// REQUIRES: aarch64
// RUN: %tapc explain --emit=llvm --no-verify --target=aarch64-linux-gnu --isa=sve256 %s | FileCheck %s
// RUN: %tapc compile --no-verify --target=aarch64-linux-gnu --isa=neon,sve256 %s -o %t.o -H %t.h
// RUN: %aarch64_cc -static -include %t.h %S/Inputs/call_pieces.c %t.o -o %t
// RUN: %qemu -cpu cortex-a57 %t
// RUN: %qemu -cpu max,sve-default-vector-length=32 %t
// CHECK-NOT:     masked.{{load|store}}.v16i32
// CHECK-COUNT-2: call <8 x i32> @llvm.masked.load.v8i32
// CHECK:         call void @llvm.masked.store.v8i32
// CHECK-NOT:     call {{.*}}masked
kernel pieces()
{
    inout f32 a[23][5];
    in f32 x[23][5];
    for i in 1..23, c in 5
        a[i][c] = max(a[i - 1][c], x[i][c]);
}
schedule pieces for cpu {
    tile c by 3 as co, ci;
    order ci, i, co;
    vectorize ci by 16;
}
