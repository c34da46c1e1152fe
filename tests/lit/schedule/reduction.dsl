// Guards: the default schedule keeps the order of an update that reads its
// own tensor elsewhere too (a running sum, not a reduction); compiling checks
// the result.
// RUN: %tapc compile %s -o %t.o
// RUN: %tapc compile --fp=reassoc %s -o %t.o
// RUN: %tapc explain --emit=loop %s | FileCheck %s

// CHECK: a[i] = add(a[i], a[i - 1])
// CHECK-NOT: lanes
kernel running(N) {
    inout i32 a[N];
    for i in 1..N a[i] += a[i - 1];
}
