// Transposed depthwise convolution (upsampling by "stride"): input p adds its
// filter to the outputs from p*stride - pad on. Written from the output's
// side: tap k reaches output o from input (o + pad - k) / stride, where that
// divides evenly.
// bench: -D N=1 -D C=64 -D L=100 -D K=4 -D stride=2
kernel dwconv1d_transposed(N, C, L, K in {4, *}, stride in {2, 3}, pad = 1)
    require 0 <= pad, pad < K, L >= 1
{
    size P = (L - 1)*stride + K - 2*pad;

    in  f32 x[N][C][L], w[C][K];
    out f32 y[N][C][P];

    for n in N, c in C, o in P
        y[n][c][o] = sum(k in K if (o + pad - k) % stride == 0)
            w[c][k] * (x[n][c][(o + pad - k) / stride] else 0);
}
