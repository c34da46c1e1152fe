// Guards: rows far apart under a window. What stays in the second-level cache
// is cut into strips under which everything stays in the first, a few rows at a
// time; what does not is walked by whole rows, more of them at a time, unless
// they share nothing. Rows that are near anyway are left alone. Vectors that are
// no lines are done next to each other.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=2048 -D L=21 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=512 -D L=256 -D K=9 %s | FileCheck %s --check-prefix=TAPS
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=4096 -D L=512 %s | FileCheck %s --check-prefix=FAR
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=1024 -D L=4096 -D d=16 %s | FileCheck %s --check-prefix=APART
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=512 %s | FileCheck %s --check-prefix=ANY
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=64 -D L=64 %s | FileCheck %s --check-prefix=NEAR
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=1000 -D L=50 %s | FileCheck %s --check-prefix=RAGGED
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=40 -D L=1000 -D K=5 %s | FileCheck %s --check-prefix=MORE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=haswell -D C=512 -D L=50 %s | FileCheck %s --check-prefix=PARTS
// RUN: %tapc compile -D C=2053 -D L=21 %s -o %t.o
// RUN: %tapc compile -D C=1000 -D L=15 %s -o %t.o

// CHECK: loop c_tile parallel {{.*}}floor((c)/688)
// CHECK-NEXT: loop p unroll by 3
// CHECK-NEXT: loop c vectorize by 16
// TAPS: floor((c)/256)
// TAPS-NEXT: loop p unroll by 4
// FAR: schedule of strips
// FAR-NEXT: loop p unroll by 6
// FAR-NEXT: loop c vectorize by 16
// ANY-NOT: c_tile
// ANY: loop p unroll by 3
// APART: schedule of strips
// APART-NEXT: loop p unroll by 3
// NEAR-NOT: c_tile
// NEAR: loop p unroll by 8
// RAGGED: loop p unroll by 2
// RAGGED-NEXT: loop c vectorize by 16 unroll by 4
// MORE: loop p unroll by 4
// MORE-NEXT: loop c vectorize by 16 unroll by 4
// PARTS: loop p unroll by 4
// PARTS-NEXT: loop c vectorize by 8 unroll by 2
kernel strips(C, L, K = 3, d = 1)
{
    in  f32 x[L + (K - 1)*d][C], w[K][C];
    out f32 y[L][C];
    for p in L, c in C
        y[p][c] = sum(k in K) w[k][c] * x[p + k*d][c];
}
