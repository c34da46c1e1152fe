// Depthwise convolution with holes between the taps; here the padding is
// known only at run time.
// bench: -D N=1 -D C=64 -D L=200 -D K=3 -D pad=8 -D dilation=8
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
