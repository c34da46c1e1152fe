// Guards: an update in place has the dependences of sequential execution:
// flow and anti, across sweeps and within one.
// RUN: %tapc check %s
// RUN: %tapc explain --emit=model %s | FileCheck %s

kernel seidel(N, T) {
    inout f32 a[N];
    for t in T, i in 1..N - 1
        a[i] = 0.5 * (a[i - 1] + a[i + 1]);
}
// CHECK: dependences
// CHECK-NEXT: flow {{.*}}S0[t, i] -> S0[t' = t, i' = 1 + i]
// CHECK-NEXT: anti {{.*}}S0[t, i] -> S0[t' = t, i' = 1 + i]
// CHECK-NEXT: output {{.*}}S0[t, i] -> S0[t', i' = i] {{.*}}t' > t
