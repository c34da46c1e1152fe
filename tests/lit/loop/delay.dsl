// Guards: columns that are transposed on their way out are kept on the stack
// and stored, a few at a time, between parts of the next iteration's loop over
// the taps; those of the last iteration behind it. Where rows are a multiple
// of 1 KiB apart all stays as it was.
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=32 -D L=114 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=32 -D L=274 %s | FileCheck --check-prefix=NONE %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=32 -D L=114
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=16 -D L=274
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=19 -D L=61

// CHECK: stack f32 y.[[Y:[0-9]+]][32][16]
// CHECK: for p = 0 .. 81 step 16 {
// CHECK: {{^}}    if p - 16 >= 0 {
// CHECK-NEXT: {{^}}      transpose y {
// CHECK-NEXT: y[16*co + lane, p - 16] = y.[[Y]][16*floor((p)/16) - 32*floor((p + 16)/32) + 16, lane]
// CHECK: {{^}}    for k = 0 .. 6 step 3 {
// CHECK: {{^}}    if p - 16 >= 0 {
// CHECK: {{^}}    for k = 6 .. 12 step 3 {
// CHECK: {{^}}    y.[[Y]][{{.*}}, lane] = r0
// CHECK: {{^}}  transpose y {
// CHECK-NEXT: {{^}}    y[16*co + lane, 80] = y.[[Y]][16, lane]

// NONE-NOT: stack f32 y.
kernel rows(C, L, K = 19) {
    size P = L - K + 1;
    in  f32 x[C][L], w[C][K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

schedule rows for cpu {
    tile c by 16 as co, c;
    order co, c, p;
    stage x in stack at co;
    pack x by c 16;
    vectorize c;
    unroll p by 16;
    unroll k by 3;
}
