// Guards: fuse collapses loops into one; iterators are recovered by floor and
// modulo of the inner extent; a chain of three; a triangle takes its hull.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of two for x86-64-v3
// CHECK-NEXT: {{^}}  loop nc parallel  S0: 5*n + c
// CHECK-NEXT: {{^}}    loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}      S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel two(N, C = 5, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule two for cpu { fuse n, c as nc; parallel nc; vectorize p; }

// CHECK-LABEL: schedule of three for x86-64-v3
// CHECK-NEXT: {{^}}  loop ncp vectorize by 8  S0: 15*n + 3*c + p
// CHECK-NEXT: {{^}}    S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel three(N, C = 5, P = 3) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule three for cpu { fuse n, c, p as ncp; vectorize ncp; }

// CHECK-LABEL: schedule of triangle for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop cp_tile  S0: 2*c + floor((p)/4)
// CHECK-NEXT: {{^}}      loop cp  S0: 8*c + p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
kernel triangle(N) {
    in f32 x[N][8];
    out f32 y[N][8];
    for n in N, c in 8, p in c..c + 1 y[n][p] = x[n][p] + 1.0;
}
schedule triangle for cpu { fuse c, p as cp; tile cp by 4; }

// An inner loop that does not start at 0.
// CHECK-LABEL: schedule of shifted for x86-64-v3
// CHECK-NEXT: {{^}}  loop n unroll by 3  S0: 4*n + c - 2
// CHECK-NEXT: {{^}}    S0: y[n][c - 2] = add(x[n, c - 2], 1.0)
kernel shifted(N) {
    in f32 x[N][4];
    out f32 y[N][4];
    for n in N, c in 2..6 y[n][c - 2] = x[n][c - 2] + 1.0;
}
schedule shifted for cpu { fuse y.n, y.c as n; unroll n by 3; }
