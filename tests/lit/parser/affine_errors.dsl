// Indices, bounds, conditions and extents are affine; the message points at
// the operator, and says how a parameter becomes a constant.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N, stride, K in {3, *}, d in {1, 2}, z in {0, 2}) {
    in f32 x[N], alpha;
    in i32 idx[N];
    // CHECK: :[[#@LINE+1]]:15: error: 'N*N' is not affine: no factor is a constant or a fixed parameter [E0205]
    in f32 v[N*N];
    out f32 y[N];
    // CHECK-NOT: error:
    for p in N y[p] = x[(p*d + d*2)/2 % 3 - -p];
    // CHECK: :[[#@LINE+2]]:26: error: 'p*stride' is not affine: no factor is a constant or a fixed parameter [E0205]
    // CHECK: hint: Fix 'stride' (stride = 1, or -D stride=1) or list its values (stride in {1, 2}).
    for p in N y[p] = x[p*stride];
    // CHECK: :[[#@LINE+2]]:26: error: 'p*K' is not affine
    // CHECK: hint: The general body for the '*' has no constant 'K': leave the '*' out, or fix it with -D K=VALUE.
    for p in N y[p] = x[p*K];
    // CHECK: :[[#@LINE+1]]:37: error: 'i*j' is not affine
    for i in N for j in N y[i] = x[i*j];
    // CHECK: :[[#@LINE+1]]:38: error: 'i/j' is not affine: it divides by 'j', which is not a constant [E0205]
    for i in N, j in 1..N y[i] = x[i / j];
    // CHECK: :[[#@LINE+1]]:27: error: division by 0, expected a constant of at least 1 [E0205]
    for p in N y[p] = x[p/0];
    // CHECK: :[[#@LINE+1]]:29: error: division by '-2', which is -2, expected a constant of at least 1 [E0205]
    for p in N y[p] = x[p % -2];
    // CHECK: :[[#@LINE+1]]:29: error: division by 'z', which is 0, expected a constant of at least 1 [E0205]
    for p in N y[p] = x[p / z];
    // CHECK: :[[#@LINE+1]]:14: error: an index must be an affine integer expression, '1.5' is not one [E0205]
    y[0] = x[1.5];
    // CHECK: :[[#@LINE+1]]:14: error: an index read from memory ('idx[0]') is not supported
    y[0] = x[idx[0]];
    // CHECK: :[[#@LINE+2]]:14: error: a loop bound read from memory ('alpha') is not supported
    // CHECK: hint: Make 'alpha' a parameter of the kernel.
    for n in alpha y[0] = 1;
    // CHECK: :[[#@LINE+1]]:14: error: a loop bound read from memory ('x') is not supported
    for n in x y[0] = 1;
    // CHECK: :[[#@LINE+1]]:19: error: a condition read from memory ('x[n]') is not supported
    for n in N if x[n] > 0 y[n] = 1;
    // CHECK: :[[#@LINE+1]]:19: error: a condition compares affine integer expressions, 'n' does not [E0205]
    for n in N if n y[n] = 1;
    // CHECK: :[[#@LINE+1]]:28: error: 'n*n' is not affine
    for n in N y[n] = f32(n*n);
    // CHECK: :[[#@LINE+1]]:25: error: an index must be an affine integer expression, 'min(n, 3)' is not one [E0205]
    for n in N y[n] = x[min(n, 3)];
    // CHECK: :[[#@LINE+1]]:25: error: an index must be an affine integer expression, 'n < 3' is not one
    for n in N y[n] = x[n < 3];
}
