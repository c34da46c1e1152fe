// Guards: 'pipeline' on a GPU of a loop at which nothing is staged in shared
// memory, by more buffers than there may be, or than fit.
// RUN: %exit 5 %tapc check --gpu-arch=sm_90 %s 2>&1 | FileCheck %s

kernel many(N) {
    in f32 x[N][64];
    out f32 y[N][64];
    for n in N, p in 64 y[n][p] = x[n][p] + 1.0;
}
schedule many for gpu {
    block n;
    stage x in shared at n;
    // CHECK: :[[#@LINE+1]]:19: error: expected a number from 1 to 8 after 'by' [E0403]
    pipeline n by 9;
}

// CHECK: error: the threads of a block share 65536 bytes, 65536 of them for x_staged.0; the limit of sm_90 is 49152 [E0503]
kernel large(N) {
    in f32 x[N][4096];
    out f32 y[N][4096];
    for n in N, p in 4096 y[n][p] = x[n][p] + 1.0;
}
schedule large for gpu {
    tile p by 2048; block n; thread p;
    stage x in shared at p_tile;
    pipeline p_tile by 8;
}

kernel own(N) {
    in f32 x[N][64];
    out f32 y[N][64];
    for n in N, p in 64 y[n][p] = x[n][p] + 1.0;
}
schedule own for gpu {
    thread n;
    stage x in stack at p;
    // CHECK: :[[#@LINE+2]]:5: error: loop 'p' cannot be pipelined: its iterations do not begin with copies to shared memory by the threads of a block [E0413]
    // CHECK: hint: Put 'stage ... in shared at p' first.
    pipeline p by 2;
}
