// Guards: sizes known at run time only, rows from none to longer than any that
// is straight code, lanes fewer, as many and more than a vector: short and long
// windows give what plain loops give, taps outside of a row are not executed,
// nothing but the output is written and nothing outside of an input is read.
// REQUIRES: x86-64-v3
// RUN: %tapc compile %s -march=native --no-verify -o %t.o -H %t.h
// RUN: %cc -O1 -D_DEFAULT_SOURCE -include %t.h %S/Inputs/rows.c %t.o -lm -o %t && %t
// RUN: %tapc compile %s --isa=x86-64-v3 --no-verify -o %t.o -H %t.h
// RUN: %cc -O1 -D_DEFAULT_SOURCE -include %t.h %S/Inputs/rows.c %t.o -lm -o %t && %t

kernel window3(C, L) {
    in f32 x[C][L], w[C][3];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in 3) w[c][k] * (x[c][p + k - 1] else 0);
}

kernel window7(C, L) {
    in f32 x[C][L], w[C][7];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in 7) w[c][k] * (x[c][p + k - 3] else 0);
}

kernel window31(C, L) {
    in f32 x[C][L], w[C][31];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in 31) w[c][k] * (x[c][p + k - 15] else 0);
}
