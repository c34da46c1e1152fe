// Guards: a sum of one chain waits for its own last step, four cycles each; two
// outputs at a time halve that; and a program in which registers do not
// suffice says so.
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids | FileCheck %s

// CHECK-LABEL: roof: one
// CHECK: bound      chains of dependent operations
// CHECK: lift       More independent sums at once
kernel one(K = 1000, C = 16) {
    in f32 x[K][C], w[K];
    out f32 y[C];
    for c in C y[c] = sum(k in K) w[k] * x[k][c];
}
schedule one for cpu { vectorize c by 16; }

// CHECK-LABEL: roof: many
// CHECK: needs
// CHECK: of them because registers are too few
kernel many(K = 1000, C = 640) {
    in f32 x[K][C], w[K];
    out f32 y[C];
    for c in C y[c] = sum(k in K) w[k] * x[k][c];
}
schedule many for cpu { vectorize c by 16; unroll c by 40; }
