// Infinities, NaN and 0 through every function: the object, with and without
// optimisation, and the oracles of tests/fuzz give what lang/functions.md says.
// Where a max has no term, silu is given -inf.
// REQUIRES: x86-64-v3
// RUN: %cc -D_GNU_SOURCE -O1 -Dmain=run_cases -c %root/tests/fuzz/fuzz_support.c -o %t.oracle.o
// RUN: %tapc compile %s -O0 --isa=x86-64-v3 -o %t0.o -H %t.h
// RUN: %cc -O1 -I %root/tests/fuzz -include %t.h %S/Inputs/special.c %t0.o %t.oracle.o -o %t0 -lm
// RUN: %t0
// RUN: %tapc compile %s -O2 --isa=x86-64-v3 -o %t2.o
// RUN: %cc -O1 -I %root/tests/fuzz -include %t.h %S/Inputs/special.c %t2.o %t.oracle.o -o %t2 -lm
// RUN: %t2

kernel special(N)
{
    in f32 x[N];
    in f64 x64[N];
    out f32 y[9][N], none[2];
    out f64 y64[9][N];

    for i in N y[0][i] = exp(x[i]);
    for i in N y[1][i] = log(x[i]);
    for i in N y[2][i] = tanh(x[i]);
    for i in N y[3][i] = sigmoid(x[i]);
    for i in N y[4][i] = silu(x[i]);
    for i in N y[5][i] = gelu(x[i]);
    for i in N y[6][i] = softplus(x[i]);
    for i in N y[7][i] = hardswish(x[i]);
    for i in N y[8][i] = rsqrt(x[i]);
    for i in N y64[0][i] = exp(x64[i]);
    for i in N y64[1][i] = log(x64[i]);
    for i in N y64[2][i] = tanh(x64[i]);
    for i in N y64[3][i] = sigmoid(x64[i]);
    for i in N y64[4][i] = silu(x64[i]);
    for i in N y64[5][i] = gelu(x64[i]);
    for i in N y64[6][i] = softplus(x64[i]);
    for i in N y64[7][i] = hardswish(x64[i]);
    for i in N y64[8][i] = rsqrt(x64[i]);
    for j in 2 none[j] = silu(max(k in 5 if k < j) f32(k + 1));
}
