// Guards: an element that several statements update is a register in between
// and stored once, also where lanes are under a condition; not where another
// statement reads it on the way.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: program taps
// CHECK: [[Y:y\.[0-9]+]] = 1.0  // lanes 16
// CHECK-NOT: y[
// CHECK: [[Y]] = fma(w[0], x[p + lane], [[Y]])
// CHECK: [[Y]] = fma(w[1], x[p + lane + 1], [[Y]])
// CHECK: y[p + lane] = [[Y]]
kernel taps(P) {
    in f32 x[P + 1], w[2];
    out f32 y[P];
    for p in P {
        y[p] = 1;
        for k in 2
            y[p] += w[k] * x[p + k];
    }
}

// CHECK-LABEL: program between
// CHECK: y[p + lane] = 1.0
// CHECK-NEXT: z[p + lane] = y[p + lane]
// CHECK-NEXT: y[p + lane] = add(y[p + lane], x[p + lane])
kernel between(P) {
    in f32 x[P];
    inout f32 y[P];
    out f32 z[P];
    for p in P {
        y[p] = 1;
        z[p] = y[p];
        y[p] += x[p];
    }
}
