// Guards: lanes over several rows of tensors whose layout is another than the
// order of their dimensions: accesses are contiguous there too, no gathers.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s

// CHECK: view f32 {{x.*}}[136] of x
// CHECK-NOT: floor((lane
// CHECK: y.{{[0-9]+}}[16*{{.*}} + lane] =
kernel few(C = 4, L = 34) {
    in f32 x[C][L], w[C][3];
    out f32 y[C][L];
    for c in C, l in L
        y[c][l] = sum(k in 3) w[c][k] * (x[c][l + k - 1] else 0);
}
schedule few for cpu {
    layout x as [L][C];
    layout w as [#1][#0];
    layout y as [L][C];
}
