// Guards: a loop has one mode; a second one is refused with both places.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel parallel_vector(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule parallel_vector for cpu {
    parallel p;
// CHECK: :[[#@LINE+2]]:5: error: 'vectorize p' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    vectorize p;
}

kernel parallel_unroll(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule parallel_unroll for cpu {
    parallel p;
// CHECK: :[[#@LINE+2]]:5: error: 'unroll p by 4' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    unroll p by 4;
}

kernel vector_parallel(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule vector_parallel for cpu {
    vectorize p;
// CHECK: :[[#@LINE+2]]:5: error: 'parallel p' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    parallel p;
}

kernel vector_tile(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule vector_tile for cpu {
    vectorize p;
// CHECK: :[[#@LINE+2]]:5: error: 'tile p by 64' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    tile p by 64;
}

kernel unroll_order(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule unroll_order for cpu {
    unroll p by 4;
// CHECK: :[[#@LINE+2]]:5: error: 'order p, n' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    order p, n;
}

kernel twice(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule twice for cpu {
    parallel n;
// CHECK: :[[#@LINE+2]]:5: error: 'parallel y.n' contradicts an earlier directive for loop 'n' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    parallel y.n;
}

kernel two_vectors(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule two_vectors for cpu {
    vectorize n;
// CHECK: :[[#@LINE+2]]:5: error: 'vectorize p': loop 'n' is vectorised around the same statement [E0404]
// CHECK: :[[#@LINE-2]]:5: note: vectorised here
    vectorize p;
}

kernel fused(N, P = 4) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule fused for cpu {
    unroll p;
// CHECK: :[[#@LINE+2]]:5: error: 'fuse n, p as q' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    fuse n, p as q;
}

kernel merged(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    for p in P y[p] = x[p] + 1.0;
    for p in P z[p] = x[p] + 1.0;
}
schedule merged for cpu {
    vectorize y.p;
// CHECK: :[[#@LINE+2]]:5: error: 'merge p' contradicts an earlier directive for loop 'p' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    merge p;
}

kernel packed(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule packed for cpu {
    tile p by 8;
    stage x in stack at p_tile;
    unroll x_1;
// CHECK: :[[#@LINE+2]]:5: error: 'pack x by p 8' contradicts an earlier directive for loop 'x_1' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    pack x by p 8;
}
