// T double steps of Jacobi's method in one dimension: b from a, a from b.
// bench: -D T=10 -D N=2000
kernel jacobi_1d(T, N)
    require T >= 0
{
    inout f64 a[N], b[N];

    for t in T {
        for i in 1..N - 1
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1]);
        for i in 1..N - 1
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1]);
    }
}
