// Depthwise convolution on channels in blocks of 16 (nCw16c): sixteen
// channels lie side by side, then time, then the blocks. C need not be a
// multiple of 16; the padding of the last block is never looked at.
// bench: -D N=1 -D C=64 -D L=96 -D K=3
kernel dwconv1d_blocked(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K], b[C];
    out f32 y[N][C][P];

    for n in N, c in C, p in P
        y[n][c][p] = b[c] + sum(k in K) w[c][k] * (x[n][c][p + k - pad] else 0);
}

schedule dwconv1d_blocked for cpu {
    layout x as [N][C/16][L][C%16];
    layout w as [C/16][K][C%16];
    layout b as [C/16][C%16];
    layout y as [N][C/16][P][C%16];
}
