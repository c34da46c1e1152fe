// Guards: outputs that begin anywhere in a cache line: every place, every
// element right and nothing beside them touched.
// REQUIRES: x86-64-v4
// RUN: %tapc compile -march=x86-64-v4 %s -o %t.o -H %t.h
// RUN: %cc -O1 -include %t.h %S/Inputs/align.c %t.o -o %t && %t

kernel rows(L, C = 160) {
    in f32 x[L][C], w[3][C];
    out f32 y[L][C];
    for l in L, c in C y[l][c] = sum(k in 3) w[k][c] * (x[l + k - 1][c] else 0);
}

kernel line(L) {
    in f32 x[L];
    out f32 y[L];
    for l in L y[l] = x[l] + 1.0;
}

kernel tile(L, C = 112, K = 11) {
    in f32 x[L][C], w[K][C];
    out f32 y[L][C];
    for l in L, c in C y[l][c] = sum(k in K) w[k][c] * (x[l + k - 5][c] else 0);
}
