// What cannot be assigned, and scalars that are no arguments.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    size P = N;
    in f32 x[N], alpha;
    // CHECK: :[[#@LINE+2]]:13: error: 'r' has no dimensions, only an 'in' can be a scalar [E0207]
    // CHECK: hint: Declare r[1] and write r[0].
    out f32 r;
    // CHECK: :[[#@LINE+2]]:15: error: 't' has no dimensions, only an 'in' can be a scalar [E0207]
    // CHECK: hint: Declare it where it is used: f32 t = ...;
    local f32 t;
    // CHECK: :[[#@LINE+1]]:12: error: 'beta' is a scalar and has no strides [E0204]
    in f32 beta strided;
    // CHECK: :[[#@LINE+1]]:15: error: 'l' is local, only arguments can be strided [E0204]
    local f32 l[N] strided;
    // CHECK: :[[#@LINE+2]]:5: error: 'x' is an input and cannot be assigned [E0207]
    // CHECK: :[[#@LINE-12]]:12: note: declared here
    x[0] = 1;
    // CHECK: :[[#@LINE+1]]:5: error: 'alpha' is an input and cannot be assigned [E0207]
    alpha = 1;
    // CHECK: :[[#@LINE+1]]:5: error: 'N' is a parameter and cannot be assigned [E0207]
    N = 1;
    // CHECK: :[[#@LINE+1]]:5: error: 'P' is a size and cannot be assigned [E0207]
    P = 1;
    // CHECK: :[[#@LINE+1]]:16: error: 'n' is a loop and cannot be assigned [E0207]
    for n in N n += 1;
}
