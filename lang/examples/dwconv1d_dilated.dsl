// Depthwise convolution with holes between the taps; here the padding is
// known only at run time.
kernel dwconv1d_dilated(N, C, L, K in {3, *}, pad, dilation in {1, 2, 4, 8})
    require 0 <= pad, K >= 1
{
    size P = L + 2*pad - (K - 1)*dilation;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] =
            sum(k in K) w[c][k] * (x[n][c][p + k*dilation - pad] else 0);
}
