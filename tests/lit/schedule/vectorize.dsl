// Guards: lanes of the natural width of the type computed in, or as many as
// "by" says; an inner loop that is vectorised around a reduction; a reduction
// over the lanes where it may be reordered.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: schedule of natural for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel natural(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule natural for cpu { vectorize p; }

// CHECK-LABEL: schedule of doubles for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 4  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel doubles(P) {
    in f64 x[P];
    out f64 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule doubles for cpu { vectorize p; }

// CHECK-LABEL: schedule of halves for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = f16(add(f32(x[p]), 1.0))
kernel halves(P) {
    in f16 x[P];
    out f16 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule halves for cpu { vectorize p; }

// CHECK-LABEL: schedule of wide for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 64  S0: p
// CHECK-NEXT: {{^}}    S0: y[p] = add(x[p], 1.0)
kernel wide(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule wide for cpu { vectorize p by 64; }

// CHECK-LABEL: schedule of outer for x86-64-v3
// CHECK-NEXT: {{^}}  loop c vectorize by 4  S0: c
// CHECK-NEXT: {{^}}    loop p  S0: p
// CHECK-NEXT: {{^}}      S0: y[c][p] = add(x[c, p], 1.0)
kernel outer(C, P) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = x[c][p] + 1.0;
}
schedule outer for cpu { vectorize c by 4; }

// One iteration: runs as a scalar.
// CHECK-LABEL: schedule of one for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p
// CHECK-NEXT: {{^}}    loop q vectorize by 8  S0: q
// CHECK-NEXT: {{^}}      S0: y[q] = add(x[p], 1.0)
kernel one(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P, q in p..p + 1 y[q] = x[p] + 1.0;
}
schedule one for cpu { vectorize q; }

// Reads before it writes: the lanes of an instance read what is old.
// CHECK-LABEL: schedule of shift for x86-64-v3
// CHECK-NEXT: {{^}}  loop p vectorize by 8  S0: p
// CHECK-NEXT: {{^}}    S0: a[p] = a[p + 1]
kernel shift(P) {
    inout f32 a[P + 1];
    for p in P a[p] = a[p + 1];
}
schedule shift for cpu { vectorize p; }

// CHECK-LABEL: schedule of lanes_sum for x86-64-v3
// CHECK-NEXT: {{^}}  loop p  S0: p  S1: p  S2: p
// CHECK-NEXT: {{^}}    sequence
// CHECK-NEXT: {{^}}      S0: r0[p] = 0
// CHECK-NEXT: {{^}}      loop k vectorize by 8  S1: k
// CHECK-NEXT: {{^}}        S1: r0[p] = add(r0[p], x[p, k])
// CHECK-NEXT: {{^}}      S2: y[p] = r0[p]
kernel lanes_sum(P, K) {
    in i32 x[P][K];
    out i32 y[P];
    for p in P y[p] = sum(k in K) x[p][k];
}
schedule lanes_sum for cpu { vectorize k; }
