// The kernels of a graphic equaliser for 16-bit sound.

// Split one channel into F bands: each a FIR filter of K taps centred on the
// sample, silence before the beginning and after the end.
kernel split_bands(L, F, K = 511)
    require F >= 1
{
    in  i16 x[L];
    in  f32 h[F][K];
    out f32 band[F][L];

    for f in F, l in L
        band[f][l] =
            sum(k in K) h[f][k] * f32(x[l + (K - 1) / 2 - k] else 0);
}

// Add the bands up again, each with a gain, and return to 16 bits (a cast
// saturates).
kernel mix_bands(L, F)
    require F >= 1
{
    in  f32 band[F][L], gain[F];
    out i16 y[L];

    for l in L
        y[l] = i16(round(sum(f in F) gain[f] * band[f][l]));
}
