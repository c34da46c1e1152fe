// Guards: sizes that are not known get a body of their own where the schedule
// would be another one: outputs beyond every cache, in rows of whole 16-byte
// pieces, are written past the caches. Nothing is asked where the user says
// what runs.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v4 %s -o %t.o -H %t.h
// RUN: FileCheck --check-prefix=HEADER %s < %t.h
// RUN: %tapc explain -O0 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck --check-prefix=ONE %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v2 %s | FileCheck --check-prefix=ONE %s
// RUN: llvm-nm-19 %t.o | FileCheck --check-prefix=SYMBOLS %s
// RUN: %tapc explain --emit=llvm --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck --check-prefix=ENTRY %s

// CHECK: // --- schedule: copy, x86-64-v4, y of {{[0-9]+}} bytes or more, -L + 4*floor((L)/4) >= 0
// CHECK-NEXT: schedule of copy
// CHECK-NEXT: stores to y go past the caches
// CHECK: // --- schedule: copy, x86-64-v4{{$}}
// CHECK-NEXT: schedule of copy
// CHECK-NEXT: loop n
// ONE-NOT: bytes or more
// HEADER: Runs the first that fits of: y of {{[0-9]+}} bytes or more and {{.*}}; any.
// The special body runs where the product of the extents is no smaller.
// ENTRY-LABEL: define{{.*}} @copy(
// ENTRY: [[SMALL:%[0-9]+]] = icmp slt i64 {{%[0-9]+}}, 100663296
// ENTRY: [[NOT:%[0-9]+]] = or i1 {{%[0-9]+}}, [[SMALL]]
// ENTRY: [[FITS:%[0-9]+]] = xor i1 [[NOT]], true
// ENTRY: br i1 [[FITS]], label %[[SPECIAL:[a-z0-9]+]], label %[[ANY:[a-z0-9]+]]
// ENTRY: {{^}}[[SPECIAL]]:
// ENTRY-NEXT: call i32 @copy.x86-64-v4.1(
// ENTRY: {{^}}[[ANY]]:
// ENTRY-NEXT: call i32 @copy.x86-64-v4(
// SYMBOLS-DAG: t copy.x86-64-v4{{$}}
// SYMBOLS-DAG: t copy.x86-64-v4.1{{$}}
kernel copy(N, L) {
    in f32 x[N][L];
    out f32 y[N][L];
    for n in N, l in L y[n][l] = 2.0 * x[n][l];
}

// CHECK: // --- schedule: ragged
// CHECK-NOT: // --- schedule: ragged
// CHECK: // --- schedule: written, x86-64-v4{{$}}
kernel ragged(N) {
    in f32 x[N][31];
    out f32 y[N][31];
    for n in N, l in 31 y[n][l] = f32(l) * x[n][l];
}

// CHECK-NOT: // --- schedule: written
kernel written(N, L) {
    in f32 x[N][L];
    out f32 y[N][L];
    for n in N, l in L y[n][l] = 2.0 * x[n][l];
}
schedule written for cpu { vectorize l; }

// Long windows along rows are packed where there are enough lanes for a vector
// and no row is shorter than the window, few rows at a time, since any of them
// may lack taps; not written past the caches then. Each class is asked for
// once.
// CHECK: // --- schedule: window, x86-64-v4, C - 16 >= 0 && L - 31 >= 0{{$}}
// CHECK-NEXT: schedule of window
// CHECK-NEXT: loop c_tile
// CHECK: x_staged
// CHECK: loop c vectorize by 16
// CHECK-NEXT: loop p unroll by 8
// CHECK: // --- schedule: window, x86-64-v4, y of {{[0-9]+}} bytes or more, -L + 4*floor((L)/4) >= 0{{$}}
// CHECK: // --- schedule: window, x86-64-v4{{$}}
// CHECK-NOT: staged
kernel window(C, L) {
    in f32 x[C][L], w[C][31];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in 31) w[c][k] * (x[c][p + k - 15] else 0);
}

// Too few lanes whatever the sizes: nothing is asked.
// CHECK: // --- schedule: few, x86-64-v4{{.*}} bytes or more
// CHECK-NEXT: schedule of few
// CHECK: // --- schedule: few, x86-64-v4{{$}}
// CHECK-NOT: staged
kernel few(L) {
    in f32 x[40][L], w[40][31];
    out f32 y[40][L];
    for c in 8, p in L
        y[c][p] = sum(k in 31) w[c][k] * (x[c][p + k - 15] else 0);
    for c in 8..40, p in L
        y[c][p] = 0.0;
}

// Views have rows of their own, two outputs would double the bodies.
// CHECK: // --- schedule: view, x86-64-v4{{$}}
kernel view(N, L) {
    in f32 x[N][L];
    out f32 y[N][L] strided;
    for n in N, l in L y[n][l] = 2.0 * x[n][l];
}

// CHECK: // --- schedule: two, x86-64-v4{{$}}
kernel two(N, L) {
    in f32 x[N][L];
    out f32 y[N][L], z[N][L];
    for n in N, l in L { y[n][l] = 2.0 * x[n][l]; z[n][l] = x[n][l]; }
}
