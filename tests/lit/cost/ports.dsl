// Guards: what a loop needs of each port for 16 outputs: a multiply-add a tap,
// what does not change in the loop loaded before it, a load that crosses a
// line in two slots of its port, a broadcast in none but the load's, a gather
// in one a lane; and the
// same loop without multiply-adds or masks where the machine has none.
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids | FileCheck %s
// RUN: %tapc explain %s --emit=roof --isa=x86-64-v3 --target=x86_64-linux-gnu | FileCheck --check-prefix=MASK %s
// RUN: %tapc explain %s --emit=roof --isa=x86-64 --target=x86_64-linux-gnu | FileCheck --check-prefix=SSE %s

// Aligned vectors: a load, a multiply-add, a store; the store port is the
// fullest.
// CHECK-LABEL: roof: aligned
// CHECK: needs      for 16 outputs: 1.00 multiply-adds, 0.00 sums, 0.00 selections,
// CHECK-NEXT: 0.00 shuffles, 1.00 loads, 1.00 stores
// CHECK: bound      the store port 1.00,
// SSE-LABEL: roof: aligned
// SSE: needs      for 16 outputs: 4.00 multiply-adds, 4.00 sums
kernel aligned(P = 4096) {
    in f32 x[P], w[1];
    out f32 y[P];
    for p in P y[p] = 1.0 + w[0] * x[p];
}
schedule aligned for cpu { vectorize p by 16; }

// One element further on: every load lies in two lines.
// CHECK-LABEL: roof: crossing
// CHECK: 0.00 shuffles, 2.00 loads, 1.00 stores
kernel crossing(P = 4096) {
    in f32 x[P + 1], w[1];
    out f32 y[P];
    for p in P y[p] = 1.0 + w[0] * x[p + 1];
}
schedule crossing for cpu { vectorize p by 16; }

// Rows of 28: a quarter of the vectors of 8, which start at any multiple of 4,
// lies in two lines; the fourth of a row overlaps the third.
// CHECK-LABEL: roof: rows
// CHECK: shuffles, 2.86 loads, 3.43 stores
kernel rows(C = 512, P = 28) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = 2.0 * x[c][p];
}
schedule rows for cpu { vectorize p by 8; }

// A division a vector: the divider.
// CHECK-LABEL: roof: division
// CHECK: bound      the divider 10.00
// CHECK: lift       Fewer divisions or roots.
kernel division(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 1.0 / x[p];
}
schedule division for cpu { vectorize p by 16; }

// What is updated counts among the outputs; the end of a loop that runs often is
// not foreseen.
// CHECK-LABEL: roof: updated
// CHECK: for 16 outputs: 1.00 multiply-adds
// CHECK: cycles     1.08 for 16 outputs, 276 in all
kernel updated(P = 4096) {
    inout f32 y[P];
    for p in P y[p] = 2.0 * y[p];
}
schedule updated for cpu { vectorize p by 16; }

// Lanes in eight places: a gather, 0.45 cycles a lane on two ports.
// CHECK-LABEL: roof: places
// CHECK: shuffles, 14.40 loads, 1.00 stores
kernel places(C = 1024) {
    in f32 x[C][11];
    out f32 y[C][2];
    for c in C, p in 2 y[c][p] = 2.0 * x[c][p];
}
schedule places for cpu { tile c by 8; fuse c, p as cp; vectorize cp by 16; }

// One element for all lanes: with SSE a load and a shuffle.
// SSE-LABEL: roof: each
// SSE: 1.00 shuffles, 1.00 loads, 4.00 stores
kernel each(P = 4096) {
    in f32 x[P];
    out f32 y[P][16];
    for p in P, q in 16 y[p][q] = x[p];
}
schedule each for cpu { vectorize q by 16; }

// Narrower stores, of which two fit a cycle: an iteration takes one all the
// same.
// CHECK-LABEL: roof: zero
// CHECK: cycles     2.08 for 16 outputs, 532 in all
kernel zero(P = 4096) {
    out f32 y[P];
    for p in P y[p] = 0.0;
}
schedule zero for cpu { vectorize p by 8; }

// Two rows of eight by masked vectors: a masked load half a slot more, each of
// the four stores one more; one of these lies in two lines.
// MASK-LABEL: roof: part
// MASK: shuffles, 3.00 loads, 9.00 stores
kernel part(C = 4096) {
    in f32 x[C][8];
    out f32 y[C][8];
    for c in C, p in 5 y[c][p] = x[c][p] * 2.0;
    for c in C, p in 3 y[c][p + 5] = 0.0;
}
schedule part for cpu { vectorize p by 8; }
