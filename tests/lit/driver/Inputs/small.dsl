kernel small(N, K in {2, *})
    require K >= 1
{
    size P = N + K - 1;

    in  f32 x[N], w[K];
    out f32 y[P];

    for p in P
        y[p] = sum(k in K) w[k] * (x[p - k] else 0);
}
