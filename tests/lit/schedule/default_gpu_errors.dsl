// Guards: the default of a GPU refuses what one thread would have to do alone.
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+2]]:8: error: no loop of kernel 'chain' has iterations that threads could run at the same time [E0413]
// CHECK: :[[#@LINE+5]]:9: note: each iteration needs one before it
kernel chain(N)
    require N >= 1
{
    inout f32 a[N];
    for i in 1..N a[i] = a[i - 1] * 2.0;
}
