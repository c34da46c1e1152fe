// Guards: conditions of loops may be disjunctions, floors and remainders; a
// condition on indices restricts what the arms of ?: read; sums in an arm run
// only where the arm does.
// RUN: %tapc explain --emit=model %s | FileCheck %s
// RUN: %tapc check %s

kernel conditions(N) {
    in f32 x[N];
    out f32 y[N], z[N];
    for n in N if n < 2 || n % 4 == 3
        // CHECK: S0: y[n] = x[n]
        // CHECK-NEXT: domain {{.*}} { S0[n] : 0 <= n < N and (n <= 1 or (1 + n) mod 4 = 0) }
        y[n] = x[n];
    for n in N if !(n < 2 || n % 4 == 3)
        // CHECK: S1: y[n] = 0.0
        y[n] = 0.0;
    for n in N
        // CHECK: S2: r0[n] = 0.0
        // CHECK-NEXT: domain {{.*}}S2[n] : 3 <= n < N }
        // CHECK: S3: r0[n] = add(r0[n], x[n - k])
        // CHECK-NEXT: domain {{.*}}S3[n, k] : 3 <= n < N and 0 <= k <= 2 }
        // CHECK: S4: z[n] = select((n - 3 >= 0), r0[n], x[n])
        // CHECK: read {{.*}}S4[n] -> x[n] : {{.*}}n <= 2
        z[n] = n >= 3 ? sum(k in 3) x[n - k] : x[n];
}
