// Guards: where fixed sizes are too large to replay, the same schedule is
// replayed at small ones; what was not run says why; the entry still takes the
// fixed sizes.
// RUN: %tapc %s -D T=100 -D N=4000 -D M=4000 -o %t.o -H %t.h
// RUN: FileCheck %s < %t.h
// RUN: %tapc %s -D T=100 -D N=4000 -D M=4000 -o %t.again.o -H %t.again.h
// RUN: cmp %t.o %t.again.o
// RUN: %tapc %s -D T=100 -D N=4000 -D M=4000 --no-verify -o %t.none.o
// RUN: cmp %t.o %t.none.o
// RUN: %tapc %s -D N=300 -D M=4096 -o %t.o -H %t.h
// RUN: FileCheck --check-prefix=PART %s < %t.h
// RUN: %tapc %s -o %t.o -H %t.h
// RUN: FileCheck --check-prefix=FREE %s < %t.h

// CHECK: with T = 100, N = 4000
// CHECK-NEXT: Requires
// CHECK-NEXT: Checked: replayed at {{[1-9][0-9]*}} small sizes of the same schedule.
// CHECK-NEXT: Not run: too large, and a sample does not do where results are read
// FREE: Checked: replayed {{[1-9][0-9]*}} times, run
// FREE-NOT: small sizes
// FREE: int jacobi
kernel jacobi(T, N)
{
    inout f32 a[N][N], b[N][N];
    for t in T {
        for i in 1..N - 1, j in 1..N - 1
            b[i][j] = 0.25 * (a[i][j - 1] + a[i][j + 1] + a[i + 1][j] +
                a[i - 1][j]);
        for i in 1..N - 1, j in 1..N - 1
            a[i][j] = b[i][j];
    }
}

schedule jacobi for cpu { tile j by 64; vectorize j by 8; unroll j by 2; }

// Conditions hold, and a local is no obstacle.
// CHECK: Checked: replayed at {{[1-9][0-9]*}} small sizes of the same schedule.
// CHECK-NEXT: Not run: {{.*}}too large
// PART: {{^}}/* rows
// PART: Checked: replayed at {{[1-9][0-9]*}} small sizes of the same schedule.
kernel rows(N, M, K = 5)
    require M == 8 * (M / 8), M >= 2*K
{
    in    f32 x[N][M], w[K];
    out   f32 y[N][M];
    local f32 t[N][M];
    for n in N, m in M
        t[n][m] = relu(sum(k in K) w[k] * (x[n][m + k - 2] else 0));
    for n in N, m in M
        y[n][m] = t[n][m] + (t[n][m - 1] else 0);
}

schedule rows for cpu { tile m by 32 as o, i; compute t at o; }
