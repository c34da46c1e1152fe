// Guards: every illegal directive shows two iterations and the element they
// share: parallel, vectorize, unroll, order, merge; of one loop, and of
// several loops that are legal one by one.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel seidel(T, N) {
    inout f32 a[N];
    for t in T, i in 1..N - 1 a[i] = a[i - 1] + a[i] + a[i + 1];
}
// CHECK: :[[#@LINE+2]]:27: error: 'parallel t' is illegal: iterations of t depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:31: note: iteration t = 1, i = 2 reads a[1], which iteration t = 0, i = 1 wrote
schedule seidel for cpu { parallel t; }

kernel scan(N) {
    inout f32 a[N];
    for i in 1..N a[i] = a[i - 1] + a[i];
}
// CHECK: :[[#@LINE+2]]:25: error: 'vectorize i' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:19: note: iteration i = 2 reads a[1], which iteration i = 1 wrote
schedule scan for cpu { vectorize i; }

// The anti dependence alone: in the wrong order of statements.
kernel anti(N) {
    inout f32 a[N + 1], b[N + 1];
    for i in N {
        b[i] = a[i];
        a[i + 1] = b[i + 1];
    }
}
// CHECK: :[[#@LINE+2]]:25: error: 'vectorize i' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-5]]:9: note: iteration i = 1 reads a[1], which iteration i = 0 wrote
schedule anti for cpu { vectorize i; }

kernel back(N) {
    inout f32 a[N];
    for i in N, j in 0..i + 1 a[i] = a[i] + a[j] * 0.5;
}
schedule back for cpu { order j, i; }

kernel reversed(N) {
    inout f32 a[N][N];
    for i in 1..N, j in 0..N - 1 a[i][j] = a[i - 1][j + 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:29: error: 'order j, i' is illegal: it reverses a dependence [E0412]
// CHECK: :[[#@LINE-3]]:34: note: iteration i = 2, j = 0 reads a[1][1], which iteration i = 1, j = 1 wrote
schedule reversed for cpu { order j, i; }

kernel skewed(N) {
    inout f32 a[N][N];
    for i in 1..N, j in 0..N - 1 a[i][j] = a[i - 1][j + 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:27: error: 'unroll i by 2' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:34: note: iteration i = 2, j = 0 reads a[1][1], which iteration i = 1, j = 1 wrote
schedule skewed for cpu { unroll i by 2; }

kernel ahead(P) {
    in f32 x[P];
    local f32 t[P];
    out f32 y[P];
    for p in P t[p] = x[p] + 1.0;
    for p in P y[p] = (t[p + 1] else 0);
}
// CHECK: :[[#@LINE+2]]:26: error: 'merge p' is illegal: it reverses a dependence [E0412]
// CHECK: :[[#@LINE-3]]:16: note: iteration p = 0 reads t[1], which iteration p = 1 wrote
schedule ahead for cpu { merge p; }

kernel overwritten(N) {
    in f32 x[N];
    local f32 t[1];
    out f32 y[N];
    for i in N {
        t[0] = x[i];
        y[i] = t[0];
    }
}
// CHECK: :[[#@LINE+2]]:32: error: 'parallel i' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-4]]:9: note: iteration i = 1 reads t[0], which iteration i = 0 wrote
schedule overwritten for cpu { parallel i; }

kernel sums(P, K) {
    in f32 x[P][K];
    out f32 y[P];
    for p in P y[p] = sum(k in K) x[p][k];
}
// CHECK: :[[#@LINE+3]]:25: error: 'vectorize k' is illegal: iterations of k depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:23: note: iteration p = 0, k = 1 reads r0, which iteration p = 0, k = 0 wrote
// CHECK: {{^}}hint: A reduction keeps the order of the source; --fp=reassoc allows to reorder it.
schedule sums for cpu { vectorize k; }

kernel parallel_sums(P, K) {
    in i32 x[P][K];
    out i32 y[P];
    for p in P y[p] = sum(k in K) x[p][k];
}
// CHECK: :[[#@LINE+2]]:34: error: 'parallel k' is illegal: iterations of k depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:23: note: iteration p = 0, k = 1 reads r0, which iteration p = 0, k = 0 wrote
schedule parallel_sums for cpu { parallel k; }

kernel both(N) {
    inout f32 a[N][N][N];
    for i in 1..N, j in 1..N, k in 0..N - 1 a[i][j][k] = a[i - 1][j - 1][k + 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:40: error: 'unroll j by 2' is illegal: iterations of j depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:45: note: iteration i = 2, j = 2, k = 0 reads a[1][1][1], which iteration i = 1, j = 1, k = 1 wrote
schedule both for cpu { unroll i by 2; unroll j by 2; }

kernel lanes_in_jam(N) {
    inout f32 a[N][N][N];
    for i in 1..N, j in 1..N, k in 0..N - 1 a[i][j][k] = a[i - 1][j - 1][k + 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:46: error: 'unroll i by 2' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:45: note: iteration i = 2, j = 2, k = 0 reads a[1][1][1], which iteration i = 1, j = 1, k = 1 wrote
schedule lanes_in_jam for cpu { vectorize j; unroll i by 2; }

kernel parallel_first(N) {
    inout f32 a[N][N][N];
    for n in 1..N, p in 1..N, c in N a[n][p][c] = a[n - 1][p - 1][c] + 1.0;
}
// CHECK: :[[#@LINE+2]]:47: error: 'order c, n' is illegal: iterations of p depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:38: note: iteration n = 2, p = 2, c = 0 reads a[1][1][0], which iteration n = 1, p = 1, c = 0 wrote
schedule parallel_first for cpu { parallel p; order c, n; }

kernel parallel_in_jam(N) {
    inout f32 a[N][N];
    for n in 1..N, p in 1..N a[n][p] = a[n - 1][p - 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:48: error: 'unroll n by 2' is illegal: iterations of p depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:30: note: iteration n = 2, p = 2 reads a[1][1], which iteration n = 1, p = 1 wrote
schedule parallel_in_jam for cpu { parallel p; unroll n by 2; }

kernel jam_in_order(N) {
    inout f32 a[N][N][N];
    for p in 1..N, n in 1..N, c in 0..N - 1 a[p][n][c] = a[p - 1][n - 1][c + 1] + 1.0;
}
// CHECK: :[[#@LINE+2]]:48: error: 'order c, n' is illegal: iterations of p depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:45: note: iteration p = 2, n = 2, c = 0 reads a[1][1][1], which iteration p = 1, n = 1, c = 1 wrote
schedule jam_in_order for cpu { unroll p by 4; order c, n; }

// A reduction that may be reordered: lanes may not share elements in part.
kernel shared_lanes(N, M) {
    in i32 x[M];
    inout i32 a[N];
    for i in N, j in M a[i / 2] += x[j];
}
// CHECK: :[[#@LINE+2]]:33: error: 'vectorize i' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:24: note: iteration i = 1, j = 0 reads a[0], which iteration i = 0, j = 0 wrote
schedule shared_lanes for cpu { vectorize i; }

kernel own_target(N) {
    inout i32 a[N];
    for i in 1..N a[i] += a[i - 1];
}
// CHECK: :[[#@LINE+2]]:31: error: 'vectorize i' is illegal: iterations of i depend on each other [E0412]
// CHECK: :[[#@LINE-3]]:19: note: iteration i = 2 reads a[1], which iteration i = 1 wrote
schedule own_target for cpu { vectorize i; }
