// Guards: the entry checks before the first access, asks for the processor's
// level once, and calls the variant for the listed value; variants are local;
// tensors are noalias, inputs readonly; no fast-math flag anywhere.
// RUN: %tapc explain --emit=llvm --no-verify --isa=x86-64,x86-64-v3 %s | FileCheck %s
// RUN: %tapc explain --emit=llvm --no-verify --isa=x86-64,x86-64-v3 %s | FileCheck --check-prefix=FLAGS %s

kernel entry(N, K in {3, *}) require K >= 1 {
    in f32 x[N], w[K];
    out f32 y[N];
    // CHECK: @tapc.level = internal global i32 0
    // CHECK-DAG: define internal {{.*}}i32 @entry.x86-64.K3(ptr noalias readonly %x, ptr noalias readonly %w, ptr noalias %y, i64 %N, i64 %K{{.*}})
    // CHECK-DAG: define internal {{.*}}i32 @entry.x86-64(
    // CHECK-DAG: define internal {{.*}}i32 @entry.x86-64-v3.K3(
    // CHECK-DAG: define {{.*}}i32 @entry(ptr noalias readonly %x, ptr noalias readonly %w, ptr noalias %y, i64 %N, i64 %K)
    // CHECK-DAG: load atomic i32, ptr @tapc.level monotonic
    // CHECK-DAG: "target-cpu"="x86-64-v3"
    // FLAGS-NOT: {{ (fast|reassoc|contract|nnan|ninf|nsz|arcp|afn) }}
    for i in N
        y[i] = sum(k in K) w[k] * (x[i + k] else 0);
}
