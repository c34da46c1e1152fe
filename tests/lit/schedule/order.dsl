// Guards: order permutes loops among the places they have in a perfect nest,
// and distributes a loop over a sequence where it has to move inside one.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// The loop that is not named keeps its place.
// CHECK-LABEL: schedule of perfect for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p
// CHECK-NEXT: {{^}}    loop c  S0: c
// CHECK-NEXT: {{^}}      loop n  S0: n
// CHECK-NEXT: {{^}}        S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel perfect(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule perfect for cpu { order p, n; }

// CHECK-LABEL: schedule of all for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p
// CHECK-NEXT: {{^}}    loop c  S0: c
// CHECK-NEXT: {{^}}      loop n  S0: n
// CHECK-NEXT: {{^}}        S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel all(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule all for cpu { order p, c, n; }

// The loops of the sum and around it: p is distributed over the statements.
// CHECK-LABEL: schedule of distributed for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n  S1: n  S2: n
// CHECK-NEXT: {{^}}    loop p_tile  S0: floor((p)/16)  S1: floor((p)/16)  S2: floor((p)/16)
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}          S0: r0[n][p] = 0.0
// CHECK-NEXT: {{^}}        loop k  S1: k
// CHECK-NEXT: {{^}}          loop p vectorize by 8  S1: p
// CHECK-NEXT: {{^}}            S1: r0[n][p] = fma(x[n, p + k], w[k], r0[n, p])
// CHECK-NEXT: {{^}}        loop p vectorize by 8  S2: p
// CHECK-NEXT: {{^}}          S2: y[n][p] = r0[n, p]
kernel distributed(N, P, K = 3) {
    in f32 x[N][P + K - 1], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule distributed for cpu { tile p by 16; order n, p_tile, k, p; vectorize p; }

// A chain of three above a sequence, sorted from the inside.
// CHECK-LABEL: schedule of inside for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      loop c  S0: c
// CHECK-NEXT: {{^}}        loop n  S0: n
// CHECK-NEXT: {{^}}          S0: r0[n][c][p] = 0.0
// CHECK-NEXT: {{^}}      loop k  S1: k
// CHECK-NEXT: {{^}}        loop c  S1: c
// CHECK-NEXT: {{^}}          loop n  S1: n
// CHECK-NEXT: {{^}}            S1: r0[n][c][p] = fma(x[n, c, p + k], w[c, k], r0[n, c, p])
// CHECK-NEXT: {{^}}      loop c  S2: c
// CHECK-NEXT: {{^}}        loop n  S2: n
// CHECK-NEXT: {{^}}          S2: y[n][c][p] = r0[n, c, p]
kernel inside(N = 2, C = 3, P, K = 4) {
    in f32 x[N][C][P + K - 1], w[C][K];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = sum(k in K) x[n][c][p + k] * w[c][k];
}
schedule inside for cpu { order k, c, n; }

// Back and forth.
// CHECK-LABEL: schedule of twice for x86-64-v3
// CHECK-NEXT: {{^}}  loop n  S0: n
// CHECK-NEXT: {{^}}    loop c  S0: c
// CHECK-NEXT: {{^}}      loop p  S0: p
// CHECK-NEXT: {{^}}        S0: y[n][c][p] = add(x[n, c, p], 1.0)
kernel twice(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p] + 1.0;
}
schedule twice for cpu { order p, c, n; order n, c, p; }

// The dependence of a wave front: both orders keep it.
// CHECK-LABEL: schedule of wave for x86-64-v3
// CHECK-NEXT: {{^}}  loop j  S0: j
// CHECK-NEXT: {{^}}    loop i  S0: i
// CHECK-NEXT: {{^}}      S0: a[i][j] = add(a[i - 1, j], a[i, j - 1])
kernel wave(N) {
    inout f32 a[N][N];
    for i in 1..N, j in 1..N a[i][j] = a[i - 1][j] + a[i][j - 1];
}
schedule wave for cpu { order j, i; }

// What only --fp=reassoc allows elsewhere: an integer sum in any order.
// CHECK-LABEL: schedule of counts for x86-64-v3
// CHECK-NEXT: {{^}}  sequence
// CHECK-NEXT: {{^}}    loop p  S0: p
// CHECK-NEXT: {{^}}      S0: y[p] = 0
// CHECK-NEXT: {{^}}    loop k vectorize by 8  S1: k
// CHECK-NEXT: {{^}}      loop p  S1: p
// CHECK-NEXT: {{^}}        S1: y[p] = add(y[p], x[p, k])
kernel counts(P, K) {
    in i32 x[P][K];
    out i32 y[P];
    for p in P y[p] = 0;
    for p in P, k in K y[p] += x[p][k];
}
schedule counts for cpu { order k, p; vectorize k; }
