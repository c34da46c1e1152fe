// Guards: loads of every other element share two vectors, out of which the
// even and the odd ones are picked once; the tap one step further is a shift
// towards the next vector's. At the end of the row
// a load by itself is left.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=NARROW
// RUN: %tapc compile %s -o %t.o

// CHECK: [[A:x\.[0-9]+]] = x[lane]  //
// CHECK-NEXT: [[B:x\.[0-9]+]] = x[lane + 16]  //
// CHECK-NEXT: [[EVEN:x\.[0-9]+]] = pick<0, 2>([[A]], [[B]])
// CHECK: fma(w[0], [[EVEN]], r0.0)
// CHECK: [[ODD:x\.[0-9]+]] = pick<1, 2>([[A]], [[B]])
// CHECK: fma(w[1], [[ODD]], r0.0)
// CHECK: shift<1>([[EVEN]], {{x\.[0-9]+}})

// NARROW: pick<0, 2>
kernel half(P = 64, K = 3) {
    in f32 x[2*P + 1], w[K];
    out f32 y[P];
    for p in P y[p] = sum(k in K) w[k] * x[2*p + k];
}
