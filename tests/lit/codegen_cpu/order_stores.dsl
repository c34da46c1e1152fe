// Guards: stores past the caches end with one sfence, in every function that
// has some, and with no full fence.
// RUN: %tapc compile --no-verify -march=x86-64-v4 --emit=asm %s -o - | FileCheck %s
// CHECK: vmovntp
// CHECK: sfence
// CHECK-NOT: mfence
// CHECK-NOT: sfence
kernel copy() {
    in f32 x[4096][8192];
    out f32 y[4096][8192];
    for i in 4096, p in 8192
        y[i][p] = 2 * x[i][p];
}
