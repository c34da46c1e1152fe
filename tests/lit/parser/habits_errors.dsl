// Habits from C and Python get a hint.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+2]]:14: error: unexpected 'N', expected 'in', ')', ',' or '=' [E0102]
// CHECK: hint: Parameters are 64-bit integers and have no type.
kernel f(int N) {}
kernel g(N) {
    out f32 y[N];
    // CHECK: :[[#@LINE+2]]:8: error: unexpected 'float', expected an element type [E0102]
    // CHECK: hint: The element type is called f32.
    in float x[N];
    // CHECK: :[[#@LINE+2]]:9: error: unexpected '(', expected a name [E0102]
    // CHECK: hint: Write 'for n in N' or 'for n in A..B'.
    for (int n = 0; n < N; n++) { y[n] = x[n]; }
    // CHECK: :[[#@LINE+2]]:11: error: unexpected '(' [E0102]
    // CHECK: hint: Loops are 'for n in N' or 'for n in A..B'.
    while (1) { y[0] = 1; }
    // CHECK: :[[#@LINE+2]]:5: error: unexpected 'if', expected a declaration, a statement or '}' [E0102]
    // CHECK: hint: Conditions stand on a loop, 'for n in N if n < 3', or in a value, 'n < 3 ? a : b'.
    if (N > 2) { y[0] = 1; }
    // CHECK: :[[#@LINE+2]]:10: error: unexpected '-' [E0102]
    // CHECK: hint: Updates are +=, *=, min= and max=; write x += -e.
    y[0] -= 1;
    // CHECK: :[[#@LINE+2]]:18: error: unexpected 'and', expected ';' [E0102]
    // CHECK: hint: The logical operators are &&, || and !.
    y[0] = 1 < N and 2 < N ? 1 : 0;
    // CHECK: :[[#@LINE+2]]:9: error: unexpected 'max=', expected a name [E0102]
    // CHECK: hint: For a name put a blank before the '='.
    f32 max= 0;
}
