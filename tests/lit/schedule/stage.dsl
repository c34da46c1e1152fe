// Guards: stage copies once per iteration of a loop what is read there; the
// copy's loops are x_0, x_1, ...; a border is not copied; pack keeps the copy
// with a dimension innermost and makes it in vectors.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of row for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n  S2: n  S3: n
// CHECK-NEXT: {{^}}    loop p_tile  S0: floor((p)/64)  S1: floor((p)/64)  S2: floor((p)/64)  S3: p_tile
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop x_0  S3: x_0
// CHECK-NEXT: {{^}}          loop x_1 vectorize by 8  S3: x_1
// CHECK-NEXT: {{^}}            S3: x_staged[x_0][x_1] = x[x_0, x_1]
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}          sequence
// CHECK-NEXT: {{^}}            S0: r0[n][p] = 0.0
// CHECK-NEXT: {{^}}            loop k  S1: k
// CHECK-NEXT: {{^}}              S1: r0[n][p] = fma(w[k], x_staged[n, p + k - 1], r0[n, p])
// CHECK-NEXT: {{^}}            S2: y[n][p] = r0[n, p]
kernel row(N, P, K = 3) {
    in f32 x[N][P], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) w[k] * (x[n][p + k - 1] else 0);
}
schedule row for cpu { tile p by 64; stage x in stack at p_tile; vectorize p; vectorize x_1; }

// CHECK-LABEL: schedule of weights for x86-64-v3
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n  S3: n
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop w_0 unroll  S3: w_0
// CHECK-NEXT: {{^}}        S3: w_staged[w_0] = w[w_0]
// CHECK-NEXT: {{^}}      loop p vectorize by 8  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][p] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            S1: r0[n][p] = fma(w_staged[k], x[n, p + k], r0[n, p])
// CHECK-NEXT: {{^}}          S2: y[n][p] = r0[n, p]
kernel weights(N, P, K = 3) {
    in f32 x[N][P + K - 1], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) w[k] * x[n][p + k];
}
schedule weights for cpu { stage w in registers at n; unroll k; unroll w_0; vectorize p; parallel n; }

// CHECK-LABEL: schedule of panel for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n  S2: n  S3: n
// CHECK-NEXT: {{^}}    loop c_tile  S0: floor((c)/8)  S1: floor((c)/8)  S2: floor((c)/8)  S3: c_tile
// CHECK-NEXT: {{^}}      loop p_tile  S0: floor((p)/32)  S1: floor((p)/32)  S2: floor((p)/32)  S3: p_tile
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          loop x_0  S3: x_0
// CHECK-NEXT: {{^}}            loop x_1 vectorize by 8  S3: x_1
// CHECK-NEXT: {{^}}              loop x_2 unroll by 4  S3: x_2
// CHECK-NEXT: {{^}}                S3: x_staged[x_0][x_1][x_2] = x[x_0, x_1, x_2]
// CHECK-NEXT: {{^}}          loop p  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}            loop c vectorize by 8  S0: c  S1: c  S2: c
// CHECK-NEXT: {{^}}              sequence
// CHECK-NEXT: {{^}}                S0: r0[n][c][p] = 0.0
// CHECK-NEXT: {{^}}                loop k  S1: k
// CHECK-NEXT: {{^}}                  S1: r0[n][c][p] = fma(w[c, k], x_staged[n, c, p + k - 7], r0[n, c, p])
// CHECK-NEXT: {{^}}                S2: y[n][c][p] = r0[n, c, p]
kernel panel(N, C, L, K = 15) {
    in f32 x[N][C][L], w[C][K];
    out f32 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in K) w[c][k] * (x[n][c][p + k - 7] else 0);
}
schedule panel for cpu {
    tile c by 8;
    tile p by 32;
    order n, c_tile, p_tile, p, c;
    vectorize c;
    stage x in stack at p_tile;
    pack x by c 8;
}

// Two tensors, and one inside a vector loop: every lane has its copy.
// CHECK-LABEL: schedule of lanes for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p  S1: p  S2: p  S3: p  S4: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop w_0  S4: w_0
// CHECK-NEXT: {{^}}        loop w_1  S4: w_1
// CHECK-NEXT: {{^}}          S4: w_staged[w_0][w_1] = w[w_0, w_1]
// CHECK-NEXT: {{^}}      loop x_0  S3: x_0
// CHECK-NEXT: {{^}}        S3: x_staged[x_0] = x[x_0]
// CHECK-NEXT: {{^}}      S0: r0[p] = 0.0
// CHECK-NEXT: {{^}}      loop k unroll  S1: k
// CHECK-NEXT: {{^}}        S1: r0[p] = fma(w_staged[p, k], x_staged[p + k], r0[p])
// CHECK-NEXT: {{^}}      S2: y[p] = r0[p]
kernel lanes(P, K = 3) {
    in f32 x[P + K - 1], w[P][K];
    out f32 y[P];
    for p in P y[p] = sum(k in K) w[p][k] * x[p + k];
}
schedule lanes for cpu { vectorize p; stage x in stack at p; stage w in stack at p; unroll k; }
