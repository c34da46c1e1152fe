// Guards: indices and bounds that are not affine never reach the polyhedral
// model: products and quotients of loops, data, divisors that are not
// positive constants.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel indices(N, S) {
    in f32 x[N];
    in i32 t[N];
    out f32 y[N];
    for n in N, m in N {
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}not affine{{.*}} [E0205]
        y[n] = x[n*n];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}not affine{{.*}} [E0205]
        y[n] = x[n*m];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}not affine{{.*}} [E0205]
        y[n] = x[n/m];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}} [E0205]
        y[n] = x[t[n]];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: division by 0{{.*}} [E0205]
        y[n] = x[n/0];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: division by {{.*}}-3{{.*}} [E0205]
        y[n] = x[n % -3];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}not affine{{.*}} [E0205]
        y[n] = x[n/N];
        // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}not affine{{.*}} [E0205]
        y[n] = x[n*S];
    }
}
