// Guards: where a NaN in one operand is the result, AArch64's minimum and
// maximum do it in one instruction; the others keep their order.
// REQUIRES: aarch64
// RUN: %tapc compile -S --target=aarch64-linux-gnu --no-verify %s -o - | FileCheck %s
// RUN: %tapc compile --target=aarch64-linux-gnu --isa=neon,sve256 --no-verify %s -o %t.o -H %t.h
// RUN: %aarch64_cc -static -include %t.h %S/Inputs/call_extremes.c %t.o -o %t
// RUN: %qemu -cpu cortex-a57 %t
// RUN: %qemu -cpu max,sve-default-vector-length=32 %t
// CHECK-DAG: fmin v{{[0-9]+}}.4s
// CHECK-DAG: fmax v{{[0-9]+}}.4s
kernel extremes(N) {
    in  f32 x[N];
    out f32 low[N], high[N], swapped[N], relu[N];

    for i in N {
        low[i] = min(8.0, x[i]);
        high[i] = max(x[i], -2.5);
        swapped[i] = min(x[i], 8.0);
        relu[i] = max(x[i], 0);
    }
}
