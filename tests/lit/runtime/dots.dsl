// Rows that are one output each: lanes over rows as long as a few elements,
// every number of rows around a vector, between pages without access.
// RUN: %tapc compile %s --no-verify -o %t.o -H %t.h
// RUN: %cc -D_GNU_SOURCE -include %t.h %S/Inputs/dots.c %t.o -o %t.exe
// RUN: %t.exe
kernel dots2(C)
{
    in f32 x[C][2], w[C][2];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 2) w[c][k] * x[c][p + k];
}

kernel dots3(C)
{
    in f32 x[C][3], w[C][3];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 3) w[c][k] * x[c][p + k];
}

kernel dots4(C)
{
    in f32 x[C][4], w[C][4];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 4) w[c][k] * x[c][p + k];
}

kernel dots5(C)
{
    in f32 x[C][5], w[C][5];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 5) w[c][k] * x[c][p + k];
}

kernel dots6(C)
{
    in f32 x[C][6], w[C][6];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 6) w[c][k] * x[c][p + k];
}

kernel dots7(C)
{
    in f32 x[C][7], w[C][7];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 7) w[c][k] * x[c][p + k];
}

kernel dots8(C)
{
    in f32 x[C][8], w[C][8];
    out f32 y[C][1];
    for c in C, p in 1
        y[c][p] = sum(k in 8) w[c][k] * x[c][p + k];
}

// the second to fourth element of rows of five
kernel dots3_of_5(C)
{
    in f32 x[C][5], w[C][5];
    out f32 y[C];
    for c in C
        y[c] = sum(k in 3) w[c][k + 1] * x[c][k + 1];
}

// nothing behind the last element that is wanted
kernel every5(C) require C >= 1
{
    in f32 x[5*C - 4], w[5*C - 4];
    out f32 y[C];
    for c in C
        y[c] = w[5*c] * x[5*c];
}

kernel every8(C) require C >= 1
{
    in f32 x[8*C - 7], w[8*C - 7];
    out f32 y[C];
    for c in C
        y[c] = w[8*c] * x[8*c];
}
