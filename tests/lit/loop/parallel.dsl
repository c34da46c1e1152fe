// Guards: parallel loops directly inside each other with bounds of their own
// are one region; what stands between them ends it.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: program region for x86-64-v3
// CHECK: {{^}}for n = 0 .. N parallel {
// CHECK-NEXT: {{^}}  for c = 0 .. C parallel {
// CHECK-NEXT: {{^}}    for p = 0 .. P - 7 step 8 {
// CHECK-NEXT: {{^}}      y[n, c, p + lane] = add(x[n, c, p + lane], 1.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    if P - 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) - 1 >= 0 && P - 8 >= 0 {
// CHECK-NEXT: {{^}}      y[n, c, P + lane - 8] = add(x[n, c, P + lane - 8], 1.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    if -P + 7 >= 0 {
// CHECK-NEXT: {{^}}      for p = 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) .. P step 8 {
// CHECK-NEXT: {{^}}        y[n, c, p + lane] = add(x[n, c, p + lane], 1.0) if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel region(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule region for cpu { parallel n, c; vectorize p; }

// CHECK-LABEL: program tiles for x86-64-v3
// A parallel loop is not cut: a condition inside chooses between whole tiles,
// without guards, and the last one.
// CHECK: {{^}}for n = 0 .. N parallel {
// CHECK-NEXT: {{^}}  for p_tile = 0 .. floor((P + 255)/256) parallel {
// CHECK-NEXT: {{^}}    if {{.*}} >= 0 {
// CHECK-NEXT: {{^}}      for p = 256*p_tile .. 256*p_tile + 256 step 8 {
// CHECK-NEXT: {{^}}        y[n, p + lane] = add(x[n, p + lane], 1.0)  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    if {{.*}} >= 0 {
// CHECK: y[n, p + lane] = add(x[n, p + lane], 1.0) if
kernel tiles(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule tiles for cpu { tile p by 256; parallel n, p_tile; vectorize p; }

// CHECK-LABEL: program fused for x86-64-v3
// CHECK: {{^}}for nc = 0 .. 5*N parallel {
// CHECK-NEXT: {{^}}  for p = 0 .. P {
// CHECK-NEXT: {{^}}    y[floor((nc)/5), nc - 5*floor((nc)/5), p] = add(x[floor((nc)/5), nc - 5*floor((nc)/5), p], 1.0)
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel fused(N, C = 5, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule fused for cpu { fuse n, c as nc; parallel nc; }

// CHECK-LABEL: program steps for x86-64-v3
// CHECK: {{^}}for t = 0 .. T {
// CHECK-NEXT: {{^}}  for p = 0 .. P parallel {
// CHECK-NEXT: {{^}}    if p - 1 >= 0 && P - p - 2 >= 0 {
// CHECK-NEXT: {{^}}      a[t + 1, p] = add(a[t, p - 1], a[t, p + 1])
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    if -p >= 0 || -P + p + 1 >= 0 {
// CHECK-NEXT: {{^}}      a[t + 1, p] = add(a[t, clamp(p - 1, P)], a[t, clamp(p + 1, P)])
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel steps(T, P) require T >= 0 {
    inout f32 a[T + 1][P];
    for t in T, p in P a[t + 1][p] = a[t][clamp(p - 1)] + a[t][clamp(p + 1)];
}
schedule steps for cpu { parallel p; }
