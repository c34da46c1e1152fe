// Rows one after the other, as the default has them: all numbers of rows
// around the tile, with memory that is not a number around the tensors.
// RUN: %tapc compile %s --no-verify -o %t.o -H %t.h
// RUN: %cc -include %t.h %S/Inputs/flat.c %t.o -o %t.exe -lm
// RUN: %t.exe
kernel flat21(N, C)
{
    in f32 x[N][C][21], w[C][3], b[C];
    out f32 y[N][C][21];

    for n in N, c in C, p in 21
        y[n][c][p] = b[c] + sum(k in 3) w[c][k] * (x[n][c][p + k - 1] else 0);
}

kernel flat9(N, C)
{
    in f32 x[N][C][9], w[C][3], b[C];
    out f32 y[N][C][9];

    for n in N, c in C, p in 9
        y[n][c][p] = b[c] + sum(k in 3) w[c][k] * (x[n][c][p + k - 1] else 0);
}

kernel flat9_5(N, C = 5)
{
    in f32 x[N][C][9], w[C][3], b[C];
    out f32 y[N][C][9];

    for n in N, c in C, p in 9
        y[n][c][p] = b[c] + sum(k in 3) w[c][k] * (x[n][c][p + k - 1] else 0);
}

kernel pairs3x2(R, A = 3, B = 2)
{
    in f32 a[R][A], b[R][B];
    out f32 y[R][A + B - 1];

    for r in R, o in A + B - 1
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}

kernel pairs3x3(R, A = 3, B = 3)
{
    in f32 a[R][A], b[R][B];
    out f32 y[R][A + B - 1];

    for r in R, o in A + B - 1
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}

kernel pairs5x7(R, A = 5, B = 7)
{
    in f32 a[R][A], b[R][B];
    out f32 y[R][A + B - 1];

    for r in R, o in A + B - 1
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}
