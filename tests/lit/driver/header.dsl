// Guards: the header: shapes, order in memory, direction, conditions, the tree
// of bodies, prototypes; C99 and C++ both take it; names the entry uses itself.
// RUN: %tapc %s --no-verify -o %t.o -H %t.h
// RUN: FileCheck %s < %t.h
// RUN: gcc -std=c99 -Wall -Wextra -Werror -pedantic -fsyntax-only -x c %t.h
// RUN: gcc -x c++ -std=c++11 -Wall -Wextra -Werror -pedantic -fsyntax-only %t.h

kernel full(N, M in {1, 2}, workspace, pad = 1)
    require N <= 1000
{
    size P = N + 2*pad;

    in    f32 x[N][M] strided, alpha;
    inout f16 y[P][workspace];
    local f32 t[N];
    out   u8 z[N];
// CHECK: Target: x86_64-unknown-linux-gnu; runs the first of x86-64-v4, x86-64-v3, x86-64
// CHECK: /* full
// CHECK-NEXT: * in    f32 x[N][M] with strides in elements in x_strides, alpha by value
// CHECK-NEXT: * inout f16 y[P][workspace]
// CHECK-NEXT: * local f32 t[N] in the workspace
// CHECK-NEXT: * out   u8 z[N]
// CHECK-NEXT: * with pad = 1, P = N + 2*pad
// CHECK-NEXT: * Requires every extent >= 0, M in {1, 2}, N <= 1000; else TAPC_E_SIZE.
// CHECK-NEXT: * Runs the first that fits of: M = 1; M = 2.
// CHECK-NEXT: * Not checked (--no-verify).
// CHECK: int64_t full_workspace(int64_t N, int64_t M, int64_t workspace_);
// CHECK-NEXT: int full(const float *TAPC_RESTRICT x, const int64_t *x_strides, float alpha,
// CHECK-NEXT:     uint16_t *TAPC_RESTRICT y, uint8_t *TAPC_RESTRICT z, void *workspace,
// CHECK-NEXT:     int64_t N, int64_t M, int64_t workspace_);

    for n in N
        t[n] = alpha * x[n][0];
    for n in N {
        for i in workspace
            y[n][i] = f16(t[n]);
        z[n] = u8(t[n]);
    }
}

kernel blocked(N, C, L)
{
    in  f32 x[N][C][L];
    out f32 y[N][C][L];
// CHECK: /* blocked
// CHECK-NEXT: * in    f32 x[N][C][L] in memory [N][C/16][L][C%16] (blocks rounded up, padding is scratch)
// CHECK-NEXT: * out   f32 y[N][C][L] in memory [N][L][C]
// CHECK: int blocked(const float *TAPC_RESTRICT x, float *TAPC_RESTRICT y, int64_t N,
// CHECK-NEXT:     int64_t C, int64_t L);

    for n in N, c in C, l in L
        y[n][c][l] = x[n][c][l];
}

schedule blocked for cpu {
    layout x as [N][C/16][L][C%16];
    layout y as [N][L][C];
}
