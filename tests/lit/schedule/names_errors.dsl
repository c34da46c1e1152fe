// Guards: what a schedule names must be there; the loops there are, and the
// nearest one, are told.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel loops(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, pos in P y[n][pos] = x[n][pos] + 1.0;
}
// CHECK: :[[#@LINE+2]]:36: error: no loop 'poss' in kernel 'loops'; its loops are n, pos [E0401]
// CHECK: {{^}}hint: Did you mean 'pos'?
schedule loops for cpu { vectorize poss; }

kernel far(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:30: error: no loop 'q' in kernel 'far'; its loops are n, p [E0401]
schedule far for cpu { order q, n; }

kernel gone(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:58: error: no loop 'p' in kernel 'gone'; its loops are po, pi [E0401]
schedule gone for cpu { tile p by 4 as po, pi; vectorize p; }

kernel dotted(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:37: error: no loop 'x.p' in kernel 'dotted'; its loops are p [E0401]
// CHECK: {{^}}hint: Did you mean 'p'?
schedule dotted for cpu { vectorize x.p; }

kernel layouts(P) {
    in f32 x[P], a;
    out f32 y[P];
    for p in P y[p] = x[p] + a;
}
// CHECK: :[[#@LINE+1]]:35: error: no tensor 'z' in kernel 'layouts' [E0401]
schedule layouts for cpu { layout z as [P]; }

kernel stages(P) {
    in f32 x[P], a;
    out f32 y[P];
    for p in P y[p] = x[p] + a;
}
// CHECK: :[[#@LINE+1]]:33: error: no tensor 'a' in kernel 'stages' [E0401]
schedule stages for cpu { stage a in stack at p; }

kernel locals(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:35: error: no local tensor 'x' in kernel 'locals' [E0401]
schedule locals for cpu { compute x at p; }

kernel packs(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:77: error: no index of x_staged moves with loop 'n' [E0401]
schedule packs for cpu { tile p by 8; stage x in stack at p_tile; pack x by n 8; }

kernel declared(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:29: error: loop name 'P' or 'x' is taken [E0403]
schedule declared for cpu { tile p by 8 as P, x; }
