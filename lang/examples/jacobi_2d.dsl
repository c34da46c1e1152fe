// T double steps of Jacobi's method on a square grid.
// bench: -D T=10 -D N=100
kernel jacobi_2d(T, N)
    require T >= 0
{
    inout f32 a[N][N], b[N][N];

    for t in T {
        for i in 1..N - 1, j in 1..N - 1
            b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][j + 1]
                + a[i + 1][j] + a[i - 1][j]);
        for i in 1..N - 1, j in 1..N - 1
            a[i][j] = 0.2 * (b[i][j] + b[i][j - 1] + b[i][j + 1]
                + b[i + 1][j] + b[i - 1][j]);
    }
}
