// Guards: vectors of one row take turns, each with an accumulator of its own,
// tap by tap in the order of the source; stores come in their old order.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 -D K=2 -D pad=0 %s | FileCheck %s --check-prefix=FEW
// RUN: %tapc compile %s -o %t.o

// CHECK: for c = 0 .. 4
// CHECK-COUNT-4: r0.{{[0-3]}} = 0.0
// CHECK: r0.3 = fma(w[c, 0], {{.*}}, r0.3)
// CHECK: r0.0 = fma(w[c, 1], {{.*}}, r0.0)
// CHECK: r0.3 = fma(w[c, 1], {{.*}}, r0.3)
// CHECK: r0.0 = fma(w[c, 6], {{.*}}, r0.0)
// CHECK: r0.3 = fma(w[c, 6], {{.*}}, r0.3)
// CHECK: y[c, lane] = r0.0
// CHECK: y[c, lane + 16] = r0.1
// CHECK: y[c, lane + 32] = r0.2
// CHECK: y[c, lane + 48] = r0.3

// Two taps are over before the next vector waits.
// FEW-NOT: r0.1
kernel window(C = 4, L = 64, K = 7, pad = 3) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L + 2*pad - K + 1];
    for c in C, p in L + 2*pad - K + 1
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - pad] else 0);
}

// What is read and written stays in order.
// CHECK-LABEL: program updated
// CHECK-NOT: r0.1
kernel updated(C = 4, L = 64, K = 7) {
    in f32 x[C][L + 6], w[C][K];
    inout f32 y[C][L];
    for c in C, p in L
        y[c][p] = y[c][p] + sum(k in K) w[c][k] * x[c][p + k];
}

// A vector with fewer taps is stored in its turn all the same.
// CHECK-LABEL: program fewer
// CHECK: y[c, lane] = r0
// CHECK: y[c, lane + 16] = r0
// CHECK: y[c, lane + 32] = r0
// CHECK: y[c, lane + 48] = r0
kernel fewer(C = 4, L = 64, K = 23) {
    in f32 x[C][L], w[C][K];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k] else 0);
}
