// Guards: where all that is touched of a row is less than a vector, it is
// loaded once, masked, and rotated for every tap; only where a shift across
// whole vectors is an instruction.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc compile -S --no-verify --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o - | FileCheck %s --check-prefix=ASM
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// CHECK: [[B:b\.[0-9]+]] = b[{{.*}}lane] if -lane + 6 >= 0 //
// CHECK-NEXT: fma(a[{{.*}}, 0], [[B]], {{.*}} if -lane + 6 >= 0 //
// CHECK-NEXT: fma(a[{{.*}}, 1], shift<15>([[B]], [[B]]), {{.*}} if -lane + 7 >= 0 && lane - 1 >= 0 //
// NONE-NOT: shift<

// A load of the first half of the lanes is half as wide.
// ASM: vmovdqu32 {{.*}}, %ymm{{[0-9]+}} {%k{{[1-7]}}} {z}
// ASM: valignd
kernel pairs(R, A = 3, B = 7)
{
    size P = A + B - 1;
    in f32 a[R][A], b[R][B];
    out f32 y[R][P];
    for r in R, o in P
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}
schedule pairs for cpu {
    vectorize o;
    unroll k;
}
