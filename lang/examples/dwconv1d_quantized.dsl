// Quantised depthwise convolution: unsigned activations around a zero point,
// signed weights, exact sums in 32 bits, then scale, round, saturate.
// Padding stands for the real number zero, which is the zero point.
// bench: -D N=1 -D C=64 -D L=96 -D K=3
kernel dwconv1d_quantized(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  u8  zero;
    in  u8  x[N][C][L];
    in  i8  w[C][K];
    in  i32 b[C];
    in  f32 scale[C];
    out i8  y[N][C][P];

    for n in N, c in C, p in P {
        i32 acc = b[c];
        for k in K
            acc += w[c][k] * ((x[n][c][p + k - pad] else zero) - zero);
        y[n][c][p] = i8(round(f32(acc) * scale[c]));
    }
}
