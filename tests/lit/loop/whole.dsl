// Guards: threads whose groups are wholly inside of a row have no conditions
// and wide accesses; the others one iteration after the other.
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 %s | FileCheck %s
// RUN: %tapc compile --emit=ptx --gpu-arch=sm_90 %s -o - | FileCheck --check-prefix=PTX %s

// CHECK-LABEL: program odd for sm_90
// CHECK:       for p = 0 .. 257 thread {
// CHECK-NEXT:    if {{.*}} {
// CHECK-NOT:     if
// CHECK:         [[LOW:x.[0-9]+]][lane] = x.{{[0-9]+}}[{{.*}}8*p{{.*}} + lane - 4]  // lanes 4
// CHECK-NEXT:    [[X:x.[0-9]+]][lane] = x.{{[0-9]+}}[{{.*}}8*p{{.*}} + lane]  // lanes 8
// CHECK-NOT:     if
// CHECK:         y.{{[0-9]+}}[{{.*}}8*p{{.*}} + lane] = {{.*}}  // lanes 8
// CHECK-NEXT:    }
// CHECK-NEXT:    if {{.* \|\| .*}} {
// CHECK-NEXT:      for p = 0 .. 8 {
// CHECK:             y.{{[0-9]+}}[{{.*}}] = {{.*}} if
// CHECK-NOT:     lane
// PTX-LABEL:   .entry odd(
// PTX:         ld.global.nc.v4.u32
// PTX:         st.global.v4
// PTX-LABEL:   .entry inside
kernel odd(N = 3, C = 5) {
    in f16 x[N][C * 8][2047], w[C * 8][4];
    out f16 y[N][C * 8][2047];
    for n in N, c in C * 8, p in 2047
        y[n][c][p] = sum(k in 4) w[c][k] * (x[n][c][p + k - 3] else 0);
}
schedule odd for gpu { vectorize p by 8; unroll k; thread n, c, p; }

// Groups that are whole by themselves: conditions of taps alone are no reason.
// CHECK-LABEL: program inside for sm_90
// CHECK:       for p = 0 .. 256 thread {
// CHECK-NOT:   {{^ +}}if
kernel inside(N = 3) {
    in f16 x[N][2048], w[4];
    out f16 y[N][2048];
    for n in N, p in 2048
        y[n][p] = sum(k in 4) w[k] * (x[n][p + k - 3] else 0);
}
schedule inside for gpu { vectorize p by 8; unroll k; thread n, p; }

// Threads of a block; barriers stay outside of the conditions.
// CHECK-LABEL: program staged for sm_90
// CHECK:       for n_tile = {{.*}} block {
// CHECK:         barrier
// CHECK-NEXT:    for n = {{.*}} thread {
// CHECK-NEXT:      if
// CHECK-NOT:     barrier
kernel staged(N) {
    in f32 x[N + 2];
    out f32 y[N];
    for n in N y[n] = x[n] + x[n + 1] + x[n + 2];
}
schedule staged for gpu {
    tile n by 64; block n_tile; vectorize n by 4; thread n;
    stage x in shared at n_tile;
}
