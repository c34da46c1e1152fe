// The gradients of dwconv1d: with respect to the data, the weights and the
// bias, given the gradient dy of the output.
// bench: -D N=4 -D C=64 -D L=200 -D K=3 -D P=200
kernel dwconv1d_grad_data(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 w[C][K], dy[N][C][P];
    out f32 dx[N][C][L];

    for n in N, c in C, l in L
        dx[n][c][l] = sum(k in K) w[c][k] * (dy[n][c][l - k + pad] else 0);
}

kernel dwconv1d_grad_weight(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], dy[N][C][P];
    out f32 dw[C][K];

    for c in C, k in K
        dw[c][k] = sum(n in N, p in P)
            dy[n][c][p] * (x[n][c][p + k - pad] else 0);
}

kernel dwconv1d_grad_bias(N, C, P)
{
    in  f32 dy[N][C][P];
    out f32 db[C];

    for c in C
        db[c] = sum(n in N, p in P) dy[n][c][p];
}
