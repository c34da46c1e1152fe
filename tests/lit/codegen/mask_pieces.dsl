// Guards: vectors longer than a register under a mask of which some registers
// are off whatever the loops are at: those are not loaded, nor stored. LLVM
// forgot the mask of the second load there.
// RUN: %tapc explain --emit=llvm --no-verify --isa=x86-64-v3 %s | FileCheck %s
// RUN: %tapc explain --emit=asm --no-verify --isa=x86-64-v3 %s | FileCheck --check-prefix=ASM %s
// RUN: %tapc compile --isa=x86-64-v3 %s -o %t.o

kernel pieces()
{
    inout f32 a[23][5];
    in f32 x[23][5], z[23][9];
    out f32 y[23][4];

    // CHECK-LABEL: define internal i32 @pieces.x86-64-v3
    // CHECK-NOT: masked.{{load|store}}.v16i32
    // CHECK-COUNT-2: call <8 x i32> @llvm.masked.load.v8i32
    // CHECK: call void @llvm.masked.store.v8i32
    // ASM-NOT: vmovups {{[0-9]*}}(%r{{[a-z0-9]*}}), %ymm
    for i in 1..23, c in 5
        a[i][c] = max(a[i - 1][c], x[i][c]);

    for i in 23, d in 4
        y[i][d] = z[i][2 * d] + z[i][2 * d + 1];
}

schedule pieces for x86 {
    tile c by 3 as co, ci;
    order ci, i, co;
    vectorize ci by 16;
    tile d by 3 as do, di;
    order di, i, do;
    vectorize di by 8;
}
