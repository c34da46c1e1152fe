// Guards: unroll is complete where the extent is known, by 4 where it is not,
// by as many as "by" says; of an outer loop it is unroll-and-jam; of a vector
// loop it counts vectors.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of complete for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      S0: r0[p] = 0.0
// CHECK-NEXT: {{^}}      loop k unroll  S1: k
// CHECK-NEXT: {{^}}        S1: r0[p] = fma(x[p + k], w[k], r0[p])
// CHECK-NEXT: {{^}}      S2: y[p] = r0[p]
kernel complete(P) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) x[p + k] * w[k];
}
schedule complete for cpu { unroll k; }

// CHECK-LABEL: schedule of unknown for x86-64-v3
// CHECK-NEXT: {{^}}  loop p unroll by 4  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel unknown(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule unknown for cpu { unroll p; }

// CHECK-LABEL: schedule of jam for x86-64-v3
// CHECK-NEXT: {{^}}  loop n unroll by 2  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop p unroll by 3  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        S0: r0[n][p] = 0.0
// CHECK-NEXT: {{^}}        loop k  S1: k
// CHECK-NEXT: {{^}}          S1: r0[n][p] = fma(x[n, p + k], w[k], r0[n, p])
// CHECK-NEXT: {{^}}        S2: y[n][p] = r0[n, p]
kernel jam(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule jam for cpu { unroll n by 2; unroll p by 3; }

// CHECK-LABEL: schedule of vectors for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8 unroll  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = fma(x[p], 2.0, y[p])
kernel vectors(P = 37) {
    in f32 x[P];
    inout f32 y[P];
    for p in P y[p] += x[p] * 2.0;
}
schedule vectors for cpu { vectorize p; unroll p; }

// CHECK-LABEL: schedule of several for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8 unroll by 3  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = fma(x[p], 2.0, y[p])
kernel several(P) {
    in f32 x[P];
    inout f32 y[P];
    for p in P y[p] += x[p] * 2.0;
}
schedule several for cpu { vectorize p; unroll p by 3; }

// The loop of a tile: all of it.
// CHECK-LABEL: schedule of tile for x86-64-v3
// CHECK-NEXT: {{^}}  loop p_tile  S0: floor((p)/5)  S1: floor((p)/5)  S2: floor((p)/5)
// CHECK-NEXT: {{^}}    loop p unroll by 5  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        S0: r0[p] = 0.0
// CHECK-NEXT: {{^}}        loop k  S1: k
// CHECK-NEXT: {{^}}          S1: r0[p] = fma(x[p + k], w[k], r0[p])
// CHECK-NEXT: {{^}}        S2: y[p] = r0[p]
kernel tile(P) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) x[p + k] * w[k];
}
schedule tile for cpu { tile p by 5; unroll p; }

// CHECK-LABEL: schedule of tile_of_vectors for x86-64-v3
// CHECK-NEXT: {{^}}  loop p_tile  S0: floor((p)/64)  S1: floor((p)/64)  S2: floor((p)/64)
// CHECK-NEXT: {{^}}    loop p vectorize by 8 unroll by 8  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        S0: r0[p] = 0.0
// CHECK-NEXT: {{^}}        loop k  S1: k
// CHECK-NEXT: {{^}}          S1: r0[p] = fma(x[p + k], w[k], r0[p])
// CHECK-NEXT: {{^}}        S2: y[p] = r0[p]
kernel tile_of_vectors(P) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) x[p + k] * w[k];
}
schedule tile_of_vectors for cpu { tile p by 64; vectorize p; unroll p; }
