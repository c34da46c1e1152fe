// Guards: merge joins neighbours of the same name, level by level, where no
// dependence is reversed.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of levels for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n
// CHECK-NEXT: {{^}}    loop p vectorize by 8  S0: p  S1: p
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}        S1: z[n][p] = add(x[n, p], 2.0)
kernel levels(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for n in N, p in P z[n][p] = x[n][p] + 2.0;
}
schedule levels for cpu { merge n, p; vectorize p; }

// CHECK-LABEL: schedule of outer for x86-64-v3
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}      loop p  S1: p
// CHECK-NEXT: {{^}}        S1: z[n][p] = add(x[n, p], 2.0)
kernel outer(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for n in N, p in P z[n][p] = x[n][p] + 2.0;
}
schedule outer for cpu { merge n; parallel n; }

// The second reads what the first wrote at the same place or before.
// CHECK-LABEL: schedule of flow for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p  S1: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      S0: t[p] = add(x[p], 1.0)
// CHECK-NEXT: {{^}}      S1: y[p] = add(t[p], select((p - 1 >= 0), t[p - 1], -0.0))
kernel flow(P) {
    in f32 x[P];
    local f32 t[P];
    out f32 y[P];
    for p in P t[p] = x[p] + 1.0;
    for p in P y[p] = t[p] + (t[p - 1] else 0);
}
schedule flow for cpu { merge p; }

// Bounds differ: the guards of each are its own.
// CHECK-LABEL: schedule of bounds for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      S0: y[p] = add(x[p], 1.0)
// CHECK-NEXT: {{^}}      S1: z[p] = add(x[p], 2.0)
// CHECK-NEXT: {{^}}      S2: z[p] = 0.0
kernel bounds(P) {
    in f32 x[P + 2];
    out f32 y[P], z[P + 2];
    for p in P y[p] = x[p] + 1.0;
    for p in P + 2 z[p] = x[p] + 2.0;
    for p in 1..1 z[p] = 0.0;
}
schedule bounds for cpu { merge p; vectorize p; }
