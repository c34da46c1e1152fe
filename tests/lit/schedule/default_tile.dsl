// Guards: sums over products of two tensors get tiles of both loops, vectors by
// rows; which is outside depends on what stays in caches; a long sum over rows
// that share few sets of a cache is done in parts.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids %s | FileCheck %s

// CHECK-LABEL: // --- schedule: rows_first
// CHECK-NEXT: schedule of
// CHECK: loop o unroll by 8
// CHECK-NEXT: loop p vectorize by 16 unroll by 3
// CHECK: loop k unroll
kernel rows_first(I = 512, O = 512, L = 128, K = 3) {
    in f32 x[I][L], w[O][I][K];
    out f32 y[O][L - K + 1];
    for o in O, p in L - K + 1
        y[o][p] = sum(i in I, k in K) w[o][i][k] * x[i][p + k];
}

// Terms that slide along the rows are not unrolled.
// CHECK-LABEL: // --- schedule: lanes_first
// CHECK-NEXT: schedule of
// CHECK: loop o_tile
// CHECK-NEXT: loop o vectorize by 16 unroll by
// CHECK-NEXT: loop p unroll by
// CHECK-NOT: loop k unroll
kernel lanes_first(I = 128, O = 128, L = 128, K = 3) {
    in f32 x[L][I], w[K][I][O];
    out f32 y[L - K + 1][O];
    for p in L - K + 1, o in O
        y[p][o] = sum(i in I, k in K) w[k][i][o] * x[p + k][i];
}

// CHECK-LABEL: // --- schedule: in_parts
// CHECK-NEXT: schedule of
// CHECK: loop o_tile
// CHECK-NEXT: sequence
// CHECK: loop i_tile {{.*}}floor((i)/171)
// CHECK-NEXT: loop o vectorize by 16 unroll by
// CHECK-NEXT: loop p unroll by
// CHECK-NEXT: loop i
kernel in_parts(I = 512, O = 512, L = 128, K = 3) {
    in f32 x[L][I], w[K][I][O];
    out f32 y[L - K + 1][O];
    for o in O, p in L - K + 1
        y[p][o] = sum(i in I, k in K) w[k][i][o] * x[p + k][i];
}

// The same where the rows are the whole nest: what stands in its place is shared
// out.
// CHECK-LABEL: // --- schedule: rows_in_parts
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop o_tile parallel
// CHECK-NEXT: {{^}}    sequence
kernel rows_in_parts(I = 512, O = 512, L = 16, K = 3) {
    in f32 x[L][I], w[K][I][O];
    out f32 y[L - K + 1][O];
    for p in L - K + 1, o in O
        y[p][o] = sum(i in I, k in K) w[k][i][o] * x[p + k][i];
}

// A load that moves with both loops, or short sums: none.
// CHECK-LABEL: // --- schedule: no_tile
// CHECK-NEXT: schedule of
// CHECK: loop p vectorize by 16 unroll
// CHECK-NOT: unroll by
kernel no_tile(C = 64, L = 512, K = 3) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L - K + 1];
    for c in C, p in L - K + 1
        y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

// Tiles of the outer loop are no loop of their own where the last one would
// not be whole.
// CHECK-LABEL: // --- schedule: ragged
// CHECK-NEXT: schedule of
// CHECK-NOT: o_tile
// CHECK: loop p unroll by
kernel ragged(I = 128, O = 125, L = 128, K = 3) {
    in f32 x[L][I], w[K][I][O];
    out f32 y[L - K + 1][O];
    for p in L - K + 1, o in O
        y[p][o] = sum(i in I, k in K) w[k][i][o] * x[p + k][i];
}

// Two sums, each with a loop of its own.
// CHECK-LABEL: // --- schedule: two_sums
// CHECK-NEXT: schedule of
// CHECK-NOT: o_tile
kernel two_sums(I = 128, O = 128, L = 128) {
    in f32 x[L][I], w[I][O], z[L][I], v[I][O];
    out f32 y[L][O];
    for p in L, o in O
        y[p][o] = sum(i in I) w[i][o] * x[p][i] + sum(i in I) v[i][o] * z[p][i];
}
