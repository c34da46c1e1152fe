// Grouped 1-D convolution: G groups of I inputs and O outputs each. Groups
// are a dimension of their own; in memory that is the usual N x (G*O) x P.
// bench: -D N=1 -D G=4 -D I=8 -D O=8 -D L=128 -D K=3
kernel conv1d_grouped(N, G, I, O, L, K in {3, *}, pad = 1)
    require 0 <= pad
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][G][I][L], w[G][O][I][K];
    out f32 y[N][G][O][P];

    for n in N, g in G, o in O, p in P
        y[n][g][o][p] = sum(i in I, k in K)
            w[g][o][i][k] * (x[n][g][i][p + k - pad] else 0);
}
