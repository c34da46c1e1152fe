// Found by tapc_fuzz, seed 60207: compiling takes 20 s for one ISA level and
// 75 s for the three default ones (codegen_build 9 s, codegen_emit 11 s each;
// loop_build only 70 ms). Every lane of the strided, masked loads becomes
// branches of its own in LLVM, times the unrolled p and r; the limit on unrolled
// statements (E0003) counts statements, not lanes. At fault: codegen, or the
// limit in loop_unroll.
//   time tapc compile slow_gather_unroll.dsl -o a.o --isa=x86-64-v3 --no-verify
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
