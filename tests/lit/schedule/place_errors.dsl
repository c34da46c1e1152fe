// Guards: directives on loops where they cannot be applied.
// RUN: %exit 5 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel not_nested(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    for p in P y[p] = x[p] + 1.0;
    for q in P z[q] = x[q] + 1.0;
}
// CHECK: :[[#@LINE+1]]:31: error: the loops of 'order p, q' are not nested in each other [E0413]
schedule not_nested for cpu { order p, q; }

kernel not_inside(N, C = 2, P = 3) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:39: error: loop 'p' is not directly inside 'n' [E0413]
schedule not_inside for cpu { fuse n, p as np; }

kernel no_extent(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:38: error: the extent of loop 'p' is not known when compiling [E0413]
// CHECK: {{^}}hint: 'parallel n, p' shares both loops out among the cores without fusing them.
schedule no_extent for cpu { fuse n, p as np; }

kernel apart(P) {
    in f32 x[P];
    out f32 y[P], z[P], u[P];
    for p in P y[p] = x[p] + 1.0;
    for q in P u[q] = x[q] + 1.0;
    for p in P z[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:32: error: no two loops 'p' follow each other directly [E0413]
schedule apart for cpu { merge p; }

kernel not_read(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    for p in P y[p] = x[p] + 1.0;
    for q in P z[q] = 1.0;
}
// CHECK: :[[#@LINE+1]]:29: error: no statement inside loop 'q' reads x [E0413]
schedule not_read for cpu { stage x in stack at q; }

kernel written(P) {
    inout f32 x[P];
    for p in P x[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:28: error: 'stage x in stack at p': only an 'in' tensor that is not strided can be staged [E0413]
// CHECK: :[[#@LINE-4]]:15: note: x is declared here
schedule written for cpu { stage x in stack at p; }

kernel views(P) {
    in f32 x[P] strided;
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:26: error: 'stage x in stack at p': only an 'in' tensor that is not strided can be staged [E0413]
// CHECK: :[[#@LINE-5]]:12: note: x is declared here
schedule views for cpu { stage x in stack at p; }

kernel gpu_memory(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:42: error: shared memory is a GPU's; the target is x86-64-v3 [E0502]
schedule gpu_memory for cpu { stage x in shared at p; }

kernel unbounded(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:30: error: how much of dimension 1 of x an iteration reads is not known when compiling [E0413]
// CHECK: {{^}}hint: Stage it at a loop further inside, or tile first.
schedule unbounded for cpu { stage x in stack at n; }

kernel unstaged(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:34: error: 'pack x by p 8': the tensor is not staged [E0413]
// CHECK: {{^}}hint: Put a 'stage ... in stack at ...' first.
schedule unstaged for cpu { pack x by p 8; }

kernel partial(P, K) {
    in f32 x[P + K], w[K];
    out f32 y[P];
// CHECK: :[[#@LINE+2]]:23: error: the order of loops keeps a partial result of 'r0' for every p, and how many there are is not known when compiling [E0413]
// CHECK: {{^}}hint: Tile loop 'p' first and put the tile loop outside.
    for p in P y[p] = sum(k in K) x[p + k] * w[k];
}
schedule partial for cpu { order k, p; }
