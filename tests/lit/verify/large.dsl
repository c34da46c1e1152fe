// Guards: sizes too large to replay are still run, some elements compared.
// RUN: %tapc %s -D N=3 -D C=64 -D L=4096 -o %t.o -H %t.h
// RUN: FileCheck %s < %t.h

// CHECK: Checked: run {{[1-9][0-9]*}} times on large sizes, some results compared.
// CHECK-NEXT: Checked: replayed at {{[1-9][0-9]*}} small sizes of the same schedule.
kernel dwconv(N, C, L)
{
    in  f32 x[N][C][L], w[C][5];
    out f32 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 5) w[c][k] * (x[n][c][p + k - 2] else 0);
}
