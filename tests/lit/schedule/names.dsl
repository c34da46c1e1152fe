// Guards: t.l is the loop l around the statements that write t; l alone is
// every loop of that name; a hole is its first choice; of several schedules
// the most specific one is taken.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of dotted for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop n unroll by 2  S0: n
// CHECK-NEXT: {{^}}      loop p vectorize by 4  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}    loop p parallel  S1: p
// CHECK-NEXT: {{^}}      loop n unroll by 2  S1: n
// CHECK-NEXT: {{^}}        S1: z[n][p] = add(x[n, p], 2.0)
kernel dotted(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for n in N, p in P z[n][p] = x[n][p] + 2.0;
}
schedule dotted for cpu { order z.p, z.n; vectorize y.p by 4; parallel z.p; unroll n by 2; }

// CHECK-LABEL: schedule of holes for x86-64-v3
// CHECK-NEXT: {{^}}  loop p_tile  S0: floor((p)/24)
// CHECK-NEXT: {{^}}    loop n  S0: n
// CHECK-NEXT: {{^}}      loop p unroll by 2  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
kernel holes(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule holes for cpu { tile ?{p, n} by ?{24, 32}; order ?{p_tile, n}, ?{n, p}; unroll p by ?{2, 4}; }

// CHECK-LABEL: schedule of specific for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 2  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel specific(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule specific for x86-64-v3 { vectorize p by 2; }
schedule specific for cpu { vectorize p by 4; }
schedule specific for x86 { vectorize p by 8; }
schedule specific for x86-64-v4 { vectorize p by 16; }
schedule specific for arm { vectorize p by 32; }

// CHECK-LABEL: schedule of family for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel family(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule family for cpu { vectorize p by 4; }
schedule family for x86 { vectorize p by 8; }
