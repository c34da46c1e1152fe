// Where 'else', clamp, wrap and mirror may stand.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N];
    out f32 y[N];
    // CHECK: :[[#@LINE+1]]:13: error: before 'else' stands an access of a tensor, such as x[i] [E0211]
    y[0] = (1.0 else 0);
    // CHECK: :[[#@LINE+1]]:12: error: 'clamp' stands only for a whole index of a tensor [E0211]
    y[0] = clamp(0);
    // CHECK: :[[#@LINE+1]]:25: error: 'wrap' stands only for a whole index of a tensor [E0211]
    for n in N y[n] = x[wrap(n) + 1];
    // CHECK: :[[#@LINE+1]]:18: error: 'mirror' stands only where a tensor is read [E0211]
    for n in N y[mirror(n)] = 1;
}
