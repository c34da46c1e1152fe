// Guards: rows of a stencil that reads the rows beside it too run several at
// a time, so that each is loaded once for all; not where a row needs the
// end of the one before it. Compiling checks the result.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of mean
// CHECK: loop i {{.*}}unroll by 4
// CHECK-NEXT: loop j vectorize by 16 S0
kernel mean(N, M)
    require N >= 2
{
    in f32 a[N][M];
    out f32 b[N - 2][M];
    for i in N - 2, j in M
        b[i][j] = a[i][j] + a[i + 1][j] + a[i + 2][j];
}

// CHECK-LABEL: schedule of down
// CHECK: loop i S0
// CHECK-NEXT: loop j vectorize by 16
kernel down(N, M)
    require N >= 1, M >= 1
{
    inout f32 a[N][M];
    for i in 1..N, j in M - 1
        a[i][j] = a[i - 1][j + 1] + a[i - 1][j];
}

// Whatever the order of dimensions: what counts is that lanes are contiguous.
// CHECK-LABEL: schedule of turned
// CHECK: loop i {{.*}}unroll by 4
// CHECK-NEXT: loop j vectorize by 16 S0
kernel turned(N, M)
    require N >= 2
{
    in f32 a[M][N];
    out f32 b[N - 2][M];
    for i in N - 2, j in M
        b[i][j] = a[j][i] + a[j][i + 2];
}
schedule turned for cpu { layout a as [#1][#0]; }

// One load of five in two rows: not worth it.
// CHECK-LABEL: schedule of little
// CHECK: loop i {{.*}}S0: i
// CHECK-NOT: unroll by 4
kernel little(N, M)
    require N >= 1, M >= 1
{
    in f32 a[N][M], c[N][M], d[N][M];
    out f32 b[N - 1][M - 1];
    for i in N - 1, j in M - 1
        b[i][j] = a[i + 1][j] + a[i][j] + c[i][j] + c[i][j + 1] + d[i][j];
}

// Fewer rows than two tiles.
// CHECK-LABEL: schedule of few_rows
// CHECK: loop i {{.*}}S0: i
// CHECK-NOT: unroll by 4
kernel few_rows(N = 9, M)
{
    in f32 a[N][M];
    out f32 b[N - 2][M];
    for i in N - 2, j in M
        b[i][j] = a[i][j] + a[i + 1][j] + a[i + 2][j];
}
