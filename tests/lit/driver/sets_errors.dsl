// Guards: sets of values whose combinations explode are a resource limit.
// RUN: %exit 4 %tapc check %s 2>&1 | FileCheck %s
// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: the sets of values give more than 256 specialised bodies [E0003]
kernel k(A in {1, 2, 3, 4, 5, 6, 7}, B in {1, 2, 3, 4, 5, 6, 7}, C in {1, 2, 3, 4, 5, 6, 7})
{
    in  f32 x[A][B][C];
    out f32 y[A][B][C];

    for a in A, b in B, c in C
        y[a][b][c] = x[a][b][c];
}
