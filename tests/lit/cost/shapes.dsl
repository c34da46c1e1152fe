// Guards: what moving elements costs: loads that skip elements share vectors,
// columns are transposed in a stage for each doubling, comparisons are as wide
// as what is compared, hints take the load port, values that do not fit the
// registers are loaded again.
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids | FileCheck %s
// RUN: %tapc explain %s --emit=roof --isa=x86-64-v3 --target=x86_64-linux-gnu | FileCheck --check-prefix=HALF %s

// Four vectors for the first, and what takes them apart; two shuffles more for
// the second, out of the same.
// CHECK-LABEL: roof: skips
// CHECK: 5.00 shuffles, 4.00 loads, 1.00 stores
kernel skips(P = 1024) {
    in f32 x[4*P];
    out f32 y[P];
    for p in P y[p] = x[4*p] + x[4*p + 1];
}
schedule skips for cpu { vectorize p by 16; }

// A block of 16 rows by 4 columns: pieces of 16 bytes, 12 of them put beside
// others, two stages of shuffles.
// CHECK-LABEL: roof: columns
// CHECK: 0.00 sums, 3.00 selections,
// CHECK-NEXT: 2.00 shuffles, 4.00 loads, 1.00 stores
kernel columns(P = 1024) {
    in f32 x[16][P];
    out f32 y[P][16];
    for p in P, q in 16 y[p][q] = x[q][p];
}
schedule columns for cpu { vectorize q by 16; unroll p by 4; }

// Two vectors, each compared and chosen from.
// HALF-LABEL: roof: compared
// HALF: 0.00 sums, 4.00 selections,
kernel compared(P = 1024) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] > 3.0 ? x[p] : 0.5;
}
schedule compared for cpu { vectorize p by 16; }

// The line that is stored to is asked for ahead.
// CHECK-LABEL: roof: hints
// CHECK: 0.00 shuffles, 2.00 loads, 1.00 stores
kernel hints(P = 32768) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = 2.0 * x[p];
}
schedule hints for cpu { vectorize p by 16; }

// 20 sums in 14 registers: 210 loads without those that are there again, of
// which every other one is stored before.
// HALF-LABEL: roof: many
// HALF: 0.00 shuffles, 319.00 loads, 58.50 stores
kernel many(K = 100) {
    in f32 x[K][8], w[20][K];
    out f32 y[20][8];
    for q in 20, p in 8 y[q][p] = sum(k in K) w[q][k] * x[k][p];
}
schedule many for cpu { vectorize p by 8; order k, q; unroll q by 20; }

// Half of what one iteration over the rows touches, 72 KiB, is gone from 48 KiB
// when the next begins.
// CHECK-LABEL: roof: partly
// CHECK: 26.32 for those alone)
kernel partly(P = 9216) {
    in f32 x[8][P];
    inout f32 y[P];
    for r in 8, p in P y[p] = y[p] + x[r][p];
}
schedule partly for cpu { vectorize p by 16; }
