// A literal takes the type of its operand and must exist in it.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N];
    in i32 i[N];
    out f32 y[N];
    out f16 h[N];
    out f64 d[N];
    out u8 u[N];
    out i32 j[N];
    // CHECK-NOT: error:
    d[0] = 1e300;
    y[0] = 1e-40 + 3;
    u[0] = 255;
    j[0] = -2147483648;
    h[0] = 65504;
    // CHECK: :[[#@LINE+1]]:12: error: 1e300 is infinite in f32 [E0103]
    y[0] = 1e300;
    // CHECK: :[[#@LINE+1]]:19: error: 1e-50 is 0 in f32 [E0103]
    y[0] = x[0] + 1e-50;
    // CHECK: :[[#@LINE+1]]:12: error: 70000 is infinite in f16 [E0103]
    h[0] = 70000;
    // CHECK: :[[#@LINE+1]]:12: error: 256 does not fit u8 [E0103]
    u[0] = 256;
    // CHECK: :[[#@LINE+1]]:13: error: 1 does not fit u8 [E0103]
    u[0] = -1;
    // CHECK: :[[#@LINE+1]]:12: error: 2147483648 does not fit i32 [E0103]
    j[0] = 2147483648;
    // CHECK: :[[#@LINE+1]]:19: error: a number with a point where the type is i32 [E0203]
    j[0] = i[0] * 0.5;
}
