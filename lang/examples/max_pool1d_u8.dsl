// Max pooling of bytes, windows side by side.
// bench: -D N=64 -D L=400 -D K=2
kernel max_pool1d_u8(N, L, K in {2, 4})
{
    size P = L / K;

    in  u8 x[N][L];
    out u8 y[N][P];

    for n in N, p in P {
        i32 most = 0;
        for k in K
            most max= x[n][p*K + k];
        y[n][p] = u8(most);
    }
}
