// Guards: reductions start from their neutral element, keep the accumulator
// as the first operand, nest, have conditions, and are private to the
// iteration around them; narrow types compute in f32 and i32.
// RUN: %tapc explain --emit=model %s | FileCheck %s

kernel reductions(N, K) {
    in f16 x[N + K];
    in i8 q[N + K];
    in bf16 s;
    out f16 y[N];
    out i32 z[N];
    out i8 r[N];
    out f32 m[N];
    // CHECK: private f32 r0[]
    // CHECK: private i32 r1[]
    // CHECK: tree
    // CHECK-NEXT: {{^}}  for n in 0..N
    // CHECK-NEXT: {{^}}    S0
    // CHECK-NEXT: {{^}}    for k in 0..K
    // CHECK-NEXT: {{^}}      S1
    // CHECK-NEXT: {{^}}    S2
    for n in N {
        // CHECK: S0: r0[n] = -inf
        // CHECK: S1: r0[n] = max(r0[n], f32(x[n + k]))
        // CHECK: S2: y[n] = f16(r0[n])
        y[n] = max(k in K) x[n + k];
        // CHECK: S3: r1[n] = 0
        // CHECK: S4: r1[n] = add(r1[n], mul(i32(q[n + k]), 2))
        z[n] = sum(k in K) i32(q[n + k]) * 2;
        // CHECK: S6: r2[n] = 2147483647
        // CHECK: S7: r2[n] = min(r2[n], i32(q[n + k]))
        // CHECK: S8: r[n] = i8(r2[n])
        r[n] = i8(min(k in K) i32(q[n + k]));
        // CHECK: S9: r3[n] = -2147483648
        // CHECK: S11: z[n] = max(z[n], r3[n])
        z[n] max= max(k in K) q[n + k];
        // CHECK: S12: r4[n] = 1.0
        // CHECK: S13: r4[n] = mul(r4[n], add(f32(x[n + k]), 1.0))
        // CHECK: S14: m[n] = mul(f32(s), r4[n])
        m[n] = f32(s) * prod(k in K) (f32(x[n + k]) + 1.0);
        // CHECK: S15: m[n] = mul(m[n], 2.0)
        m[n] *= 2.0;
        // CHECK: S16: r5[n] = 0.0
        // CHECK: S17: r6[n, k] = 0.0
        // CHECK-NEXT: domain {{.*}} S17[n, k] : 0 <= n < N and 0 <= k < K }
        // CHECK: S18: r6[n, k] = add(r6[n, k], f32(k + j))
        // CHECK-NEXT: domain {{.*}} j < k
        // CHECK: S19: r5[n] = add(r5[n], r6[n, k])
        // CHECK: S20: m[n] = min(m[n], r5[n])
        m[n] min= sum(k in K) sum(j in 2 if j < k) f32(k + j);
    }
}
