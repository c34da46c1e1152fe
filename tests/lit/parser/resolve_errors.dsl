// Names: unknown ones with the nearest known, and duplicates with the first.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+2]]:8: error: kernel 'f' is defined twice [E0201]
kernel f() {}
kernel f() {}
// CHECK: :[[#@LINE+1]]:8: error: 'g_workspace' is a name that kernel 'g' makes [E0201]
kernel g_workspace() {}
kernel g(N, channels, N) {
    // CHECK: :[[#@LINE-1]]:23: error: 'N' is defined twice [E0201]
    // CHECK: :[[#@LINE-2]]:10: note: first defined here
    size P = N;
    // CHECK: :[[#@LINE+1]]:12: error: 'P' is defined twice [E0201]
    in f32 P[N];
    in f32 x[N];
    out f32 y[N];
    // CHECK: :[[#@LINE+2]]:15: error: 'Q' is used before it is declared [E0202]
    // CHECK: :[[#@LINE+2]]:10: note: declared here
    out f32 z[Q];
    size Q = N;
    // CHECK: :[[#@LINE+2]]:19: error: unknown name 'chanels' [E0202]
    // CHECK: hint: Did you mean 'channels'?
    for c in 0 .. chanels
        y[c] = 1;
    // CHECK: :[[#@LINE+1]]:9: error: 'x' is defined twice [E0201]
    for x in N y[0] = 1;
    // CHECK: :[[#@LINE+1]]:20: error: 'n' is defined twice [E0201]
    for n in N for n in N y[n] = 1;
    // A loop is gone after it; siblings may share a name.
    for n in N y[n] = 1;
    // CHECK: :[[#@LINE+1]]:7: error: unknown name 'n' [E0202]
    y[n] = 1;
    // CHECK: :[[#@LINE+2]]:12: error: unknown function 'silo' [E0202]
    // CHECK: hint: Did you mean 'silu'?
    y[0] = silo(x[0]);
    // CHECK: :[[#@LINE+1]]:12: error: 'x' is not a function [E0202]
    y[0] = x(1);
    // CHECK: :[[#@LINE+2]]:12: error: unknown reduction 'suma', expected sum, prod, min or max [E0202]
    // CHECK: hint: Did you mean 'sum'?
    y[0] = suma(k in N) x[k];
    // CHECK: :[[#@LINE+2]]:12: error: unknown function 'sum' [E0202]
    // CHECK: hint: Write sum(k in K) e.
    y[0] = sum(x[0]);
    // CHECK: :[[#@LINE+1]]:31: error: unknown name 'acc' [E0202]
    { { f32 acc = 1; } y[0] = acc; }
}
