// Names of kernels and arguments are those a C header and a linker can take.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+1]]:8: error: 'memcpy' is a function of the C library, which the kernel would replace [E0104]
kernel memcpy() {}
// CHECK: :[[#@LINE+1]]:8: error: 'main' is a function of the C library
kernel main() {}
// CHECK: :[[#@LINE+1]]:8: error: 'namespace' is a reserved word of C or C++ and cannot be in a header [E0104]
kernel namespace() {}
// CHECK: :[[#@LINE+1]]:8: error: '_f' begins with '_', which is reserved for C compilers [E0104]
kernel _f() {}
// CHECK: :[[#@LINE+1]]:8: error: '__f' begins like the names reserved for C compilers [E0104]
kernel __f() {}
// CHECK: :[[#@LINE+1]]:8: error: 'tapc_run' begins like the names of tapc's own header [E0104]
kernel tapc_run() {}
// CHECK: :[[#@LINE+1]]:8: error: 'ldmatrix' is a reserved word of PTX and cannot name a kernel [E0104]
kernel ldmatrix() {}
// CHECK: :[[#@LINE+1]]:10: error: 'int' is a reserved word of C or C++
kernel a(int) {
    // CHECK: :[[#@LINE+1]]:12: error: 'class' is a reserved word of C or C++
    in f32 class[1];
    // Not in the header: fine.
    local f32 new[1];
}
// CHECK: :[[#@LINE+1]]:10: error: 'unix' is a reserved word of C or C++
kernel b(unix) {}
// CHECK-NOT: error:
kernel max(exp) { out f32 silu[exp]; for i in exp silu[i] = 1; }
