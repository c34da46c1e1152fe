// Guards: --emit=roof counts from the domains: taps outside are not work, each
// element is traffic once; with free sizes it gives the formula instead.
// RUN: %tapc explain %s --emit=roof -D N=10 -D C=2 | FileCheck %s
// RUN: %tapc explain %s --emit=roof | FileCheck --check-prefix=FREE %s
kernel k(N, C)
{
    in  f32 x[C][N], w[C][3];
    out f32 y[C][N];

    for c in C, n in N
        y[c][n] = sum(k in 3) w[c][k] * (x[c][n + k - 1] else 0);
}
// Of 3 * 10 taps a row has 28; each loads x and w.
// CHECK: // --- roof: k, x86-64-v4
// CHECK: fma        56
// CHECK: other      0 operations
// CHECK: loads      112 elements
// CHECK: stores     20 elements
// CHECK: traffic    184 bytes, each element once: read x 80, read w 24, write y 80
// CHECK: intensity  0.609 operations per byte
// CHECK: executed   56 fma
// CHECK: needs      for 16 outputs: {{[0-9.]+}} multiply-adds
// CHECK: cycles     {{[0-9.]+}} for 16 outputs, {{[0-9]+}} in all, by the costs of x86-64-v4
// CHECK: bound      {{[a-z -]+}} {{[0-9.]+}}
// CHECK: lift       {{[A-Z].*}}.

// FREE: not fixed: N C; -D gives them values
// FREE: S1: 1 fma, 0 other operations, 2 loads, 0 stores, on
// FREE-NEXT: [N, C] -> { S1[c, n, k] :
// FREE: With 100 for what is not fixed
// FREE-NEXT: needs      for 16 outputs
