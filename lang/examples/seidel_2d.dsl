// Gauss and Seidel's method: each point is replaced by the mean of its
// neighbourhood at once, so every step depends on the one before. No axis
// can be vectorised as it stands, and the compiler must notice.
// bench: -D T=4 -D N=100
kernel seidel_2d(T, N)
    require T >= 0
{
    inout f64 a[N][N];

    for t in T, i in 1..N - 1, j in 1..N - 1
        a[i][j] = (a[i - 1][j - 1] + a[i - 1][j] + a[i - 1][j + 1]
            + a[i][j - 1] + a[i][j] + a[i][j + 1]
            + a[i + 1][j - 1] + a[i + 1][j] + a[i + 1][j + 1]) / 9.0;
}
