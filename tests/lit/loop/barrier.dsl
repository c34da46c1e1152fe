// Guards: barriers where the threads of a block need what others did, also in
// the next iteration of a serial loop, and nowhere else.
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 %s | FileCheck %s

// CHECK-LABEL: program steps for sm_90
// CHECK:       for t = 0 .. T {
// CHECK-NEXT:    barrier
// CHECK-NEXT:    for i = 1 .. N - 1 thread {
// CHECK:         }
// CHECK-NEXT:    barrier
// CHECK-NEXT:    for i = 1 .. N - 1 thread {
kernel steps(T, N) {
    inout f32 a[N], b[N];
    for t in T {
        for i in 1..N - 1 b[i] = a[i - 1] + a[i + 1];
        for i in 1..N - 1 a[i] = b[i - 1] + b[i + 1];
    }
}
schedule steps for gpu { thread i; }

// CHECK-LABEL: program staged for sm_90
// CHECK:       shared f32 x_staged.{{[0-9]+}}[66]
// CHECK:       for n_tile = {{.*}} block {
// CHECK-NEXT:    for x_0 = {{.*}} thread {
// CHECK:         barrier
// CHECK-NEXT:    for n = {{.*}} thread {
// CHECK-NOT:     barrier
kernel staged(N) {
    in f32 x[N + 2];
    out f32 y[N];
    for n in N y[n] = x[n] + x[n + 1] + x[n + 2];
}
schedule staged for gpu {
    tile n by 64; block n_tile; thread n;
    stage x in shared at n_tile;
}

// CHECK-LABEL: program apart for sm_90
// CHECK-NOT:   barrier
kernel apart(N) {
    in f32 x[N][64];
    out f32 y[N][64], z[N][64];
    for n in N {
        for i in 64 y[n][i] = x[n][i];
        for i in 64 z[n][i] = x[n][63 - i];
    }
}
schedule apart for gpu { block n; thread i; }

// A loop that may run not once leaves what was done before it.
// CHECK-LABEL: program maybe for sm_90
// CHECK:       for t = 0 .. T {
// CHECK:         barrier
// CHECK:         barrier
// CHECK:         c[i] =
// CHECK:       barrier
// CHECK:         d[i] =
kernel maybe(O, T, N) {
    inout f32 a[N], b[N], c[N], d[N];
    for o in O {
        for i in N a[i] = 2*a[i];
        for t in T {
            for i in N b[i] = b[i] + 1;
            for i in N if i > 0 c[i] = b[i - 1];
        }
        for i in N if i > 0 d[i] = a[i - 1];
    }
}
schedule maybe for gpu { thread i; }

// Reads wait for nobody.
// CHECK-LABEL: program reads for sm_90
// CHECK:       b[i] =
// CHECK-NOT:   barrier
// CHECK:       c[i] =
kernel reads(N) {
    inout f32 a[N];
    out f32 b[N], c[N];
    for o in 1 {
        for i in N b[i] = a[i];
        for i in N c[i] = a[N - 1 - i];
    }
}
schedule reads for gpu { block o; thread i; }
