// Types do not mix without a cast; messages name both.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N], s;
    in f64 d[N];
    in i32 i[N];
    in i8 q[N];
    out f32 y[N];
    out i8 z[N];
    out f16 h[N];
    // CHECK-NOT: error:
    for n in N h[n] = x[n] * h[n];
    for n in N z[n] = n < 2 ? q[n] : (q[n] else 3);
    // CHECK: :[[#@LINE+2]]:28: error: the operands of '+' are f32 and f64, which do not mix [E0203]
    // CHECK: hint: Convert one of them: f32(...).
    for n in N y[n] = x[n] + d[n];
    // CHECK: :[[#@LINE+1]]:28: error: the operands of '*' are i32 and f32, which do not mix [E0203]
    for n in N y[n] = i[n] * x[n];
    // CHECK: :[[#@LINE+2]]:28: error: the operands of '*' are f32 and index, which do not mix [E0203]
    // CHECK: hint: An index used as a value needs a cast: f32(...).
    for n in N y[n] = x[n] * n;
    // CHECK: :[[#@LINE+1]]:23: error: an index cannot be stored into f32 without a cast [E0203]
    for n in N y[n] = n;
    // CHECK: :[[#@LINE+1]]:23: error: a value of type f64 cannot be stored into f32 without a cast [E0203]
    for n in N y[n] = d[n];
    // CHECK: :[[#@LINE+2]]:23: error: a value of type i32 cannot be stored into i8 without a cast [E0203]
    // CHECK: hint: Write i8(...).
    for n in N z[n] = q[n] + 1;
    // CHECK: :[[#@LINE+2]]:16: error: '+=' computes in i32, which cannot be stored into i8 without a cast [E0203]
    // CHECK: hint: Accumulate in an i32 scalar and store i8(...) of it.
    for n in N z[n] += q[n];
    // CHECK: :[[#@LINE+1]]:12: error: a condition needs a comparison, this is of type f32 [E0203]
    y[0] = x[0] ? 1 : 2;
    // CHECK: :[[#@LINE+2]]:12: error: a value of type bool cannot be stored into f32 without a cast [E0203]
    // CHECK: hint: Write condition ? 1 : 0.
    y[0] = x[0] < 1;
    // CHECK: :[[#@LINE+1]]:20: error: the operands of '+' are bool and f32, which do not mix [E0203]
    y[0] = (s < 1) + s;
    // CHECK: :[[#@LINE+1]]:13: error: a condition needs a comparison, this is of type f32 [E0203]
    y[0] = !s ? 1 : 2;
    // CHECK: :[[#@LINE+1]]:14: error: '%' needs integers, the operands are f32 [E0203]
    y[0] = s % 2;
    // CHECK: :[[#@LINE+1]]:16: error: a cast needs a number, this is of type bool [E0203]
    y[0] = f32(s < 1);
    // CHECK: :[[#@LINE+1]]:27: error: 'sum' needs a value, this is an index [E0203]
    y[0] = sum(k in 0..3) k;
    // CHECK: :[[#@LINE+1]]:20: error: the results of '?:' are f32 and i32, which do not mix [E0203]
    y[0] = s < 1.0 ? s : i[0];
    // CHECK: :[[#@LINE+1]]:19: error: the access and its 'else' are f32 and f64, which do not mix [E0203]
    y[0] = (x[-1] else d[0]);
}
