// A fixed-point FIR filter on 16-bit samples, as on a signal processor:
// coefficients in Q15, an exact 32-bit sum, back to 16 bits with saturation.
// (The sum of |h| below 2^16 keeps the sum within 32 bits.)
// bench: -D L=4096 -D K=32
kernel fir_i16(L, K in {8, *})
    require K >= 1
{
    in  i16 x[L], h[K];
    out i16 y[L];

    for p in L {
        i32 acc = 0;
        for k in K
            acc += h[k] * (x[p - k] else 0);
        y[p] = i16(max(min(acc / 32768, 32767), -32768));
    }
}
