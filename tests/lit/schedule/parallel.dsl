// Guards: parallel marks loops; all of one name; a loop inside a sequential
// one.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of two for x86-64-v3
// CHECK-NEXT: {{^}}  loop n parallel  S0: n
// CHECK-NEXT: {{^}}    loop c parallel  S0: c
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel two(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule two for cpu { parallel n, c; }

// CHECK-LABEL: schedule of same for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop n parallel  S0: n
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}    loop n parallel  S1: n
// CHECK-NEXT: {{^}}      loop p  S1: p
// CHECK-NEXT: {{^}}        S1: z[n][p] = add(x[n, p], 2.0)
kernel same(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for n in N, p in P z[n][p] = x[n][p] + 2.0;
}
schedule same for cpu { parallel n; }

// CHECK-LABEL: schedule of inner for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop p parallel  S0: p
// CHECK-NEXT: {{^}}      S0: a[0][p] = x[p]
// CHECK-NEXT: {{^}}    loop t  S1: t
// CHECK-NEXT: {{^}}      loop p parallel  S1: p
// CHECK-NEXT: {{^}}        S1: a[t + 1][p] = add(a[t, clamp(p - 1, P)], a[t, clamp(p + 1, P)])
// CHECK-NEXT: {{^}}    loop p parallel  S2: p
// CHECK-NEXT: {{^}}      S2: y[p] = a[T, p]
kernel inner(T, P)
    require T >= 0
{
    in f32 x[P];
    out f32 y[P];
    local f32 a[T + 1][P];
    for p in P a[0][p] = x[p];
    for t in T, p in P a[t + 1][p] = a[t][clamp(p - 1)] + a[t][clamp(p + 1)];
    for p in P y[p] = a[T][p];
}
schedule inner for cpu { parallel p; }
