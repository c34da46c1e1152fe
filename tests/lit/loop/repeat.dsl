// Guards: iterations that add to what the ones before left in a register are
// not run twice: the last ones of a jammed sum are not those moved back; nor
// are vectors moved that begin at multiples of their lanes for a reason.
// RUN: %tapc explain --emit=loop --fp=reassoc --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --fp=reassoc --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck %s --check-prefix=BLOCKED
// RUN: %tapc compile --fp=reassoc --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// CHECK-LABEL: program sums
// CHECK: for c = 0 .. C - 3 step 4 {
// CHECK-NOT: clamp(C - c
kernel sums(C, O = 2, L = 3) {
    in f64 x[C][L], w[O][C][5];
    out f64 y[O][L];
    for o in O, p in L {
        f64 acc = 0.0;
        for c in C, k in 5
            acc += w[o][c][k] * x[c][clamp(2*p + k - 1)];
        y[o][p] = acc;
    }
}
schedule sums for x86 {
    order o, p, c;
    vectorize o by 16;
    unroll c;
}

// The last vector of a blocked row stays where a block begins.
// BLOCKED-LABEL: program blocked
// BLOCKED: y[n, lane + 32] = mul(x[n, lane + 32], 2.0) if -lane + 7 >= 0
kernel blocked(N, C = 40) {
    in f32 x[N][C];
    out f32 y[N][C];
    for n in N, c in C
        y[n][c] = x[n][c] * 2;
}
schedule blocked for cpu {
    layout x as [N][C/16][C%16];
    vectorize c by 16;
}
