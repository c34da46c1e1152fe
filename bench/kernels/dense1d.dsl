// Dense 1-D convolution of any stride, dilation and padding on either side.
kernel dense1d(N, I, O, L, K, left = 0, right = 0, stride = 1, dilation = 1)
    require 0 <= left, 0 <= right, K >= 1, stride >= 1, dilation >= 1
{
    size P = (L + left + right - (K - 1)*dilation - 1) / stride + 1;

    in  f32 x[N][I][L], w[O][I][K], b[O];
    out f32 y[N][O][P];

    for n in N, o in O, p in P
        y[n][o][p] = b[o] + sum(i in I, k in K)
            w[o][i][k] * (x[n][i][p*stride + k*dilation - left] else 0);
}
