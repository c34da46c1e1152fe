// Guards: jammed rows run the taps they share in one loop, jammed in its turn,
// and those only some of them have in straight code before and behind it; the
// last rows are jammed too, moved to end at the end where their number is not
// known.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D L=20 -D C=16 %s | FileCheck --check-prefix=KNOWN %s
// RUN: %tapc check %s
// RUN: %tapc check %s -D L=3
// RUN: %tapc check %s -D L=20 -D C=16

// CHECK: {{^}}if C - 16 >= 0 {
// CHECK-NEXT: {{^}}  if L - 3 >= 0 {
// CHECK-NEXT: {{^}}    for c = 0 .. C step 16 {
// CHECK-NEXT: {{^}}      for p = 0 .. L step 3 {
// CHECK-NEXT: {{^}}        r0.0 = 0.0
// CHECK-NEXT: {{^}}        r0.1 = 0.0
// CHECK-NEXT: {{^}}        r0.2 = 0.0
// Some rows have taps that others have not:
// CHECK-NEXT: {{^}}        if L - clamp
// CHECK-NEXT: {{^}}          if -L
// CHECK-NEXT: {{^}}            if -L
// CHECK-NEXT: {{^}}              r0.2 = fma(
// CHECK: {{^}}          for k = max({{.*}}, 0) .. min({{.*}}, 11) {
// CHECK-NEXT: {{^}}            r0.0 = fma(
// CHECK-NEXT: {{^}}            r0.1 = fma(
// CHECK-NEXT: {{^}}            r0.2 = fma(
// CHECK-NEXT: {{^}}          }
// Rows without common taps:
// CHECK: {{^}}            if L + k
// CHECK-NEXT: {{^}}              r0.0 = fma(
// Fewer than three rows, fewer than sixteen channels:
// CHECK: {{^}}  if -L + 2 >= 0 {
// CHECK-NEXT: {{^}}    for c = 0 .. C step 16 {
// CHECK-NEXT: {{^}}      for p = 0 .. L {
// CHECK: {{^}}if -C + 15 >= 0 {
// CHECK-NEXT: {{^}}  for c = 0 .. C step 16 {
// CHECK-NEXT: {{^}}    for p = 0 .. L {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if C - c - lane - 1 >= 0

// KNOWN: {{^}}for p = 0 .. 18 step 3 {
// KNOWN: {{^}}  if -p + 4 >= 0 {
// KNOWN-NEXT: {{^}}    if -p + 3 >= 0 {
// KNOWN-NEXT: {{^}}      r0.2 = fma(w[lane, -p + 3], x[lane, 0], r0.2)
// KNOWN-NEXT: {{^}}    }
// KNOWN-NEXT: {{^}}    r0.1 = fma(w[lane, -p + 4], x[lane, 0], r0.1)
// KNOWN-NEXT: {{^}}    r0.2 = fma(w[lane, -p + 4], x[lane, 1], r0.2)
// KNOWN-NEXT: {{^}}  }
// KNOWN: {{^}}  for k = max(-p + 5, 0) .. min(-p + 23, 11) {
// KNOWN-NEXT: {{^}}    r0.0 = fma(w[lane, k], x[lane, p + k - 5], r0.0)
// KNOWN-NEXT: {{^}}    r0.1 = fma(w[lane, k], x[lane, p + k - 4], r0.1)
// KNOWN-NEXT: {{^}}    r0.2 = fma(w[lane, k], x[lane, p + k - 3], r0.2)
// KNOWN-NEXT: {{^}}  }
// The two rows left:
// KNOWN: {{^}}for k = 0 .. 6 {
// KNOWN-NEXT: {{^}}  r0.0 = fma(
// KNOWN-NEXT: {{^}}  r0.3 = fma(
// KNOWN-NEXT: {{^}}}
// KNOWN-NEXT: {{^}}r0.0 = fma(w[lane, 6], x[lane, 19], r0.0)
// KNOWN: {{^}}y[lane, 18] = r0.0
// KNOWN-NEXT: {{^}}y[lane, 19] = r0.3
kernel window(C, L) {
    in  f32 x[C][L], w[C][11];
    out f32 y[C][L];

    for c in C, p in L
        y[c][p] = sum(k in 11) w[c][k] * (x[c][p + k - 5] else 0);
}

schedule window for cpu {
    layout x as [L][C];
    layout w as [11][C];
    layout y as [L][C];
    vectorize c;
    unroll p by 3;
}

// Two bounds that move, each at a pace of its own: every row its own loop.
// CHECK-LABEL: program two
// CHECK: for p = 0 .. L step 3 {
// CHECK-NOT: if
// CHECK-COUNT-3: for k = max(
kernel two(C = 16, L) {
    in  f32 x[L][C], z[2*L][C];
    out f32 y[L][C];

    for c in C, p in L
        y[p][c] = sum(k in 31) (x[p + k - 15][c] else 0) *
                               (z[2*p + k - 25][c] else 0);
}

schedule two for cpu {
    vectorize c by 16;
    unroll p by 3;
}

// A row shorter than a tile, of which its rows share no tap: all together run
// what any of them has.
// CHECK-LABEL: program full
// CHECK: for k = max({{.*}} + 28, 0) .. min(L - {{.*}} + 30, 31) {
// CHECK-NEXT: if
kernel full(C = 16, L) {
    in  f32 x[L][C], w[31][C];
    out f32 y[L + 30][C];

    for c in C, p in L + 30
        y[p][c] = sum(k in 31) w[k][c] * (x[p - k][c] else 0);
}

schedule full for cpu {
    vectorize c by 16;
    unroll p by 3;
}
