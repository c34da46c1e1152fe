// Guards: an update that reads its own tensor elsewhere too is no reduction:
// its iterations depend on each other, for integers and with reassoc too.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s
// RUN: %exit 1 %tapc check --fp=reassoc %s 2>&1 | FileCheck %s

kernel slanted(N, M) {
    inout i32 a[N][M];
    for i in 1..N, j in M - 1 a[i][j] += a[i - 1][j + 1];
}
// CHECK: [[#@LINE+1]]:28: error: 'order j, i' is illegal: it reverses a dependence [E0412]
schedule slanted for cpu { order j, i; }

kernel horner(N) {
    in f32 x[N];
    inout f32 t[1];
    for i in N t[0] += x[i] * t[0];
}
// CHECK: [[#@LINE+1]]:27: error: 'vectorize i' is illegal: iterations of i depend on each other [E0412]
schedule horner for cpu { vectorize i; }
