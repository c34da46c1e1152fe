// Guards: copies to shared memory some iterations ahead: buffers, groups, one
// barrier for each iteration; as wide as they can be, plain ones where a GPU
// has no others.
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --gpu-arch=sm_75 %s | FileCheck --check-prefix=OLD %s
// RUN: %tapc compile --emit=ptx --gpu-arch=sm_90 %s -o - | FileCheck --check-prefix=PTX %s
// RUN: %tapc compile --emit=ptx --gpu-arch=sm_75 %s -o /dev/null

// CHECK-LABEL: program rows for sm_90
// CHECK:       shared f32 [[S:x_staged.0]][3][132]
// CHECK:       for n = 0 .. N block {
// CHECK-NEXT:    for x_0 = n .. n + 1 thread {
// CHECK-NEXT:      for x_1 = 0 .. 33 thread {
// CHECK-NEXT:        [[S]][0, 4*x_1 + lane] = x[x_0, 4*x_1 + lane]  // lanes 4, ahead
// CHECK:         commit
// CHECK:         commit
// CHECK-NEXT:    for p_tile = 0 .. 16 {
// CHECK-NEXT:      wait 1
// CHECK-NEXT:      barrier
// CHECK-NEXT:      if -p_tile + 13 >= 0 {
// CHECK:               [[S]][p_tile - 3*floor((p_tile + 2)/3) + 2, {{.*}}] = {{.*}}  // lanes 4, ahead
// CHECK:           commit
// CHECK-NEXT:      for p = 0 .. 128 thread {
// CHECK:             = [[S]][p_tile - 3*floor((p_tile)/3), p]
// CHECK-NOT:     barrier
// OLD-LABEL:   program rows for sm_75
// OLD-NOT:     commit
// OLD:         for p_tile
// OLD-NEXT:      barrier
// OLD-NOT:     ahead
// PTX-LABEL:   .entry rows(
// PTX-NOT:     bar.sync
// PTX:         cp.async.cg.shared.global [{{.*}}], [{{.*}}], 16;
// PTX:         cp.async.commit_group;
// PTX:         cp.async.wait_group 1;
// PTX-NEXT:    bar.sync
kernel rows(N) {
    in f32 x[N][2052];
    out f32 y[N][2048];
    for n in N, p in 2048 y[n][p] = x[n][p] + x[n][p + 4];
}
schedule rows for gpu {
    tile p by 128; block n; thread p;
    stage x in shared at p_tile;
    vectorize x_1 by 4;
    pipeline p_tile by 3;
}

// Several tensors; elements too small to be copied one by one; once more in the
// next step of a loop around, when all have read what was there.
// CHECK-LABEL: program steps for sm_90
// CHECK:       for t = 0 .. T {
// CHECK-NEXT:    barrier
// CHECK:           w_staged.{{[0-9]+}}[0, w_0] = w[w_0]  // ahead
// CHECK:             x_staged.{{[0-9]+}}[0, x_1] = x.{{[0-9]+}}  // line
// CHECK:         for j_tile = 0 .. 8 {
// CHECK-NEXT:      wait 0
// CHECK-NEXT:      barrier
kernel steps(N, T) {
    in f16 x[N][256];
    in f32 w[256];
    inout f32 y[N][256];
    for n in N, t in T, j in 256 y[n][j] = y[n][j] * w[j] + f32(x[n][j]);
}
schedule steps for gpu {
    tile j by 32; block n; thread j;
    stage x in shared at j_tile;
    stage w in shared at j_tile;
    pipeline j_tile by 2;
}
