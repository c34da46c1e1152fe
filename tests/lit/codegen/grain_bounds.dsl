// Guards: how much work an iteration is worth is computed where the region is
// called, from bounds there, also of an inner parallel loop that does not begin
// at 0: those of the region's own function are of no use outside it.
// RUN: %tapc compile %s --fp=reassoc -O1 -D L=4 -o %t.o
// RUN: %tapc compile %s --fp=reassoc -D L=4 -o %t.o
kernel windows(C, O, L, stride = 3, K)
{
    out i32 y[O][L] strided;
    in i16 x[C][L];
    in i8 w[O][C][K];

    for o in O, p in L
        y[o][p] = 0;
    for o in O, p in L, c in C, k in K
        y[o][p] += (x[c][p*stride + k - 3] else 0) * w[o][c][k];
}
