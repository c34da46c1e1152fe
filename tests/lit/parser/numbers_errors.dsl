// Numbers: none wraps, becomes infinite or zero silently.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    out f32 y[N];
    // CHECK: :[[#@LINE+1]]:12: error: the number 99999999999999999999 does not fit 64 bits [E0103]
    y[0] = 99999999999999999999;
    // CHECK: :[[#@LINE+1]]:12: error: the number 0x8000000000000000 does not fit 64 bits [E0103]
    y[0] = 0x8000000000000000;
    // CHECK: :[[#@LINE+1]]:12: error: the number 1e9999 does not fit a float of any type [E0103]
    y[0] = 1e9999;
    // CHECK: :[[#@LINE+1]]:12: error: the number 1e-9999 does not fit a float of any type [E0103]
    y[0] = 1e-9999;
    // CHECK: :[[#@LINE+1]]:12: error: a hexadecimal number needs digits 0-9, a-f after '0x' [E0103]
    y[0] = 0x;
    // CHECK: :[[#@LINE+1]]:12: error: a decimal number does not begin with 0 [E0103]
    y[0] = 010;
    // CHECK: :[[#@LINE+1]]:12: error: a number with a point needs a digit on both sides of it [E0103]
    y[0] = 1.;
    // CHECK: :[[#@LINE+1]]:12: error: a number with a point needs a digit on both sides of it [E0103]
    y[0] = .5;
    // CHECK: :[[#@LINE+1]]:12: error: a number has no suffix, it takes the type of its operand [E0103]
    y[0] = 1.0f;
    // CHECK: :[[#@LINE+1]]:9: error: a name begins with a letter or '_', a number has only digits [E0104]
    f32 3rd = 1;
}
