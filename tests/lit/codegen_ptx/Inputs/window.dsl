// A window over bf16 rows: two sizes of it, and rows that are aligned or not.
kernel window(N, K in {3, *}, L = 64)
    require K >= 1
{
    in  bf16 x[N][L], w[K];
    out bf16 y[N][L];

    for n in N, l in L
        y[n][l] = silu(sum(k in K) w[k] * (x[n][l + k - 1] else 0));
}

schedule window for gpu { vectorize l by 8; unroll k; thread n, l; }
