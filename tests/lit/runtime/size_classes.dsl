// Guards: the entry takes the body of the class the sizes are in, and both
// bodies are right, for sizes on both sides of each condition.
// REQUIRES: x86-64-v3
// RUN: %tapc compile %s -o %t.o -H %t.h
// RUN: %cc -O1 -include %t.h %S/Inputs/size_classes.c %t.o -o %t && %t

kernel twice(N, L) {
    in f32 x[N][L];
    out f32 y[N][L];
    for n in N, l in L y[n][l] = 2.0 * x[n][l];
}
