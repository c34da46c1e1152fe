// Guards: conditions that no sizes satisfy, and tensors of 2^63 bytes.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel related(N, M)
    // CHECK: error: the conditions on the parameters of 'related' are contradictory [E0209]
    require N < M, M < N
{
    in f32 x[N];
    out f32 y[N];
    for n in N
        y[n] = x[n];
}

kernel huge(N = 65536) {
    // CHECK: [[#@LINE+1]]:12: error: tensor 'x' needs 2^63 bytes or more [E0210]
    in f32 x[N][N][N][N];
    out f32 y[1];
    for n in 1
        y[n] = x[0][0][0][0];
}

kernel listed(N, K in {3, 4, 9})
    // CHECK: [[#@LINE+2]]:13: error: the condition 'K <= 4' does not hold: 9 <= 4 [E0209]
    // CHECK: [[#@LINE-2]]:18: note: for K = 9
    require K <= 4
{
    in f32 x[N];
    out f32 y[N];
    for n in N
        y[n] = x[n];
}
