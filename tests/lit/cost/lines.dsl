// Guards: where cache lines come from: nothing for what fits the first level, a
// copy of what does not, memory for what fits no cache.
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids | FileCheck %s

// CHECK-LABEL: roof: small
// CHECK: 0.00 for those alone)
kernel small(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 2.0 * x[p];
}
schedule small for cpu { vectorize p by 16; }

// 256 KiB: a line read and one written for 16 outputs.
// CHECK-LABEL: roof: second
// CHECK: 4.20 for those alone)
// CHECK: bound      lines from the second-level cache 4.20
kernel second(P = 32768) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 2.0 * x[p];
}
schedule second for cpu { vectorize p by 16; }

// CHECK-LABEL: roof: large
// CHECK: bound      memory
// CHECK: lift       Fewer bytes
kernel large(P = 16777216) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 2.0 * x[p];
}
schedule large for cpu { vectorize p by 16; }

// 16 elements of rows of 64: a line and, where rows begin anywhere, half of
// another one; one written.
// CHECK-LABEL: roof: gaps
// CHECK: 5.00 for those alone)
kernel gaps(P = 1024) {
    in f32 x[P][64];
    out f32 y[P][16];
    for p in P, q in 16 y[p][q] = 2.0 * x[p][q];
}
schedule gaps for cpu { vectorize q by 16; }

// Stored past the caches, the line is not read first.
// CHECK-LABEL: roof: past
// CHECK: (1.00 without cache lines, 12.50 for those alone)
kernel past(P = 67108864) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 2.0 * x[p];
}
schedule past for cpu { vectorize p by 16; }

// Rows joined to one are the array itself: its lines count once.
// CHECK-LABEL: roof: joined
// CHECK: 0.00 for those alone)
kernel joined(N = 80, P = 100) {
    inout f32 x[N][P];
    for n in 1..N, p in P x[n][p] = 2.0 * x[n][p];
    for n in N, p in P - 1 x[n][p] = 2.0 * x[n][p + 1];
}
schedule joined for cpu { prefer rules; }
