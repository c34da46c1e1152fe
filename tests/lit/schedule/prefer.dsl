// Guards: 'prefer' picks one of the default's schedules, knob by knob; a
// strategy that has no use leaves the nest to the rules.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck --check-prefix=LOOP %s

// CHECK-LABEL: schedule of narrow
// CHECK: loop p vectorize by 8 unroll by 2
kernel narrow(N = 100, P = 4096) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule narrow for x86 { prefer plain jam 2 vector_bytes 32; }

// CHECK-LABEL: schedule of second
// CHECK: loop n vectorize by 16
kernel second(N = 128, P = 4096) {
    in f32 x[3][P][N], w[3][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in 3) x[k][p][n] * w[k][p];
}
schedule second for x86 { prefer plain axis 2; }

// CHECK-LABEL: schedule of long_window
// CHECK: loop k
// CHECK-NOT: unroll
// CHECK: S2
kernel long_window(P = 4096) {
    in f32 x[P + 5], w[6];
    out f32 y[P];
    for p in P y[p] = sum(k in 6) w[k] * x[p + k];
}
schedule long_window for x86 { prefer plain unroll 4; }

// CHECK-LABEL: schedule of streamed
// CHECK: stores to y go past the caches
kernel streamed(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule streamed for x86 { prefer rules stores streamed; }

// CHECK-LABEL: schedule of kept
// CHECK-NOT: past the caches
kernel kept(P = 268435456) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule kept for x86 { prefer rules stores cached; }

// No window, nothing to pack: as the rules do.
// CHECK-LABEL: schedule of nothing_to_pack
// CHECK: loop p vectorize by 16 unroll by 8
kernel nothing_to_pack(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule nothing_to_pack for x86 { prefer pack; }

// CHECK-LABEL: schedule of by_loads
// CHECK: windows by loads
kernel by_loads(P = 4096) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) w[k] * x[p + k];
}
schedule by_loads for x86 { prefer plain window loads; }

// CHECK-LABEL: schedule of tile
// CHECK: loop p vectorize by 16
// CHECK: unroll by 5
// CHECK: unroll by 2
kernel tile(N = 60, K = 40, P = 64) {
    in f32 x[N + K][P], w[K][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) w[k][p] * x[n + k][p];
}
schedule tile for x86 { prefer panel jam 5 unroll 2; }

// Rows and vectors of a tile.
// CHECK-LABEL: schedule of dense
// CHECK: loop n vectorize by 16 unroll by 2
// CHECK: loop m unroll by 4
kernel dense(M = 48, N = 96, K = 64) {
    in f32 a[M][K], b[K][N];
    out f32 c[M][N];
    for m in M, n in N c[m][n] = sum(k in K) a[m][k] * b[k][n];
}
schedule dense for x86 { prefer tile jam 4 unroll 2; }

// Where nothing can be lanes: copies of the step.
// CHECK-LABEL: schedule of chain
// CHECK: loop p unroll by 5
kernel chain(P = 1000) {
    inout f32 x[P];
    for p in 1..P x[p] = x[p - 1] * x[p];
}
schedule chain for x86 { prefer plain jam 5; }

// CHECK-LABEL: schedule of ahead
// CHECK: lines asked for 512 bytes ahead
kernel ahead(P = 65536) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule ahead for x86 { prefer rules prefetch 512; }

// LOOP-LABEL: program by_shifts
// LOOP: shift<1>
// LOOP-LABEL: program not_asked
// LOOP-NOT: shift<1>
kernel by_shifts(P = 4096) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) w[k] * x[p + k];
}
schedule by_shifts for x86 { prefer plain window shifts; }
kernel not_asked(P = 4096) {
    in f32 x[P + 2], w[3];
    out f32 y[P];
    for p in P y[p] = sum(k in 3) w[k] * x[p + k];
}
schedule not_asked for x86 { prefer plain; }
