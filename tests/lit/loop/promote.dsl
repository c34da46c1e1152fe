// Guards: partial results that a tile of taps leaves on the stack, contiguous
// by lanes, are in registers while the taps of the tile run.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D L=4100 %s | FileCheck %s
// RUN: %tapc check %s -D L=1300
// RUN: %tapc check %s -D L=1024

// CHECK: {{^}}stack f32 r0.0[{{[0-9]+}}][16]
// CHECK: r0.[[#R:]] = r0.0[{{.*}}, lane]  // lanes 16
// CHECK: for k = {{.*}} step 3 {
// CHECK-NEXT: r0.[[#R]] = fma(w_staged.{{.*}}, x_staged.{{.*}}, r0.[[#R]])
// CHECK: r0.0[{{.*}}, lane] = r0.[[#R]]  // lanes 16
kernel long_filter(L) {
    size P = L - 1023;
    in  f32 x[16][L], w[16][1024];
    out f32 y[16][P];

    for c in 16, p in P
        y[c][p] = sum(k in 1024) w[c][k] * x[c][p + k];
}
