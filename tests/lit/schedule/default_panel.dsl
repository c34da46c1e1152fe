// Guards: a long window that slides along a row gets a tile of rows by taps
// inside the lanes, in a size that the registers hold and that leaves few rows
// over; short windows do not. Tiles go along all of the lanes before the next rows
// where what they read of all stays in the first-level cache, or in the second one
// where strips of lanes are too large to be copied.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 -D K=31 %s | FileCheck --check-prefix=SIXTEEN %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 -D K=31 -D L=150 %s | FileCheck --check-prefix=FUSED %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64 -D K=31 -D L=150 %s | FileCheck --check-prefix=PRODUCT %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D L=48 %s | FileCheck --check-prefix=KNOWN %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=3 %s | FileCheck --check-prefix=SHORT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=17 %s | FileCheck --check-prefix=LEAST %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=16 %s | FileCheck --check-prefix=SHORT %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=40 -D C=64 -D L=8192 %s | FileCheck --check-prefix=NEAR %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=40 -D C=128 -D L=8192 %s | FileCheck --check-prefix=FAR %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=64 -D L=62 %s | FileCheck --check-prefix=FAR %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=16 -D L=8192 %s | FileCheck --check-prefix=FAR %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=301 -D C=64 -D L=8300 %s | FileCheck --check-prefix=NEAR %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=301 -D C=64 -D L=1500 %s | FileCheck --check-prefix=FAR %s
// RUN: %tapc check -D K=31 %s

// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop p unroll by 12
// CHECK: loop k unroll by 3
// SIXTEEN: loop c vectorize by 8
// SIXTEEN-NEXT: loop p unroll by 8
// SIXTEEN: loop k unroll by 2
// FUSED: loop p unroll by 12
// FUSED: loop k unroll by 2
// PRODUCT: loop p unroll by 10
// PRODUCT: loop k unroll by 2
// KNOWN: loop p unroll by 10
// LEAST: loop p unroll by 12
// NEAR: loop p_tile parallel  S0: floor((p)/16)
// NEAR-NEXT: loop c vectorize by 16
// NEAR-NEXT: loop p unroll by 16
// FAR-NOT: floor((p)/1{{[0-9]\)}}
// FAR: loop k unroll by 3
// SHORT: loop p unroll by 8
// SHORT-NEXT: loop c vectorize by 16
kernel window(C, L, K) {
    size P = L - K + 1;
    in  f32 x[C][L], w[C][K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

schedule window for cpu {
    layout x as [L][C];
    layout w as [K][C];
    layout y as [P][C];
}
