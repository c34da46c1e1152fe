// Unrolling a reduction of unknown length keeps the guards of each lane at
// the border: taps outside are not executed in any lane.
// RUN: %tapc compile %s --no-verify -o %t.o -H %t.h
// RUN: %cc -include %t.h %S/Inputs/unroll_border.c %t.o -o %t.exe
// RUN: %t.exe
kernel smooth(L, K)
    require K >= 2
{
    size P = L + 2 - K + 1;
    in  f32 x[L], w[K];
    out f32 y[P];

    for p in P {
        f32 acc = 0;
        for k in K
            acc += w[k] * (x[p + k - 1] else 0);
        y[p] = acc;
    }
}

schedule smooth for cpu {
    vectorize p;
    unroll k;
}
