// Guards: rows that start at multiples of half a vector only get half as many
// lanes; sums that overlap in memory from one iteration to the next get none;
// rows that are one output each are the lanes.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s

// CHECK-LABEL: // --- schedule: whole, x86-64-v4{{$}}
// CHECK-NEXT: schedule of
// CHECK: loop p vectorize by 16
kernel whole(C, P = 96) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = x[c][p] + 1.0;
}

// CHECK-LABEL: // --- schedule: half, x86-64-v4{{$}}
// CHECK-NEXT: schedule of
// CHECK: loop p vectorize by 8
kernel half(C, P = 200) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = x[c][p] + 1.0;
}

// CHECK-LABEL: // --- schedule: scatter, x86-64-v4{{$}}
// CHECK-NEXT: schedule of
// CHECK: loop o vectorize
// CHECK: loop p
// CHECK-NOT: vectorize
kernel scatter(L, K = 64) {
    in f32 x[L], w[K];
    out f32 y[2*L + K];
    for o in 2*L + K y[o] = 0.0;
    for p in L, k in K y[2*p + k] += w[k] * x[p];
}

// Rows of a few elements that are one output each are lanes themselves.
// CHECK-LABEL: // --- schedule: dots, x86-64-v4{{$}}
// CHECK-NEXT: schedule of
// CHECK: loop c
// CHECK-SAME: vectorize by 16
kernel dots(C, K = 4) {
    in f32 x[C][K], w[C][K];
    out f32 y[C][1];
    for c in C, p in 1 y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

// A border does not make lanes of what moves by a few elements.
// CHECK-LABEL: // --- schedule: thinned, x86-64-v4{{$}}
// CHECK-NEXT: schedule of
// CHECK: loop m vectorize by 16
kernel thinned(T = 301) {
    in f32 s[T], w[5], e[T];
    out f32 r[151];
    for m in 151
        r[m] = sum(k in 5) w[k] * e[clamp(2*m - k)] * (s[2*m - k] else 0);
}
