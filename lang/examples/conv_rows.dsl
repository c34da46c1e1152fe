// Full convolution of pairs of short vectors, row by row: the coefficients of
// R products of two polynomials.
// bench: -D R=1000 -D A=5 -D B=7
kernel conv_rows(R, A, B)
    require A >= 1, B >= 1
{
    size P = A + B - 1;

    in  f32 a[R][A], b[R][B];
    out f32 y[R][P];

    for r in R, o in P
        y[r][o] = sum(k in A) a[r][k] * (b[r][o - k] else 0);
}
