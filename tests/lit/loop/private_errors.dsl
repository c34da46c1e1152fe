// Guards: partial results of a sum may not be passed from one parallel loop
// to the next: each thread has its own.
// RUN: %exit 1 %tapc compile %s -o %t.o 2>&1 | FileCheck %s

kernel rows(N, P = 100, K = 3) {
    in f32 x[N][P + 2], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) w[k] * x[n][p + k];
}
// CHECK: :[[#@LINE+2]]:40: error: the order of loops keeps partial results of 'r0' from one parallel loop over p to the next [E0413]
// CHECK: hint: Put the parallel loop outside the others.
schedule rows for cpu { order n, k, p; parallel p; }
