// Guards: a vector loop over whole rows begins where the cache lines of its
// output do, behind a masked first vector; not where rows are no whole
// vectors, where an access slides along the lanes, or for narrow vectors.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v3 %s | FileCheck --check-prefix=NARROW %s
// NARROW-NOT: head

// CHECK-LABEL: loop: rows
// CHECK: y.head = elements of y before a line of 16
// CHECK: if y.head - 1 >= 0 {
// CHECK-NEXT: y[l, lane + y.head - 16] = {{.*}} if {{.*}}lane + y.head - 16 >= 0
// CHECK: for c = y.head .. 81 step 80
// CHECK-NEXT: y[l, c + lane] = mul(x[l, c + lane], 2.0)  //
kernel rows(L, C = 160) {
    in f32 x[L][C];
    out f32 y[L][C];
    for l in L, c in C y[l][c] = x[l][c] * 2.0;
}

// CHECK-LABEL: loop: line
// CHECK: y.head = elements of y before a line of 8
// CHECK: if y.head - 1 >= 0 {
// CHECK-NEXT: y[lane + y.head - 8] = {{.*}} if L - lane - y.head + 7 >= 0 && lane + y.head - 8 >= 0
kernel line(L) {
    in f64 x[L];
    out f64 y[L];
    for l in L y[l] = x[l] * 2.0;
}

// CHECK-LABEL: loop: ragged
// CHECK-NOT: head
// CHECK-LABEL: loop: window
// CHECK-NOT: head
// CHECK-LABEL: loop: diagonal
// CHECK-NOT: head
kernel ragged(L, C = 81) {
    in f32 x[L][C];
    out f32 y[L][C];
    for l in L, c in C y[l][c] = x[l][c] * 2.0;
}

kernel window(L) {
    in f32 x[L + 2];
    out f32 y[L];
    for l in L y[l] = sum(k in 3) x[l + k];
}

kernel diagonal(L, C = 160) {
    in f32 x[L + C];
    out f32 y[L][C];
    for l in L, c in C y[l][c] = x[l + c] * 2.0;
}
