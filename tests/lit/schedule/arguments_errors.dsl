// Guards: arguments of directives that have the right shape and no meaning.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel one_lane(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:29: error: a vector of 1 lanes: expected a power of two from 2 to 64 [E0403]
schedule one_lane for cpu { vectorize p by 1; }

kernel huge(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:35: error: expected a number from 1 to 2147483647 after 'by' [E0403]
schedule huge for cpu { tile p by 3000000000; }

kernel taken(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:26: error: loop name 'n' or 'pi' is taken [E0403]
schedule taken for cpu { tile p by 8 as n, pi; }

kernel taken_again(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:45: error: loop name 'p_tile' or 'p' is taken [E0403]
schedule taken_again for cpu { tile p by 8; tile p by 4; }

kernel taken_fused(N, C = 3, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:32: error: loop name 'p' is taken [E0403]
schedule taken_fused for cpu { fuse n, c as p; }

kernel strided_layout(N, P) {
    in f32 x[N][P] strided;
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:35: error: x is strided: its caller gives the order in memory [E0403]
schedule strided_layout for cpu { layout x as [P][N]; }

kernel no_extent(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:45: error: x has no dimension with this extent [E0403]
schedule no_extent for cpu { layout x as [P][Q]; }

kernel two_extents(N) {
    in f32 x[N][N];
    out f32 y[N][N];
    for n in N, p in N y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:44: error: dimensions 0 and 1 of x both have the extent N [E0403]
// CHECK: {{^}}hint: Name dimensions by position: #0, #1.
schedule two_extents for cpu { layout x as [N][#0]; }

kernel missing(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:28: error: dimension 0 of x must stand once in the layout, or once as E/N and once as E%N [E0403]
schedule missing for cpu { layout x as [P]; }

kernel too_many(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:29: error: dimension 1 of x must stand once in the layout, or once as E/N and once as E%N [E0403]
schedule too_many for cpu { layout x as [P][N][P/4][P%4]; }
