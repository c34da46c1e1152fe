// Depthwise 2-D convolution of any stride, dilation and padding.
kernel depthwise2d(N, C, H, W, KH, KW, top = 0, bottom = 0, left = 0, right = 0,
    SH = 1, SW = 1, DH = 1, DW = 1)
    require 0 <= top, 0 <= bottom, 0 <= left, 0 <= right, KH >= 1, KW >= 1,
        SH >= 1, SW >= 1, DH >= 1, DW >= 1
{
    size P = (H + top + bottom - (KH - 1)*DH - 1) / SH + 1;
    size Q = (W + left + right - (KW - 1)*DW - 1) / SW + 1;

    in  f32 x[N][C][H][W], w[C][KH][KW], b[C];
    out f32 y[N][C][P][Q];

    for n in N, c in C, p in P, q in Q
        y[n][c][p][q] = b[c] + sum(i in KH, j in KW)
            w[c][i][j] * (x[n][c][p*SH + i*DH - top][q*SW + j*DW - left]
                else 0);
}
