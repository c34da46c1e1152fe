// Guards: partial results and copies that do not fit the stack (status 5).
// RUN: %exit 5 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+1]]:8: error: partial results need 32000 bytes of stack, the limit is 28672 [E0503]
kernel partial(P, K) {
    in f32 x[P + K], w[K];
    out f32 y[P];
    for p in P y[p] = sum(k in K) x[p + k] * w[k];
}
schedule partial for cpu { tile p by 8000; order p_tile, k, p; }

// The copies of a jam have stack arrays of their own.
// CHECK: :[[#@LINE+1]]:8: error: partial results need 64000 bytes of stack, the limit is 28672 [E0503]
kernel jammed(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule jammed for cpu { tile p by 2000; order n, p_tile, k, p; unroll n by 8; }

// CHECK: :[[#@LINE+1]]:8: error: partial results need 40000 bytes of stack, the limit is 28672 [E0503]
kernel staged(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule staged for cpu { tile p by 10000; stage x in stack at p_tile; }
