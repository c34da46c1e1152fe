// Guards: the default looks at several schedules of fixed sizes and takes the
// one the model of costs likes best, the same on every host; not where the user
// said what runs, nor for sizes that are not known, nor without optimization;
// and of all schedules only those that can be better: other lanes where most of
// it is loads, more vectors and taps where loops remain, fewer where registers
// do not suffice, none where what cannot change takes the time.
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids | FileCheck %s
// RUN: %tapc explain %s --emit=roof -march=sapphirerapids -O1 | FileCheck --check-prefix=NONE %s
// RUN: %tapc explain %s --emit=roof -march=neoverse-v1 --target=aarch64-linux-gnu | FileCheck --check-prefix=NEON %s
// RUN: %tapc compile %s -march=sapphirerapids -o %t.1.o
// RUN: %tapc compile %s -march=sapphirerapids -o %t.2.o
// RUN: cmp %t.1.o %t.2.o

// CHECK-LABEL: roof: many
// CHECK: schedules  {{[0-9.]+}} rules
// CHECK: (taken)
// CHECK-NOT: (taken)
// NONE-NOT: schedules
// NEON-LABEL: roof: many
// NEON: schedules  {{[0-9.]+}} rules
kernel many(C = 64, P = 200, K = 31) {
    in f32 x[C][P + 30], w[C][K];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

// CHECK-LABEL: roof: mine
// CHECK-NOT: schedules
kernel mine(C = 64, P = 200, K = 31) {
    in f32 x[C][P + 30], w[C][K];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}
schedule mine for cpu { vectorize p by 16; }

// CHECK-LABEL: roof: unknown
// CHECK-NOT: schedules
kernel unknown(C, P, K = 31) {
    in f32 x[C][P + 30], w[C][K];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = sum(k in K) w[c][k] * x[c][p + k];
}

// CHECK-LABEL: roof: rows
// CHECK: rules
// CHECK: half vectors
// CHECK-NOT: {{[0-9]+}} vectors
// CHECK-NOT: taps unrolled
// CHECK-NOT: other lanes
// CHECK-LABEL: roof: loops
// CHECK: rules
// CHECK-NOT: whole vectors
// CHECK: 12 vectors
// CHECK: taps unrolled
// CHECK-NOT: 4 vectors
// CHECK-NOT: other lanes
// CHECK-LABEL: roof: moving
// CHECK: other lanes
// CHECK-LABEL: roof: best
// CHECK: rules (taken){{$}}
kernel rows(C = 64, P = 202, K = 4) {
    in f32 x[C][P], w[C][K];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - 3] else 0);
}
kernel loops(C = 64, P = 202, K = 24) {
    in f32 x[C][P + K];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = max(k in K) x[c][p + k];
}
kernel moving(C = 64, P = 64) {
    in f32 x[P][C];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = x[p][c];
}
kernel best(C = 64, O = 64, P = 64, K = 3) {
    in f32 x[C][P + K], w[O][C][K];
    out f32 y[O][P];
    for o in O, p in P
        y[o][p] = sum(c in C, k in K) w[o][c][k] * x[c][p + k];
}
