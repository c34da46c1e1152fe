// Guards: rows of chains that wait for each other run as a wave, each row as
// far behind the one above as the dependences ask for; not where a row needs
// more of the one above it, nor where rows do not wait. Compiling checks the
// result.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of near
// CHECK: loop i_tile S0: floor((i)/4)
// CHECK-NEXT: loop j S0: i + j - 4*floor((i)/4)
// CHECK-NEXT: loop i unroll S0: i - 4*floor((i)/4)
kernel near(N, M)
    require N >= 1, M >= 1
{
    inout f32 a[N][M];
    for i in 1..N, j in 1..M
        a[i][j] = a[i - 1][j] * 0.5 + a[i][j - 1];
}

// CHECK-LABEL: schedule of beside
// CHECK: loop j S0: 2*i + j - 8*floor((i)/4)
kernel beside(N, M)
    require N >= 1, M >= 2
{
    inout f32 a[N][M];
    for i in 1..N, j in 1..M - 1
        a[i][j] = a[i - 1][j + 1] * 0.5 + a[i][j - 1];
}

// CHECK-LABEL: schedule of far
// CHECK: loop i S0: i
// CHECK-NEXT: loop j S0: j
kernel far(N, M)
    require N >= 1, M >= 1
{
    inout f32 a[N][M];
    for i in 1..N, j in 1..M
        a[i][j] = a[i - 1][M - 1] * 0.5 + a[i][j - 1];
}
