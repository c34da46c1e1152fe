// Guards: a tap that is dead in some lanes of a border vector is a masked
// operation where masks have registers of their own, never a blend after it;
// with known sizes the interior has no mask at all and nothing is unrolled or
// vectorised by LLVM.
// RUN: %tapc compile -S --isa=x86-64-v4 --no-verify -D N=1 -D L=48 %s -o - | FileCheck %s

kernel masks(N, L) {
    in f32 x[N][L], w[3];
    out f32 y[N][L];
    // CHECK-LABEL: masks.x86-64-v4
    // CHECK: vfmadd{{[0-9]+}}ps{{.*}}{%k
    // CHECK: vfmadd{{[0-9]+}}ps{{.*}}{%k
    // CHECK-NOT: vblendm
    for n in N, p in L
        y[n][p] = sum(k in 3) w[k] * (x[n][p + k - 1] else 0);
}
