// Guards: the last vector of a row whose length is no multiple of the lanes is
// made from the last whole vector inside, rotated, and so are all its taps;
// the only masks are those of what is computed.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK: for c = 0 .. 4
// CHECK-NOT: x[c, lane - 1]
// CHECK: [[INSIDE:x\.[0-9]+]] = x[c, lane + 26]
// CHECK-NEXT: [[TAIL:x\.[0-9]+]] = shift<6>([[INSIDE]], [[INSIDE]])
// CHECK: fma(w[c, 0], shift<15>({{x\.[0-9]+}}, [[TAIL]]), r0.0) if -lane + 9 >= 0
// CHECK: fma(w[c, 1], [[TAIL]], r0.0) if -lane + 9 >= 0
// CHECK: fma(w[c, 2], shift<1>([[TAIL]], [[TAIL]]), r0.0) if -lane + 8 >= 0
kernel window(C = 4, L = 42, K = 3, pad = 1) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - pad] else 0);
}
