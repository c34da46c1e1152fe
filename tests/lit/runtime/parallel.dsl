// The parallel entry: with a pool of threads, with ranges handed out backwards
// and with no pool at all it gives the bits of the plain entry. Work of a
// microsecond does not wake a pool.
// RUN: %tapc %s -o %t.o -H %t.h
// RUN: %cc -D_POSIX_C_SOURCE=200809L -include %t.h %S/Inputs/parallel.c %t.o -lpthread -o %t.exe
// RUN: %t.exe
kernel rows(N, C, L, K in {3, *})
    require K >= 1
{
    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][L];

    for n in N, c in C, p in L
        y[n][c][p] = sum(k in K) w[c][k] * (x[n][c][p + k - 1] else 0);
}

schedule rows for cpu {
    parallel n, c;
    vectorize p;
}
