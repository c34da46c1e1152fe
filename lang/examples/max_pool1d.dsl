// Max pooling: the largest of every K neighbours. Positions outside do not
// take part, they are not zeros.
// bench: -D N=1 -D C=64 -D L=200 -D K=3 -D stride=2
kernel max_pool1d(N, C, L, K in {2, 3, *}, stride in {1, 2}, pad = 1)
    require 0 <= pad, 2*pad <= K, K >= 1
{
    size P = (L + 2*pad - K) / stride + 1;

    in  f32 x[N][C][L];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] =
            max(k in K if 0 <= p*stride + k - pad && p*stride + k - pad < L)
                x[n][c][p*stride + k - pad];
}
