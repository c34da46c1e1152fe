// Schedules for some sizes only: the entry takes the right body for every size,
// at the border of a class and where several match, and all agree with plain
// loops, memory that is not a number around the tensors.
// RUN: %tapc compile %s -march=native -o %t.o -H %t.h
// RUN: %cc -include %t.h %S/Inputs/conditions.c %t.o -o %t.exe -lm
// RUN: %t.exe
// Fixed sizes take one of them, or none.
// RUN: %tapc compile %s -march=native -D N=1 -D C=3 -D L=40 -D K=3 -v -o %t1.o 2> %t.txt
// RUN: FileCheck --check-prefix=ONE %s < %t.txt
// ONE: schedule of conv, {{[^,]*}}: {{.*}}conditions.dsl:31
// RUN: %tapc compile %s -march=native -D N=2 -D C=3 -D L=40 -D K=3 -v -o %t1.o 2> %t.txt
// RUN: FileCheck --check-prefix=SOME %s < %t.txt
// SOME: schedule of conv, {{[^,]*}}: {{.*}}conditions.dsl:34
// RUN: %tapc compile %s -march=native -D L=70 -v -o %t1.o 2> %t.txt
// RUN: FileCheck --check-prefix=REST %s < %t.txt
// REST: schedule of conv, {{[^,]*}}, K = 3: the default
// REST: schedule of conv, {{[^,]*}}: the default

kernel conv(N, C, L, K in {3, *}, pad = 1)
    require pad < K
{
    size P = L + 2*pad - K + 1;

    in f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}

schedule conv for cpu if N == 1 && C == 3 && L == 40 && K == 3 {
    prefer plain jam 2;
}
schedule conv for cpu if 33 <= L && L <= 64 {
    unroll c by 2;
    vectorize p by 4;
}
schedule conv for cpu if K == 5 && C >= 4 {
    vectorize c by 4;
}
schedule conv for cpu if K == 3 && L == 100 || L == 7 {
    vectorize p by 2;
}
