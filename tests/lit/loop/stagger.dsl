// Guards: copies of a body of statements that have nothing to do with each other
// run two statements apart; where one reads what another one writes, one copy
// after the other.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: program apart
// CHECK: for k = 0 .. K - 1 step 2 {
// CHECK-NEXT: a.[[A:[0-9]+]] = fma({{.*}}, x[k, lane])
// CHECK-NEXT: b.{{.*}} x[k, lane])
// CHECK-NEXT: d.{{.*}} x[k, lane])
// CHECK-NEXT: a.[[A]] = fma({{.*}}, x[k + 1, lane])
// CHECK-NEXT: e.{{.*}} x[k, lane])
// CHECK-NEXT: b.{{.*}} x[k + 1, lane])
kernel apart(K) {
    in f32 x[K][16];
    out f32 y[16];
    for n in 16 {
        f32 a = 0.0;
        f32 b = 1.0;
        f32 d = 0.0;
        f32 e = 0.0;
        f32 f = 0.0;
        for k in K {
            a = a * 0.5 + x[k][n];
            b = b * 0.25 + x[k][n];
            d = d * 0.75 + x[k][n];
            e = e * 2.0 + x[k][n];
            f = f * 3.0 + x[k][n];
        }
        y[n] = a + b + d + e + f;
    }
}
schedule apart for cpu { vectorize n by 16; unroll k by 2; }

// CHECK-LABEL: program reader
// CHECK: for k = 0 .. K - 1 step 2 {
// CHECK-NEXT: a.{{[0-9]+}} =
// CHECK-NEXT: b.{{[0-9]+}} =
// CHECK-NEXT: d.{{[0-9]+}} =
// CHECK-NEXT: e.{{[0-9]+}} =
// CHECK-NEXT: f.{{[0-9]+}} =
// CHECK-NEXT: a.{{[0-9]+}} =
kernel reader(K) {
    in f32 x[K][16];
    out f32 y[16];
    for n in 16 {
        f32 a = 0.0;
        f32 b = 1.0;
        f32 d = 0.0;
        f32 e = 0.0;
        f32 f = 0.0;
        for k in K {
            a = a * 0.5 + x[k][n];
            b = b * 0.25 + x[k][n];
            d = d * 0.75 + x[k][n];
            e = e * 2.0 + x[k][n];
            f = f + a;
        }
        y[n] = a + b + d + e + f;
    }
}
schedule reader for cpu { vectorize n by 16; unroll k by 2; }
