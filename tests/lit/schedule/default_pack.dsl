// Guards: a long window along the contiguous axis gets lanes along another and
// panels for what is read; weights once a strip, inputs once a tile of rows
// where a whole row does not fit; tiles of whole vectors and of whole blocks of
// columns; not with few taps, rows or channels, more taps than a row has
// elements, strides that are not known, taps that go backwards, or panels of
// two forms.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=32 -D L=200 %s | FileCheck --check-prefixes=CHECK,VIEW %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=32 -D L=2000 %s | FileCheck --check-prefix=LONG %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=32 -D L=50 %s | FileCheck --check-prefix=BLOCKS %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=5 -D C=32 -D L=200 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D K=31 -D C=15 -D L=200 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D K=150 -D C=32 -D L=140 %s | FileCheck --check-prefix=NOT %s
// RUN: %tapc check %s -D K=31 -D C=32 -D L=60
// RUN: %tapc check %s -D K=31 -D C=32 -D L=1001
// RUN: %tapc check %s -D K=31 -D C=19 -D L=60

// CHECK: loop c_tile
// CHECK-NEXT: sequence
// CHECK: x_staged[x_0][x_1] = x[x_0, x_1]
// CHECK: w_staged[w_0][w_1] = w[w_0, w_1]
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop p unroll by 16
// CHECK: loop k unroll by 3
// LONG: loop c_tile
// LONG: w_staged[w_0][w_1] = w[w_0, w_1]
// LONG: loop p_tile pipeline by 2 {{.*}} floor((p)/144)
// LONG: x_staged[x_0][x_1] = x[x_0, x_1]
// BLOCKS: loop p unroll by 12
// NOT-NOT: staged
kernel window(C, L, K) {
    in  f32 x[C][L], w[C][K];
    out f32 y[C][L];

    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - K/2] else 0);
}

// VIEW-LABEL: schedule of view
// VIEW-NOT: staged
kernel view() {
    in  f32 x[32][200] strided;
    in  f32 w[32][31];
    out f32 y[32][200];

    for c in 32, p in 200
        y[c][p] = sum(k in 31) w[c][k] * (x[c][p + k - 15] else 0);
}

// VIEW-LABEL: schedule of back
// VIEW-NOT: staged
kernel back() {
    in  f32 x[32][231], w[32][31];
    out f32 y[32][200];

    for c in 32, p in 200
        y[c][p] = sum(k in 31) w[c][k] * x[c][p - k + 30];
}

// Two panels of one tensor would have different forms.
// VIEW-LABEL: schedule of twice
// VIEW-NOT: staged
kernel twice() {
    in f32 x[32][431], w[32][31];
    out f32 y[32][200];

    for c in 32, p in 200
        y[c][p] = sum(k in 31) w[c][k] * x[c][p + k] * x[c][2 * p + k];
}

// VIEW-LABEL: schedule of two_ways
// VIEW-NOT: staged
kernel two_ways() {
    in f32 x[32][32][231], w[32][31];
    out f32 y[32][200];

    for c in 32, p in 200
        y[c][p] = sum(k in 31) w[c][k] * x[c][0][p + k] * x[0][c][p + k];
}
