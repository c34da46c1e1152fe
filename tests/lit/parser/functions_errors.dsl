// Functions: how many arguments and of which type.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N];
    in i32 i[N];
    out f32 y[N];
    out i32 j[N];
    // CHECK-NOT: error:
    j[0] = relu(i[0]) + abs(i[0]) + min(i[0], 2, 3) + i[0] / 3 % -2;
    y[0] = exp(1);
    // CHECK: :[[#@LINE+1]]:12: error: 'exp' takes 1 argument, 2 given [E0206]
    y[0] = exp(x[0], x[1]);
    // CHECK: :[[#@LINE+1]]:12: error: 'exp' takes 1 argument, 0 given [E0206]
    y[0] = exp();
    // CHECK: :[[#@LINE+1]]:12: error: 'max' takes 2 arguments or more, 1 given [E0206]
    y[0] = max(x[0]);
    // CHECK: :[[#@LINE+1]]:16: error: 'exp' needs a float, this is of type i32 [E0203]
    j[0] = exp(i[0]);
    // CHECK: :[[#@LINE+1]]:12: error: 'sqrt' cannot be of type i32 [E0206]
    j[0] = sqrt(2);
    // CHECK: :[[#@LINE+1]]:22: error: the arguments of 'max' are f32 and i32, which do not mix [E0203]
    y[0] = max(x[0], i[0]);
    // CHECK: :[[#@LINE+1]]:29: error: 'floor' needs values, this is an index [E0203]
    for n in N y[n] = floor(n / 2);
    // CHECK: :[[#@LINE+1]]:19: error: '/' of integers needs a constant divisor that is not 0 [E0206]
    j[0] = i[0] / i[1];
    // CHECK: :[[#@LINE+1]]:19: error: '%' of integers needs a constant divisor that is not 0 [E0206]
    j[0] = i[0] % 0;
    // CHECK: :[[#@LINE+1]]:14: error: 'clamp' takes 1 argument, 2 given [E0206]
    y[0] = x[clamp(0, N)];
}
