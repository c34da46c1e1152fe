// Guards: schedules of one kernel that end up in one object must agree on the
// layouts of its arguments; --isa can leave one of them out.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s
// RUN: %tapc check %s --isa=x86-64-v4
kernel k(N, C)
{
    in  f32 x[N][C];
    out f32 y[N][C];

    for n in N, c in C
        y[n][c] = x[n][c];
}

schedule k for x86-64-v4 {
    layout x as [C][N];
// CHECK: :[[#@LINE-1]]:5: error: 'x' has one layout for x86-64 and another for x86-64-v4 [E0404]
// CHECK: hint: All schedules of a kernel in one object must agree on layouts
}
