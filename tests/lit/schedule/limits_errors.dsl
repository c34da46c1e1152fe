// Guards: the copies that unrolled loops make are counted together, before
// they are made; --max-unroll moves the limit (status 4).
// RUN: %exit 4 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel long_sum(P) {
    in f32 x[P + 5000];
    out f32 y[P];
    for p in P y[p] = sum(k in 5000) x[p + k];
}
// CHECK: :[[#@LINE+2]]:29: error: 'unroll k' makes 5000 statements, the limit is 4096 [E0003]
// CHECK: {{^}}hint: See --max-unroll=N.
schedule long_sum for cpu { unroll k; }

kernel million(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:28: error: 'unroll p by 1000000' makes 1000000 statements, the limit is 4096 [E0003]
// CHECK: {{^}}hint: See --max-unroll=N.
schedule million for cpu { unroll p by 1000000; }

kernel product(N) {
    in f32 x[N][N][N];
    out f32 y[N][N][N];
    for i in N, j in N, k in N y[i][j][k] = x[i][j][k] + 1.0;
}
// CHECK: :[[#@LINE+2]]:60: error: 'unroll k by 2' makes 8192 statements, the limit is 4096 [E0003]
// CHECK: {{^}}hint: See --max-unroll=N.
schedule product for cpu { unroll i by 64; unroll j by 64; unroll k by 2; }

kernel mixed(N) {
    in f32 x[N][N + 32];
    out f32 y[N][N];
    for i in N, j in N y[i][j] = sum(k in 32) x[i][j + k];
}
// CHECK: :[[#@LINE+2]]:60: error: 'unroll i by 8' makes 4352 statements, the limit is 4096 [E0003]
// CHECK: {{^}}hint: See --max-unroll=N.
schedule mixed for cpu { unroll k; tile j by 16; unroll j; unroll i by 8; }
