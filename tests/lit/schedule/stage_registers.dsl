// Guards: 'stage ... in registers' makes every load between two vectors a
// shift, on every machine.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK: fma(w[0], shift<6>(
// CHECK: fma(w[1], shift<7>(
// CHECK: fma(w[2], x[lane + 8], r0.1)
// CHECK: fma(w[3], shift<1>(
// CHECK: fma(w[4], shift<2>(
kernel window(L = 64, K = 5, pad = 2) {
    in f32 x[L], w[K];
    out f32 y[L];
    for p in L
        y[p] = sum(k in K) w[k] * (x[p + k - pad] else 0);
}
schedule window for cpu {
    vectorize p;
    unroll p by 4;
    unroll k;
    stage x in registers at p;
}
