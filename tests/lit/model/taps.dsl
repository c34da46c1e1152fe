// Guards: the condition of a tap is a constraint of the statement's domain in
// an accumulation and in a sum; in a plain sum a dead tap adds -0, and no
// operand of it is read.
// RUN: %tapc explain --emit=model %s | FileCheck %s

kernel taps(N, L, K = 3) {
    in f32 x[N][L], w[K], b[2];
    out f32 y[N][L], z[N][L], u[N][L], v[N][L];
    for n in N, p in L {
        // CHECK: S0: r0[n, p] = b[0]
        // CHECK: S1: r0[n, p] = fma(w[k], x[n, p + k - 1], r0[n, p])
        // CHECK-NEXT: domain {{.*}} 0 <= p < L and k >= 0 and -p < k <= 2 and k <= L - p }
        // CHECK: S2: y[n, p] = r0[n, p]
        y[n][p] = b[0] + sum(k in K) w[k] * (x[n][p + k - 1] else 0);
        // CHECK: S3: z[n, p] = fma(select((L - p - 2 >= 0), w[2], -0.0), select((L - p - 2 >= 0), x[n, p + 1], 1.0), fma(w[1], x[n, p], select((p - 1 >= 0), mul(w[0], x[n, p - 1]), 0.0)))
        // CHECK-NEXT: domain {{.*}} { S3[n, p] : 0 <= n < N and 0 <= p < L }
        // CHECK: read {{.*}} S3[n, p] -> w[2] : 0 <= n < N and 0 <= p <= -2 + L
        z[n][p] = w[0] * (x[n][p - 1] else 0) + w[1] * x[n][p] + w[2] * (x[n][p + 1] else 0);
        // CHECK: S4: u[n, p] = silu(add(sub(b[0], select((p - 1 >= 0), x[n, p - 1], 0.0)), select((L - p - 2 >= 0), x[n, p + 1], b[1])))
        // CHECK: read {{.*}} S4[n, p = -1 + L] -> b[1] : L > 0
        u[n][p] = silu(b[0] - (x[n][p - 1] else 0) + (x[n][p + 1] else b[1]));
        f32 acc = b[1];
        // CHECK: S6: acc[n, p] = add(acc[n, p], neg(f32(f16(x[n, p + k - 1]))))
        // CHECK-NEXT: domain {{.*}} 0 <= p < L and k >= 0 and -p < k <= 2 and k <= L - p }
        for k in K
            acc += -f32(f16(x[n][p + k - 1] else 0));
        v[n][p] = acc;
    }
}
