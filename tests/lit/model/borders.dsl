// Guards: clamp, wrap and mirror are pieces of the access relation; wrap and
// mirror only need the extents they say.
// RUN: %tapc explain --emit=model %s | FileCheck %s
// RUN: %tapc check %s

kernel borders(L) require L >= 2 {
    in f32 x[L];
    out f32 a[L], b[L], d[L];
    for l in L {
        // CHECK: S0: a[l] = x[clamp(l - 1, L)]
        // CHECK: read {{.*}} S0[l] -> x[-1 + l]{{.*}}S0[l = 0] -> x[0]
        a[l] = x[clamp(l - 1)];
        // CHECK: S1: b[l] = x[wrap(l - 1, L)]
        // CHECK: read {{.*}}{ S1[l] -> x[-1 + l] : 0 < l < L; S1[l = 0] -> x[-1 + L] : L > 0 }
        b[l] = x[wrap(l - 1)];
        // CHECK: S2: d[l] = x[mirror(l + 1, L)]
        // CHECK: read {{.*}}S2[l = -1 + L] -> x[-2 + L]
        d[l] = x[mirror(l + 1)];
    }
}
