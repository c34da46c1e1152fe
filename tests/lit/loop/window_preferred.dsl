// Guards: a schedule may prefer that overlapping loads stay loads, or that all
// of them become shifts.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s

// CHECK-LABEL: by_loads
// CHECK-NOT: shift
// CHECK-LABEL: by_shifts
// CHECK: shift
kernel by_loads(P = 64) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) w[k] * x[p + k];
}
schedule by_loads for x86 { prefer plain window loads; }
kernel by_shifts(P = 64) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) w[k] * x[p + k];
}
schedule by_shifts for x86 { prefer plain window shifts; }
