// Guards: tile puts a loop of floor(p / n) outside; any factor, any extent;
// with "as" both loops have new names; a tile of a tile; a loop in the place
// of all loops of its name.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of plain for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop p_tile  S0: floor((p)/7)
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
kernel plain(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule plain for cpu { tile p by 7; }

// CHECK-LABEL: schedule of renamed for x86-64-v3
// CHECK-NEXT: {{^}}  loop po_tile  S0: floor((p)/128)
// CHECK-NEXT: {{^}}    loop po  S0: floor((p)/32)
// CHECK-NEXT: {{^}}      loop pi vectorize by 8  S0: p
// CHECK-NEXT: {{^}}        S0: y[p] = add(x[p], 1.0)
kernel renamed(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule renamed for cpu { tile p by 32 as po, pi; tile po by 4; vectorize pi; }

// Larger than the extent: one tile that is not full.
// CHECK-LABEL: schedule of larger for x86-64-v3
// CHECK-NEXT: {{^}}  loop p_tile  S0: floor((p)/1000000)
// CHECK-NEXT: {{^}}    loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}      S0: y[p] = add(x[p], 1.0)
kernel larger(P = 5) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule larger for cpu { tile p by 1000000; vectorize p; }

// Behind a lower bound that is not a multiple.
// CHECK-LABEL: schedule of behind for x86-64-v3
// CHECK-NEXT: {{^}}  loop p_tile  S0: floor((p)/4)
// CHECK-NEXT: {{^}}    loop p unroll by 4  S0: p
// CHECK-NEXT: {{^}}      S0: y[p - 3] = add(x[p], 1.0)
kernel behind(P) {
    in f32 x[P + 3];
    out f32 y[P];
    for p in 3..P + 3 y[p - 3] = x[p] + 1.0;
}
schedule behind for cpu { tile p by 4; unroll p; }

// CHECK-LABEL: schedule of both for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop p_tile  S0: floor((p)/16)
// CHECK-NEXT: {{^}}      loop n  S0: n
// CHECK-NEXT: {{^}}        loop p  S0: p
// CHECK-NEXT: {{^}}          S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}    loop p_tile  S1: floor((p)/16)
// CHECK-NEXT: {{^}}      loop p  S1: p
// CHECK-NEXT: {{^}}        S1: z[p] = 2.0
kernel both(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for p in P z[p] = 2.0;
}
schedule both for cpu { tile p by 16; order p_tile, n; }
