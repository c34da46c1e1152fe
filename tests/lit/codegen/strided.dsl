// Guards: a strided tensor takes its strides from the caller; where all last
// strides are 1 a body with whole vectors runs, else one without.
// RUN: %tapc explain --emit=llvm --no-verify --isa=x86-64-v3 %s | FileCheck %s

kernel strided_copy(N, L) {
    in f32 x[N][L] strided;
    out f32 y[N][L] strided;
    // CHECK: define internal {{.*}}@strided_copy.x86-64-v3(ptr noalias readonly %x, ptr readonly %{{[^,]*}}, ptr noalias %y,
    // CHECK: icmp eq i64 %{{.*}}, 1
    for n in N, l in L
        y[n][l] = x[n][l] + 1.0;
}
