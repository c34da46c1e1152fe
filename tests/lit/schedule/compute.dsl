// Guards: compute runs the statements of a local where it is read, for what
// is read there; what two iterations need is made twice.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of halo for x86-64-v3
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n
// CHECK-NEXT: {{^}}    loop p_tile  S0: p_tile  S1: floor((p)/16)
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop n parallel  S0: n
// CHECK-NEXT: {{^}}          loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}            S0: t[n][p] = add(select((p - 1 >= 0), x[n, p - 1], 0.0), x[n, p])
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S1: p
// CHECK-NEXT: {{^}}          S1: y[n][p] = add(select((p - 1 >= 0), t[n, p - 1], 0.0), t[n, p])
kernel halo(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    local f32 t[N][P];
    for n in N, p in P t[n][p] = (x[n][p - 1] else 0) + x[n][p];
    for n in N, p in P y[n][p] = (t[n][p - 1] else 0) + t[n][p];
}
schedule halo for cpu { tile y.p by 16; compute t at p_tile; vectorize p; parallel n; }

// A sum among the statements that make it: its scalar moves along, and every
// iteration of the place has one of its own.
// CHECK-LABEL: schedule of sums for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n  S2: n  S3: n
// CHECK-NEXT: {{^}}    loop p_tile  S0: p_tile  S1: p_tile  S2: p_tile  S3: floor((p)/16)
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop n  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}          loop q vectorize by 8  S0: q  S1: q  S2: q
// CHECK-NEXT: {{^}}            sequence
// CHECK-NEXT: {{^}}              S0: r0[n][p_tile][n][q] = 0.0
// CHECK-NEXT: {{^}}              loop k unroll  S1: k
// CHECK-NEXT: {{^}}                S1: r0[n][p_tile][n][q] = fma(w[k], x[n, q + k], r0[n, p_tile, n, q])
// CHECK-NEXT: {{^}}              S2: t[n][q] = r0[n, p_tile, n, q]
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S3: p
// CHECK-NEXT: {{^}}          S3: y[n][p] = add(t[n, p], t[n, p + 3])
kernel sums(N, P, K = 3) {
    in f32 x[N][P + 2*K], w[K];
    out f32 y[N][P];
    local f32 t[N][P + K];
    for n in N, q in P + K t[n][q] = sum(k in K) w[k] * x[n][q + k];
    for n in N, p in P y[n][p] = t[n][p] + t[n][p + K];
}
schedule sums for cpu { tile p by 16; compute t at p_tile; vectorize q; vectorize p; unroll k; }

// At the innermost loop nothing of it is kept.
// CHECK-LABEL: schedule of inner for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p  S1: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: t[p] = mul(x[p], 2.0)
// CHECK-NEXT: {{^}}      S1: y[p] = add(t[p], 1.0)
kernel inner(P) {
    in f32 x[P];
    out f32 y[P];
    local f32 t[P];
    for p in P t[p] = x[p] * 2.0;
    for p in P y[p] = t[p] + 1.0;
}
schedule inner for cpu { compute t at y.p; }

// A loop around both stays where it is.
// CHECK-LABEL: schedule of shared for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n
// CHECK-NEXT: {{^}}    loop q_tile  S0: q_tile  S1: floor((q)/16)
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}          S0: t[n][p] = mul(x[n, p], 2.0)
// CHECK-NEXT: {{^}}        loop q  S1: q
// CHECK-NEXT: {{^}}          S1: y[n][q] = add(t[n, q], select((q - 1 >= 0), t[n, q - 1], -0.0))
kernel shared(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    local f32 t[N][P];
    for n in N {
        for p in P t[n][p] = x[n][p] * 2.0;
        for q in P y[n][q] = t[n][q] + (t[n][q - 1] else 0);
    }
}
schedule shared for cpu { tile q by 16; compute t at q_tile; vectorize p; }

// Where it is made anyway.
// CHECK-LABEL: schedule of around for x86-64-v3
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}        S0: t[n][p] = mul(x[n, p], 2.0)
// CHECK-NEXT: {{^}}      loop q vectorize by 8  S1: q
// CHECK-NEXT: {{^}}        S1: y[n][q] = add(t[n, q], 1.0)
kernel around(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    local f32 t[N][P];
    for n in N {
        for p in P t[n][p] = x[n][p] * 2.0;
        for q in P y[n][q] = t[n][q] + 1.0;
    }
}
schedule around for cpu { compute t at n; parallel n; vectorize p; vectorize q; }

// The place's loop may move inside the sum: every iteration has its own.
kernel distributed(P = 20, K = 3) {
    in f32 x[P + 4], w[K];
    out f32 y[P][8];
    local f32 t[P + 2];
    for l in P + 2 t[l] = 1.0 + sum(k in K) w[k] * x[l + k];
    for p in P, q in 8 y[p][q] = f32(q) + sum(j in 3) t[p + j];
}
schedule distributed for cpu { compute t at p; order l, k, p; }

// A scalar that is never read makes nothing.
kernel unread(P = 20) {
    in f32 x[P];
    out f32 y[P];
    local f32 t[P];
    for l in P {
        f32 s = x[l] * 2.0;
        t[l] = l >= 100 ? s : x[l];
    }
    for p in P y[p] = t[p] + 1.0;
}
schedule unread for cpu { compute t at p; }
