// Guards: a loop that never runs and a condition that never holds are
// warnings with the reason; a size of 0 is not an error.
// RUN: %tapc check %s 2>&1 | FileCheck %s
// RUN: %tapc check -Wno-empty-loop %s 2>&1 | FileCheck --allow-empty --check-prefix=OFF %s
// RUN: %exit 1 %tapc check -Werror %s
// OFF-NOT: warning

kernel never(N) {
    in f32 x[N];
    out f32 y[N];
    for n in N
        y[n] = x[n];
    for n in N if n > N
        // CHECK: [[#@LINE+1]]:9: warning: this never runs: its conditions never hold [-Wempty-loop]
        y[n] += x[n];
    // CHECK: [[#@LINE+1]]:9: warning: the loop over 'n' never runs: its range 5..3 is empty [-Wempty-loop]
    for n in 5..3
        y[0] += 1.0;
}

kernel zero(N, K = 0) {
    in f32 x[N], w[K];
    out f32 y[N];
    for n in N
        // CHECK: [[#@LINE+1]]:20: warning: the loop over 'k' never runs: its range 0..0 is empty
        y[n] = sum(k in K) w[k] * x[n];
}
// CHECK-NOT: warning
