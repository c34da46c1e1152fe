// Guards: each level is code for its own registers: 16, 32 and 64 bytes, FMA
// only where there is one; -march of a processor has what the processor has.
// RUN: %tapc compile -S --no-verify --isa=x86-64 %s -o - | FileCheck --check-prefix=BASE %s
// RUN: %tapc compile -S --no-verify --isa=x86-64-v3 %s -o - | FileCheck --check-prefix=V3 %s
// RUN: %tapc compile -S --no-verify --isa=x86-64-v4 %s -o - | FileCheck --check-prefix=V4 %s
// RUN: %tapc compile -S --no-verify -march=znver4 %s -o - | FileCheck --check-prefix=V4 %s
// RUN: %tapc compile -S --no-verify -march=x86-64-v3 -mattr=-fma %s -o - | FileCheck --check-prefix=PLAIN %s
// RUN: %tapc compile -S --no-verify --target=aarch64-linux-gnu %s -o - | FileCheck --check-prefix=ARM %s
// BASE: mulps {{.*}}%xmm
// BASE-NOT: {{%ymm|%zmm|vfmadd}}
// V3: vfmadd{{.*}}%ymm
// V3-NOT: %zmm
// V4: vfmadd{{.*}}%zmm
// PLAIN-NOT: vfmadd
// ARM: fmla

kernel levels(N) {
    in f32 x[N], w[N];
    inout f32 y[N];
    for i in N
        y[i] += x[i] * w[i];
}
