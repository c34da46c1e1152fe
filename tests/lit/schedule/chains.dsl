// Guards: where nothing can be lanes because the innermost loop is a chain of
// dependent operations, several independent rows run at a time; compiling
// checks the result. A sum in memory over fewer elements than a vector has
// lanes stays without lanes: its vectors would wait for each other's stores.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of rows
// CHECK: loop c_tile parallel
// CHECK-NEXT: loop c unroll by 8
kernel rows(C, P) {
    in f32 x[C][P];
    out f32 s[C];
    for c in C
        s[c] = sum(p in P) x[c][p];
}

// CHECK-LABEL: schedule of few
// CHECK-NOT: unroll by
// CHECK: S2: s[c] = r0
kernel few(P) {
    in f32 x[3][P];
    out f32 s[3];
    for c in 3
        s[c] = sum(p in P) x[c][p];
}

// CHECK-LABEL: schedule of taps
// CHECK: loop p S1
// CHECK-NEXT: loop k unroll S1
kernel taps(P) {
    in f32 x[P + 2], y[P];
    out f32 w[3];
    for k in 3
        w[k] = 0;
    for p in P, k in 3
        w[k] += y[p] * x[p + k];
}
