// Guards: with -g the code of a statement belongs to its line in the source.
// RUN: %tapc compile -g -S --no-verify --isa=x86-64-v3 %s -o - | FileCheck %s
// RUN: %tapc compile -S --no-verify --isa=x86-64-v3 %s -o - | FileCheck --check-prefix=NONE %s
// NONE-NOT: .loc

kernel debug(N) {
    in f32 x[N];
    out f32 y[N];
    for i in N
        y[i] = x[i] * 2.0;
    // CHECK: .loc {{[0-9]+}} [[#@LINE-1]]
}
