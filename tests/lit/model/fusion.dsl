// Guards: which product is fused is decided on the source: one that feeds a
// sum, of two the right one, and none with --fp=strict; a sum continues from
// what stands left of it.
// RUN: %tapc explain --emit=model %s | FileCheck %s
// RUN: %tapc explain --emit=model --fp=strict %s | FileCheck --check-prefix=STRICT %s
// RUN: %tapc explain --emit=model --fp=reassoc %s | FileCheck %s

kernel fusion(N) {
    in f32 a[N], b[N], d[N];
    in i32 q[N];
    out f32 y[N], z[N];
    out i32 r[N];
    for n in N {
        // CHECK: S0: y[n] = fma(a[n], b[n], d[n])
        // STRICT: S0: y[n] = add(d[n], mul(a[n], b[n]))
        y[n] = d[n] + a[n] * b[n];
        // CHECK: S1: y[n] = fma(a[n], b[n], y[n])
        y[n] += a[n] * b[n];
        // CHECK: S2: z[n] = fma(a[n], b[n], neg(d[n]))
        // STRICT: S2: z[n] = sub(mul(a[n], b[n]), d[n])
        z[n] = a[n] * b[n] - d[n];
        // CHECK: S3: z[n] = add(z[n], fma(b[n], d[n], mul(a[n], b[n])))
        z[n] += a[n] * b[n] + b[n] * d[n];
        // CHECK: S4: z[n] = mul(z[n], fma(neg(a[n]), b[n], d[n]))
        z[n] *= d[n] - a[n] * b[n];
        // CHECK: S5: z[n] = add(z[n], div(a[n], b[n]))
        z[n] += a[n] / b[n];
        // CHECK: S6: r[n] = add(mul(q[n], q[n]), 1)
        r[n] = q[n] * q[n] + 1;
    }
}

kernel continues(N, K) {
    in f32 a[N], b[N], w[K];
    out f32 y[N], z[N];
    for n in N {
        // CHECK: S0: r0[n] = add(a[n], b[n])
        // CHECK: S1: r0[n] = add(r0[n], w[k])
        // CHECK: S2: y[n] = sub(r0[n], 1.0)
        y[n] = a[n] + b[n] + sum(k in K) w[k] - 1.0;
        // CHECK: S3: r1[n] = 0.0
        // CHECK: S4: r1[n] = add(r1[n], w[k])
        // CHECK: S5: r2[n] = 0.0
        // CHECK: S6: r2[n] = fma(w[k], w[k], r2[n])
        // CHECK: S7: z[n] = sub(fma(a[n], r1[n], b[n]), r2[n])
        z[n] = b[n] + a[n] * (sum(k in K) w[k]) - sum(k in K) w[k] * w[k];
    }
}
