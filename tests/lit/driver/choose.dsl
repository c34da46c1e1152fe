// Guards: the default looks at several schedules of fixed sizes and takes the
// one the model of costs likes best, the same on every host; not where the user
// said what runs, nor for sizes that are not known, nor without optimization.
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
