// Integer sums by threads: columns, the last block of which has fewer; rows of
// fewer terms than there are threads.
kernel sums(N) {
    in i32 x[N][48][50];
    inout i32 columns[50], pairs[2][50];
    out i32 rows[N][48];
    for n in N, p in 48, c in 50 {
        columns[c] += x[n][p][c];
        for k in 2 pairs[k][c] += i32(k + 2) * x[n][p][c];
    }
    for i in N, j in 48 {
        rows[i][j] = 0;
        for m in 50 rows[i][j] += x[i][j][m];
    }
}
schedule sums for gpu {
    unroll k;
    tile c by 16;
    tile p by 16;
    order c_tile, p, c, n, p_tile;
    block c_tile;
    vectorize c by 2;
    thread p, c;
    block i, j;
    thread m;
}
