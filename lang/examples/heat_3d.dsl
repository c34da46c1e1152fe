// The heat equation in a cube, explicit steps, two at a time. The planes of
// one half step are independent: they may go to several threads.
// bench: -D T=4 -D N=32
kernel heat_3d(T, N)
    require T >= 0
{
    inout f32 a[N][N][N], b[N][N][N];

    for t in T {
        for i in 1..N - 1, j in 1..N - 1, k in 1..N - 1
            b[i][j][k] =
                0.125 * (a[i + 1][j][k] - 2.0 * a[i][j][k] + a[i - 1][j][k])
                + 0.125 * (a[i][j + 1][k] - 2.0 * a[i][j][k] + a[i][j - 1][k])
                + 0.125 * (a[i][j][k + 1] - 2.0 * a[i][j][k] + a[i][j][k - 1])
                + a[i][j][k];
        for i in 1..N - 1, j in 1..N - 1, k in 1..N - 1
            a[i][j][k] =
                0.125 * (b[i + 1][j][k] - 2.0 * b[i][j][k] + b[i - 1][j][k])
                + 0.125 * (b[i][j + 1][k] - 2.0 * b[i][j][k] + b[i][j - 1][k])
                + 0.125 * (b[i][j][k + 1] - 2.0 * b[i][j][k] + b[i][j][k - 1])
                + b[i][j][k];
    }
}

schedule heat_3d for cpu {
    parallel i;
    vectorize k;
}
