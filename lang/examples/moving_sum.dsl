// Sum of every W neighbours of integers, exact modulo 2^32.
// bench: -D N=16 -D L=1000 -D W=8
kernel moving_sum(N, L, W in {4, *})
    require W >= 1
{
    size P = L - W + 1;

    in  i32 x[N][L];
    out i32 y[N][P];

    for n in N, p in P
        y[n][p] = sum(k in W) x[n][p + k];
}
