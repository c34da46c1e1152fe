// Guards: unrolling that leaves thousands of statements under conditions of
// their own is refused before LLVM needs minutes for them (found by tapc_fuzz,
// seed 60207).
// RUN: %exit 4 %tapc check --target=x86_64-linux-gnu --isa=x86-64-v3 %s 2>&1 | FileCheck %s
// CHECK: weight_errors.dsl:[[#@LINE+1]]:8: error: unrolling kernel 'k' leaves too much to compile: {{[0-9]+}} statements, those under a condition counted four times; the limit is 8192 [E0003]
kernel k(C, L = 23, pad = 2, K = 1, W = 257, R in {3, *})
{
    size P = (L + 2*pad - K)/2 + 1;
    out f32 y[C][P][W - R + 7];
    in f32 b[C];
    in f32 x[C][L][W];
    in bf16 w[C][K][R];

    for c in C, p in P, q in W - R + 7 {
        f32 acc = b[c];
        for k in K, r in R
            acc += w[c][k][r] * (x[c][2*p + k - pad][q + r - 3] else 0.0);
        y[c][p][q] = acc;
    }
}

schedule k for cpu {
    layout x as [#2][#0][#1];
    tile q by 32;
    unroll p;
    vectorize q_tile;
    unroll r;
}
