// Depthwise 1-D convolution of any stride, dilation and padding on either
// side: the shapes that no example of the language covers.
kernel depthwise1d(N, C, L, K, left = 0, right = 0, stride = 1, dilation = 1)
    require 0 <= left, 0 <= right, K >= 1, stride >= 1, dilation >= 1
{
    size P = (L + left + right - (K - 1)*dilation - 1) / stride + 1;

    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K)
            w[c][k] * (x[n][c][p*stride + k*dilation - left] else 0);
}
