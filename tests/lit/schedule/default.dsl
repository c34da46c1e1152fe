// Guards: the schedule of a nest nobody scheduled: lanes along what is
// contiguous, short sums unrolled, several vectors in flight, the outermost
// independent loops across cores; a nest that is named is left alone.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// N, C, L: lanes along p.
// CHECK-LABEL: // --- schedule: ncl, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop c parallel  S0: c  S1: c  S2: c
// CHECK-NEXT: {{^}}      loop p vectorize by 8 unroll by 6  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][c][p] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            S1: r0[n][c][p] = fma(w[c, k], x[n, c, p + k], r0[n, c, p])
// CHECK-NEXT: {{^}}          S2: y[n][c][p] = r0[n, c, p]
kernel ncl(N, C, P, K = 4) {
    in f32 x[N][C][P + K - 1], w[C][K];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = sum(k in K) w[c][k] * x[n][c][p + k];
}

// N, L, C: lanes along c, inside the loop over p.
// CHECK-LABEL: // --- schedule: nlc, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop p unroll by 6  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      loop c vectorize by 8  S0: c  S1: c  S2: c
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][p][c] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            S1: r0[n][p][c] = fma(w[k, c], x[n, p + k, c], r0[n, p, c])
// CHECK-NEXT: {{^}}          S2: y[n][p][c] = r0[n, p, c]
kernel nlc(N, C, P, K = 4) {
    in f32 x[N][P + K - 1][C], w[K][C];
    out f32 y[N][P][C];
    for n in N, p in P, c in C y[n][p][c] = sum(k in K) w[k][c] * x[n][p + k][c];
}

// The same from channel-first loops, by layouts.
// CHECK-LABEL: // --- schedule: channels_last, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop p unroll by 6  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      loop c vectorize by 8  S0: c  S1: c  S2: c
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][c][p] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            S1: r0[n][c][p] = fma(w[c, k], x[n, c, p + k], r0[n, c, p])
// CHECK-NEXT: {{^}}          S2: y[n][c][p] = r0[n, c, p]
kernel channels_last(N, C, P, K = 4) {
    size L = P + K - 1;
    in f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = sum(k in K) w[c][k] * x[n][c][p + k];
}
schedule channels_last for cpu {
    layout x as [N][L][C];
    layout y as [N][P][C];
    layout w as [K][C];
}

// Blocks of channels: lanes within a block.
// CHECK-LABEL: // --- schedule: blocked, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop p unroll by 6  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}      loop c vectorize by 8  S0: c  S1: c  S2: c
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][c][p] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            S1: r0[n][c][p] = fma(w[c, k], x[n, c, p + k], r0[n, c, p])
// CHECK-NEXT: {{^}}          S2: y[n][c][p] = r0[n, c, p]
kernel blocked(N, C, P, K = 4) {
    size L = P + K - 1;
    in f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = sum(k in K) w[c][k] * x[n][c][p + k];
}
schedule blocked for cpu {
    layout x as [N][C/8][L][C%8];
    layout y as [N][C/8][P][C%8];
    layout w as [C/8][K][C%8];
}

// CHECK-LABEL: // --- schedule: image, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop n parallel  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop i parallel  S0: i  S1: i  S2: i
// CHECK-NEXT: {{^}}      loop j vectorize by 8 unroll by 6  S0: j  S1: j  S2: j
// CHECK-NEXT: {{^}}        sequence
// CHECK-NEXT: {{^}}          S0: r0[n][i][j] = 0.0
// CHECK-NEXT: {{^}}          loop k unroll  S1: k
// CHECK-NEXT: {{^}}            loop l unroll  S1: l
// CHECK-NEXT: {{^}}              S1: r0[n][i][j] = fma(w[k, l], x[n, i + k - 1, j + l - 1], r0[n, i, j])
// CHECK-NEXT: {{^}}          S2: y[n][i][j] = r0[n, i, j]
kernel image(N, H, W, K = 3) {
    in f32 x[N][H][W], w[K][K];
    out f32 y[N][H][W];
    for n in N, i in H, j in W
        y[n][i][j] = sum(k in K, l in K) w[k][l] * (x[n][i + k - 1][j + l - 1] else 0);
}

// Time stays sequential.
// CHECK-LABEL: // --- schedule: stencil, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop i vectorize by 8 unroll by 6  S0: i
// CHECK-NEXT: {{^}}      S0: a[0][i] = x[i]
// CHECK-NEXT: {{^}}    loop t  S1: t
// CHECK-NEXT: {{^}}      loop i vectorize by 8 unroll by 6  S1: i
// CHECK-NEXT: {{^}}        S1: a[t + 1][i] = mul(0.5, add(a[t, clamp(i - 1, N)], a[t, clamp(i + 1, N)]))
// CHECK-NEXT: {{^}}    loop i vectorize by 8 unroll by 6  S2: i
// CHECK-NEXT: {{^}}      S2: y[i] = a[T, i]
kernel stencil(T, N) require T >= 0, N >= 2 {
    in f32 x[N];
    out f32 y[N];
    local f32 a[T + 1][N];
    for i in N a[0][i] = x[i];
    for t in T, i in N a[t + 1][i] = 0.5 * (a[t][clamp(i - 1)] + a[t][clamp(i + 1)]);
    for i in N y[i] = a[T][i];
}

// Nothing is legal here.
// CHECK-LABEL: // --- schedule: scan, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  loop i  S0: i
// CHECK-NEXT: {{^}}    S0: a[i] = add(a[i - 1], a[i])
kernel scan(N) {
    inout f32 a[N];
    for i in 1..N a[i] = a[i - 1] + a[i];
}

// Two nests, one named.
// CHECK-LABEL: // --- schedule: half, x86-64-v3{{$}}
// CHECK-NEXT: schedule of
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop n parallel  S0: n
// CHECK-NEXT: {{^}}      loop p vectorize by 8 unroll by 6  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][p] = add(x[n, p], 1.0)
// CHECK-NEXT: {{^}}    loop m  S1: m
// CHECK-NEXT: {{^}}      loop q unroll by 2  S1: q
// CHECK-NEXT: {{^}}        S1: z[m][q] = add(x[m, q], 2.0)
kernel half(N, P) {
    in f32 x[N][P];
    out f32 y[N][P], z[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
    for m in N, q in P z[m][q] = x[m][q] + 2.0;
}
schedule half for cpu { unroll q by 2; }
