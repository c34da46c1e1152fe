// Syntax errors say what was found and expected; parsing goes on at the next
// statement, so that all of them show, one for a line.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N];
    out f32 y[N];
    // CHECK: :[[#@LINE+1]]:29: error: unexpected '+', expected an expression [E0102]
    for p in N y[p] = x[p] ++ 1;
    // CHECK: :[[#@LINE+1]]:27: error: unexpected ')', expected ';' [E0102]
    for p in N y[p] = x[p]);
    // CHECK: :[[#@LINE+1]]:16: error: expected ';' before 'y' [E0102]
    y[0] = x[0]
    y[1] = 0;
    // CHECK: :[[#@LINE+1]]:9: error: 'in' is a reserved word and cannot be a name [E0104]
    for in N y[p] = 1;
    // CHECK: :[[#@LINE+2]]:28: error: unexpected 'else', expected ';' [E0102]
    // CHECK: hint: Put 'x[...] else ...' in parentheses.
    for p in N y[p] = x[p] else 0;
    // CHECK: :[[#@LINE+2]]:11: error: unexpected 'a' [E0102]
    // CHECK: hint: The element type is called f32.
    float a = 0;
    // CHECK: :[[#@LINE+2]]:25: error: unexpected '<', expected a statement [E0102]
    // CHECK: hint: Comparisons do not chain: write a < b && b < c.
    for p in N if 0 < p < 3 y[p] = 1;
    // CHECK: :[[#@LINE+1]]:25: error: unexpected ';', expected an expression [E0102]
    for p in N { y[p] = ; y[p] = 3; }
    // CHECK: :[[#@LINE+1]]:11: error: unexpected 'N', expected 'in' [E0102]
    for p N { y[p] = 2; }
    // CHECK: :[[#@LINE+2]]:21: error: unexpected '=', expected a statement [E0102]
    // CHECK: hint: Equality is '=='.
    for p in N if p = 3 y[p] = 1;
    // CHECK: :[[#@LINE+1]]:10: error: unexpected '=', expected a name [E0102]
    size = 3;
}

// CHECK: :[[#@LINE+1]]:12: error: unexpected 'fur', expected 'for' [E0102]
schedule f fur cpu { order n c; }
// CHECK: :[[#@LINE+1]]:24: error: unexpected ')' [E0102]
schedule f for cpu { n ); tile p by 3; }
// CHECK: :[[#@LINE+1]]:1: error: unexpected '}', expected end of file, 'kernel', 'schedule' or 'extern' [E0102]
}
// CHECK-NOT: error:
