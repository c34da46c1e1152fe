// Moving average of W samples of signals that need not be contiguous: the
// caller passes strides, so columns of a matrix do as well as rows.
// bench: -D N=16 -D L=1000 -D W=8
kernel moving_average(N, L, W)
    require W >= 1
{
    size P = L - W + 1;

    in  f32 gain;
    in  f32 x[N][L] strided;
    out f32 y[N][P] strided;

    for n in N, p in P
        y[n][p] = (sum(k in W) x[n][p + k]) * gain / f32(W);
}
