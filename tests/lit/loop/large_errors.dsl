// Guards: loops over numbers near 2^62 are refused, not an internal error.
// RUN: %exit 1 %tapc compile %s -o %t.o 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+1]]:8: error: a number in the loops of kernel 'huge' does not fit 62 bits [E0103]
kernel huge(N = 4611686018427387904) {
    in i8 x[4];
    out i8 y[4];
    for p in 4 {
        i32 a = 0;
        for n in N a += i32(x[p]);
        y[p] = i8(a);
    }
}
