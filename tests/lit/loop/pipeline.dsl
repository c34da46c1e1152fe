// Guards: what an iteration stages is copied while the one before it computes,
// between parts of the loop over the taps, into the other half of a stack array
// of twice the size; the first copy is ahead of the loop, the last iteration
// copies again what it has; where a number of steps is not known all stays as
// it was. Strips that are whole rows ask for the rows of the next tile.
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=64 -D L=114 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=64 -D L=114 %s | FileCheck --check-prefix=BORDER %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=64 %s | FileCheck --check-prefix=OPEN %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=512 -D L=2066 %s | FileCheck --check-prefix=LARGE %s
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 -D C=64 -D L=114 %s | FileCheck --check-prefix=TREE %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=64 -D L=114
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=32 -D L=83
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s -D C=16 -D L=51
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 -o %t.o -H %t.h %s

// TREE: loop co pipeline by 2
// CHECK: stack f32 x_staged.[[X:[0-9]+]][100][16]
// CHECK: {{^}}for po = 0 .. 3 {
// CHECK-NEXT: {{^}}  for x_1 = 32*po .. 32*po + 50 {
// CHECK-NEXT: {{^}}    x_staged.[[X]][-32*po + x_1, lane] = x[lane, x_1]
// CHECK: {{^}}  for co = 0 .. 4 {
// CHECK-NEXT: {{^}}    for p = 32*po .. 32*po + 17 step 16 {
// CHECK: {{^}}      x_staged.[[X]][-50*po - 50*co + 100*floor((co)/2) + 25*floor((p)/16) + 50, lane] = x[lane - 16*clamp(-co + 2, {{[0-9]+}}) + 48, -18*po + 25*floor((p)/16)]
// CHECK: {{^}}      for k = 0 .. 6 step 3 {
// CHECK: x_staged.[[X]][-32*po + 50*co + p + k - 100*floor((co)/2), lane]
// CHECK: {{^}}      x_staged.[[X]]
// CHECK: {{^}}      for k = 6 .. 12 step 3 {
// CHECK: {{^}}      x_staged.[[X]]
// CHECK: {{^}}      for k = 12 .. 17 step 3 {
// CHECK-NOT: for k
// CHECK-NOT: for x_1
// CHECK: program bordered

// OPEN: stack f32 x_staged.[[X:[0-9]+]][50][16]
// OPEN: for co
// OPEN-NEXT: for x_1
// OPEN-NOT: prefetch

// LARGE: {{^}}      prefetch x[-512*po + 512*co + 256*floor((p)/16), 32*po + 50]
// LARGE: {{^}}      prefetch y[{{.*}}, 32*po + 32] to write
kernel strips(C, L, K = 19) {
    size P = L - K + 1;
    in  f32 x[C][L], w[C][K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

schedule strips for cpu {
    layout x as [L][C];
    layout w as [K][C];
    layout y as [P][C];
    tile c by 16 as co, c;
    tile p by 32 as po, p;
    order po, co, c, p;
    stage x in stack at co;
    pipeline co by 2;
    pack x by c 16;
    vectorize c;
    unroll p by 16;
    unroll k by 3;
}

// Tiles at the borders of a row copy fewer columns.
// BORDER: program bordered
// BORDER: stack f32 x_staged.{{[0-9]+}}[100][16]
kernel bordered(C, L, K = 19, pad = 9) {
    size P = L + 2*pad - K + 1;
    in  f32 x[C][L], w[C][K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - pad] else 0);
}

schedule bordered for cpu {
    layout x as [L][C];
    layout w as [K][C];
    layout y as [P][C];
    tile c by 16 as co, c;
    tile p by 32 as po, p;
    order po, co, c, p;
    stage x in stack at co;
    pipeline co by 2;
    pack x by c 16;
    vectorize c;
    unroll p by 16;
    unroll k by 3;
}
