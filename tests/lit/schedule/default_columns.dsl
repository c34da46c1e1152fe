// Guards: sums of columns where their order is free: a block for some columns,
// whose threads share out the rows; not where there are columns enough, or where
// the order counts.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 --fp=reassoc %s | FileCheck %s
// RUN: %tapc compile --emit=ptx --gpu-arch=sm_90 --fp=reassoc %s -o /dev/null
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 %s | FileCheck --check-prefix=ORDER %s

// CHECK-LABEL: schedule of gradients for sm_90
// CHECK-NEXT:  threads of a block 256
// CHECK:       loop c_tile block  S0: floor((c)/32)
// CHECK:       {{^ +}}loop c thread  S0: -8*floor((c)/32) + floor((c)/4)
// CHECK:       loop p thread  S2: -32*floor((p)/128) + floor((p)/4)
// CHECK-NEXT:  {{^ +}}loop c thread
// CHECK-NEXT:  {{^ +}}loop c jam
// CHECK-NEXT:  {{^ +}}loop p jam
// CHECK-NEXT:  {{^ +}}loop n  S2
// CHECK-NEXT:  {{^ +}}loop p_tile  S2
// ORDER-LABEL: schedule of gradients for sm_90
// ORDER-NOT:   block  S
// ORDER:       loop p  S2
kernel gradients(N = 4, C = 64, L = 3000) {
    in bf16 x[N][L][C], dy[N][L][C];
    out f32 dw[3][C], db[C];
    for c in C {
        db[c] = 0;
        for k in 3 dw[k][c] = 0;
    }
    for n in N, p in L, c in C {
        for k in 3 dw[k][c] += dy[n][p][c] * (x[n][p + k - 1][c] else 0);
        db[c] += f32(dy[n][p][c]);
    }
}

// CHECK-LABEL: schedule of enough for sm_90
// CHECK-NOT:   block  S
// CHECK:       loop c thread
kernel enough(L = 3000) {
    in f32 x[L][131072];
    inout f32 d[131072];
    for p in L, c in 131072 d[c] += x[p][c];
}

// CHECK-LABEL: schedule of few for sm_90
// CHECK-NOT:   block  S
// CHECK:       loop c thread
kernel few() {
    in f32 x[100][4096];
    inout f32 d[4096];
    for p in 100, c in 4096 d[c] += x[p][c];
}
