// Guards: a loop whose iterations are interleaved inside a vector loop is cut
// into border and interior where its conditions need it: no branches inside.
// RUN: %tapc explain --emit=loop --target=aarch64-linux-gnu --isa=neon %s -D C=1536 | FileCheck %s
// CHECK: for c = 0 .. 1533 step 4 {
// CHECK-NEXT: {{^}}  for p = 0 .. 3 {
// CHECK: {{^}}  for p = 3 .. 505 step 8 {
// CHECK-NOT: {{ if }}
// CHECK: {{^}}  }
kernel interior_jammed(C) {
    in  f32 x[512][C], w[4][C], b[C];
    out f32 y[512][C];

    for p in 512, c in C
        y[p][c] = b[c] + sum(k in 4) w[k][c] * (x[p + k - 3][c] else 0);
}
schedule interior_jammed for cpu {
    order c, p, k;
    vectorize c;
    unroll k;
    unroll p by 8;
}
