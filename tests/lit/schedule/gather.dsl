// Guards: sums scattered over a row become a loop over its elements, joined
// with the one that clears them, the terms of each in the order of the source:
// taps reversed where they are the inner loop, as they come where they are the
// outer one; cut by residue where the stride is not 1. Compiling compares
// the result with the source.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of upsample
// CHECK: loop o vectorize by 16 S0: floor((o)/2) S1: p + floor((k)/2)
// CHECK: loop o unroll
// CHECK: S0: y[o] = 0.0
// CHECK-NEXT: loop k unroll S1: -k
// CHECK-NEXT: S1: y[2*p + k] = fma(
kernel upsample(L)
    require L >= 1
{
    in f32 x[L], w[4];
    out f32 y[2*L + 2];
    for o in 2*L + 2
        y[o] = 0;
    for p in L, k in 4
        y[2*p + k] += w[k] * x[p];
}

// CHECK-LABEL: schedule of full
// CHECK: loop o vectorize by 16
// CHECK: loop p unroll S1: k
kernel full(L)
    require L >= 1
{
    in f32 x[L], w[3];
    out f32 y[L + 2];
    for o in L + 2
        y[o] = 1;
    for k in 3, p in L
        y[p - k + 2] += w[k] * x[p];
}

// The row is read as it is written: each element is complete when the next
// ones need it, but all must have their first values before.
// CHECK-LABEL: schedule of recursive
// CHECK: S0: y[o] = 1.0
// CHECK: loop p S1: p + k
// CHECK-NEXT: loop k unroll S1: -k
kernel recursive(L)
    require L >= 1
{
    in f32 w[3];
    out f32 y[L + 2];
    for o in L + 2
        y[o] = 1;
    for p in L, k in 3
        y[p + k] += w[k] * y[p];
}

// The row is read ahead of where it is written: its order matters.
// CHECK-LABEL: schedule of ahead
// CHECK: loop p S1: p
// CHECK-NEXT: loop k {{(unroll )?}}S1: k
kernel ahead(L)
    require L >= 1
{
    in f32 w[3];
    out f32 y[L + 2];
    for o in L + 2
        y[o] = 1;
    for p in L, k in 3
        y[p + k] += w[k] * y[p + 1];
}

// As many taps as there are may not be unrolled.
// CHECK-LABEL: schedule of unknown
// CHECK: loop k S1: k
kernel unknown(L, K)
    require L >= 1, K >= 1
{
    in f32 x[L], w[K];
    out f32 y[2*L + K];
    for o in 2*L + K
        y[o] = 0;
    for p in L, k in K
        y[2*p + k] += w[k] * x[p];
}

// Along a diagonal no element gets two terms.
// CHECK-LABEL: schedule of diagonal
// CHECK: loop p parallel S0: p
// CHECK-NEXT: loop k unroll S0: k
kernel diagonal(L) {
    in f32 x[L], w[4];
    inout f32 y[L][L + 3];
    for p in L, k in 4
        y[p][p + k] += w[k] * x[p];
}

// The user's loops stay what they are.
// CHECK-LABEL: schedule of mine
// CHECK: loop p S0: p
// CHECK-NEXT: loop k unroll S0: k
kernel mine(L) {
    in f32 x[L], w[4];
    inout f32 y[L + 3];
    for p in L, k in 4
        y[p + k] += w[k] * x[p];
}
schedule mine for cpu { unroll k; }
