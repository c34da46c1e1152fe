// A window along rows of any length, and across rows of any length.
kernel along(N, C, L) {
    in f16 x[N][C][L], w[C][3];
    out f16 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 3) w[c][k] * (x[n][c][p + k - 1] else 0);
}
kernel across(N, C, L) {
    in f16 x[N][C][L], w[3][L];
    out f16 y[N][C][L];
    for n in N, c in C, p in L
        y[n][c][p] = sum(k in 3) w[k][p] * (x[n][c + k - 1][p] else 0);
}
schedule along for gpu { vectorize p by 8; unroll k; thread n, c, p; }
schedule across for gpu { vectorize p by 8; unroll n by 2; unroll k; thread n, c, p; }
