// Transposed depthwise convolution as it is first thought of: clear the
// output, then let every input add its scaled filter.
// bench: -D N=1 -D C=64 -D L=100 -D K=4 -D stride=2
kernel dwconv1d_scatter(N, C, L, K in {4, *}, stride in {2, 3})
    require L >= 1, K >= 1
{
    size P = (L - 1)*stride + K;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C {
        for o in P
            y[n][c][o] = 0;
        for p in L, k in K
            y[n][c][p*stride + k] += w[c][k] * x[n][c][p];
    }
}
