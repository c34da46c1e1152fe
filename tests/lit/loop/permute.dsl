// Guards: several rows in one vector: what all taps take of an array is loaded
// once, and every tap is a permutation of it; lanes that are off take nothing.
// At the end only what is inside is loaded.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck --check-prefix=EDGE %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=SCHEDULE
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// SCHEDULE: loop r_tile parallel S0: floor((r)/4)
// SCHEDULE: loop r_o vectorize by 16 S0: 4*r + o
// CHECK: for r_tile = 0
// CHECK: [[A:a\.[0-9]+]] = a.{{[0-9]+}}[12*r_tile + lane] if -lane + 11 >= 0 //
// CHECK-NEXT: [[B:b\.[0-9]+]] = b.{{[0-9]+}}[8*r_tile + lane] if -lane + 7 >= 0 //
// CHECK-NEXT: fma(permute<0, 0, *, *, 3, 3, *, *, 6, 6, *, *, 9, 9, *, *>([[A]], [[A]]), permute<0, 1, *, *, 2, 3, *, *, 4, 5, *, *, 6, 7, *, *>([[B]], [[B]]),
// CHECK-NEXT: fma(permute<*, 1, 1, *, *, 4, 4, *, *, 7, 7, *, *, 10, 10, *>([[A]], [[A]]), permute<*, 0, 1, *, *, 2, 3, *, *, 4, 5, *, *, 6, 7, *>([[B]], [[B]]),
// CHECK: if R - 4*r_tile - 1 >= 0 {
// CHECK: a.{{[0-9]+}}[12*r_tile + lane] if -lane + 11 >= 0 && 12*r_tile + lane >= 0 && 3*R - 12*r_tile - lane - 1 >= 0 //
kernel pairs(R, A = 3, B = 2)
{
    size P = A + B - 1;
    in f32 a[R][A], b[R][B];
    out f32 y[R][P];
    for r in R, o in P
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}

// Loads under a condition are of elements that may not be there: they are not
// part of what is loaded at once.
// EDGE-LABEL: program edge
// EDGE-NOT: permute
kernel edge(C) {
    in f32 x[C][4];
    out f32 y[C][3];
    for c in C, p in 3
        y[c][p] = x[c][p] * 2.0 + (x[c][p + 2] else 0);
}

schedule edge for cpu {
    tile c by 16 as tile, c;
    fuse c, p as q;
    vectorize q by 16;
    unroll q by 3;
}
