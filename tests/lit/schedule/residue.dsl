// Guards: a loop whose residues do different work (a transposed convolution)
// is cut by residue: lanes over the quotient, no condition and no division
// left inside; not where residues are many.
// RUN: %tapc explain --emit=schedule,loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=FAR
// RUN: %tapc compile %s -o %t.o

// CHECK: loop o vectorize by 16  S0: floor((o)/2)
// CHECK-NEXT: loop o unroll  S0: o - 2*floor((o)/2)
// CHECK: y[{{.*}}2*lane] = r0
// CHECK: y[{{.*}}2*lane + 1] = r0
kernel up(L = 64, K = 4) {
    in f32 x[L], w[K];
    out f32 y[2*L];
    for o in 2*L
        y[o] = sum(k in K if (o - k) % 2 == 0) w[k] * (x[(o - k) / 2] else 0);
}

// Too many residues to have code for each.
// FAR-LABEL: schedule of far
// FAR-NOT: floor((o)/9)
kernel far(L = 64, K = 18) {
    in f32 x[L], w[K];
    out f32 y[9*L];
    for o in 9*L
        y[o] = sum(k in K if (o - k) % 9 == 0) w[k] * (x[(o - k) / 9] else 0);
}
