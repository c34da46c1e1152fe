// Guards: layout orders the axes of an argument or local in memory, by extent
// or by position; blocks; dimensions of one extent; and the loops are those
// of the source.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck --check-prefix=LOOP %s

// LOOP: program swapped
// LOOP: in f32 x{{.*}} as [N][P][C]
// CHECK-LABEL: schedule of swapped for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop p  S0: p
// CHECK-NEXT: {{^}}      loop c  S0: c
// CHECK-NEXT: {{^}}        S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel swapped(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule swapped for cpu { layout x as [N][P][C]; order n, p, c; }

// LOOP: program positions
// LOOP: in f32 x[N][N] as [N][N]
// CHECK-LABEL: schedule of positions for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop p unroll by 2  S0: p
// CHECK-NEXT: {{^}}      S0: y[n][p] = add(x[n, p], 1.0)
kernel positions(N) {
    in f32 x[N][N];
    out f32 y[N][N];
    for n in N, p in N y[n][p] = x[n][p] + 1.0;
}
schedule positions for cpu { layout x as [#1][#0]; unroll p by 2; }

// LOOP: program blocks
// LOOP: in f32 x{{.*}} as [N][C/8][P][C%8]
// CHECK-LABEL: schedule of blocks for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop c_tile  S0: floor((c)/8)
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        loop c vectorize by 8  S0: c
// CHECK-NEXT: {{^}}          S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel blocks(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule blocks for cpu { layout x as [N][C/8][P][C%8]; layout y as [N][C/8][P][C%8]; tile c by 8; order n, c_tile, p, c; vectorize c by 8; }

// LOOP: program local_layout
// LOOP: local f32 t[N][P] as [P][N]
// CHECK-LABEL: schedule of local_layout for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop n parallel  S0: n
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: t[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}    loop n parallel  S1: n
// CHECK-NEXT: {{^}}      loop p  S1: p
// CHECK-NEXT: {{^}}        S1: y[n][p] = mul(t[n, p], 2.0)
kernel local_layout(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    local f32 t[N][P];
    for n in N, p in P t[n][p] = x[n][p] + 1.0;
    for n in N, p in P y[n][p] = t[n][p] * 2.0;
}
schedule local_layout for cpu { layout t as [P][N]; parallel n; }

// After a directive that changed the model.
// LOOP: program after_stage
// LOOP: in f32 x[N][P] as [P][N]
// CHECK-LABEL: schedule of after_stage for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n
// CHECK-NEXT: {{^}}    loop p  S0: p  S1: p
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop x_0  S1: x_0
// CHECK-NEXT: {{^}}          loop x_1  S1: x_1
// CHECK-NEXT: {{^}}            S1: x_staged[x_0][x_1] = x[x_0, x_1]
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x_staged[n, p], 1.0)
kernel after_stage(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule after_stage for cpu { stage x in stack at p; layout x as [P][N]; }
