// Guards: columns that are computed from the ones before them are no block:
// they are stored one after the other, as they are needed. Compiling compares
// the result with the source.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// CHECK-LABEL: program chain
// CHECK-NOT: transpose y
kernel chain() {
    in f32 x[16][12];
    inout f32 y[16][12];
    for p in 1..9, c in 16
        y[c][p] = y[c][p - 1] * 0.5 + x[c][p];
}
schedule chain for cpu {
    vectorize c by 16;
    unroll p;
}
