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

// A long loop is never unrolled in a thread; threads come by warps, rows of 100
// four elements at a time; strided ones one by one.
// CHECK-LABEL: schedule of longest for sm_90
// CHECK-NEXT:  threads of a block 32
// CHECK:       loop p  S0: p
// CHECK:       loop j thread  S0: {{.*}}floor((j)/4)
kernel longest(C) {
    in f32 x[C][100], w[100];
    inout f32 d[C][2];
    for c in C, p in 100, j in 100 d[c][0] += x[c][p] * w[j];
}

// CHECK-LABEL: schedule of wide for sm_90
// CHECK:       loop p thread  S0: p - 128*floor((p)/128)
kernel wide(C) {
    in f32 x[C][128] strided;
    inout f32 d[C][2];
    for c in C, p in 128 d[c][0] += x[c][p];
}

// Rows of 102: two elements at a time.
// CHECK-LABEL: schedule of even for sm_90
// CHECK-NEXT:  threads of a block 64
// CHECK:       loop p jam  S0: p - 2*floor((p)/2)
kernel even(C) {
    in f32 x[C][102];
    inout f32 d[C][2];
    for c in C, p in 102 d[c][0] += x[c][p];
}
