// Electromagnetic waves on a staggered grid (finite differences in the time
// domain): two electric fields and a magnetic one, driven at one edge.
// bench: -D T=10 -D X=64 -D Y=100
kernel fdtd_2d(T, X, Y)
    require T >= 0, X >= 1, Y >= 1
{
    in    f32 drive[T];
    inout f32 ex[X][Y], ey[X][Y], hz[X][Y];

    for t in T {
        for j in Y
            ey[0][j] = drive[t];
        for i in 1..X, j in Y
            ey[i][j] = ey[i][j] - 0.5 * (hz[i][j] - hz[i - 1][j]);
        for i in X, j in 1..Y
            ex[i][j] = ex[i][j] - 0.5 * (hz[i][j] - hz[i][j - 1]);
        for i in X - 1, j in Y - 1
            hz[i][j] = hz[i][j] - 0.7 * (ex[i][j + 1] - ex[i][j]
                + ey[i + 1][j] - ey[i][j]);
    }
}
