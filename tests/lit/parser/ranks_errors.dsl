// As many indices as dimensions, with the declaration shown.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N, C, L) {
    in f32 x[N][C][L], alpha;
    out f32 y[N];
    // CHECK: :[[#@LINE+2]]:23: error: 'x' has 3 dimensions, 2 indices given [E0204]
    // CHECK: :[[#@LINE-3]]:12: note: declared here
    for n in N y[n] = x[n,0];
    // CHECK: :[[#@LINE+1]]:16: error: 'y' has 1 dimension, 2 indices given [E0204]
    for n in N y[n][n] = 1;
    // CHECK: :[[#@LINE+1]]:12: error: 'x' has 3 dimensions, 0 indices given [E0204]
    y[0] = x;
    // CHECK: :[[#@LINE+1]]:12: error: 'alpha' has 0 dimensions, 1 index given [E0204]
    y[0] = alpha[0];
    // CHECK: :[[#@LINE+1]]:12: error: 'N' is not a tensor and takes no index [E0204]
    y[0] = N[0];
    // CHECK-NOT: error:
    for n in N y[n] = x[n, 0, 0] + x[n][0, 0];
}
