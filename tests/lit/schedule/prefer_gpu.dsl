// Guards: 'prefer' on a GPU says how many steps of a window a thread has, how
// many bytes at a time, and how many threads a block has.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 --ptxas=none %s | FileCheck %s
// RUN: %tapc check --gpu-arch=sm_90 --ptxas=none %s

// CHECK-LABEL: schedule of window
// CHECK: threads of a block 64
// CHECK: loop n thread
// CHECK: loop p thread {{.*}}floor((p)/2)
// CHECK: loop {{.*}}unroll
kernel window(N = 64, P = 65536) {
    in f32 x[N + 2][P], w[3];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in 3) w[k] * x[n + k][p];
}
schedule window for gpu { prefer rules jam 2 vector_bytes 8 threads 64; }

// A block for each sum.
// CHECK-LABEL: schedule of sums
// CHECK: threads of a block 96
kernel sums(N = 64, K = 65536) {
    in i32 x[N][K];
    out i32 y[N];
    for n in N y[n] = sum(k in K) x[n][k];
}
schedule sums for gpu { prefer rules threads 96; }
