// Guards: gradients with a free order of sums: a block for each channel, whose
// threads share out all rows, and do the other gradient from the same rows.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 --fp=reassoc %s | FileCheck %s

// CHECK-LABEL: schedule of gradients for sm_90
// CHECK-NEXT:  threads of a block 256
// CHECK-NEXT:  loop c block
// CHECK:       loop thread thread  S0: 0  S1: 0
// CHECK:       loop n  S2: n
// CHECK:       loop l thread  S2: {{.*}}floor((l)/8)
// CHECK:       loop p thread  S5: {{.*}}floor((p)/8)
kernel gradients(N = 8, C = 4096, L = 2048) {
    in bf16 x[N][C][L], dy[N][C][L];
    in f32 w[C][4];
    out bf16 dx[N][C][L];
    out f32 dw[C][4], db[C];
    for c in C {
        db[c] = 0;
        for k in 4 dw[c][k] = 0;
    }
    for n in N, c in C {
        for l in L
            dx[n][c][l] = sum(k in 4) w[c][k] * (dy[n][c][l - k + 3] else 0);
        for p in L {
            for k in 4 dw[c][k] += dy[n][c][p] * (x[n][c][p + k - 3] else 0);
            db[c] += f32(dy[n][c][p]);
        }
    }
}

// What lies side by side in memory is independent: threads run that.
// CHECK-LABEL: schedule of convolution for sm_90
// CHECK:       loop p thread
// CHECK:       loop i  S1
kernel convolution(N, I, O, L) {
    in f32 x[N][I][L], w[O][I];
    out f32 y[N][O][L];
    for n in N, o in O, p in L
        y[n][o][p] = sum(i in I) w[o][i] * x[n][i][p];
}
