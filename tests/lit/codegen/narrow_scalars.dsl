// Guards: nothing is assumed about the upper bits of a narrow scalar argument.
// On AArch64 the caller leaves them undefined.
// RUN: %tapc %s --target=aarch64-linux-gnu --isa=neon -S -o - \
// RUN:   | FileCheck %s
// RUN: %tapc %s --emit=llvm -o - | FileCheck --check-prefix=LLVM %s
// RUN: %tapc %s -o %t.o

// CHECK: sxt{{[bh]}}
// LLVM-NOT: signext
// LLVM-NOT: zeroext
kernel narrow(N) {
    in i16 h;
    in i8 q;
    in u8 t;
    in f16 f;
    out i32 y[N];
    out f32 z[N];

    for n in N {
        y[n] = h + q * t;
        z[n] = f;
    }
}
