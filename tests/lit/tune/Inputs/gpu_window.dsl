kernel gpu_window(N = 8, L = 1048576) {
    in f32 x[N][L + 3], w[4];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 4) w[k] * x[n][p + k];
}
schedule gpu_window for gpu {
    unroll k;
    vectorize p by ?{2, 4};
    thread n, p by ?{128, 256};
}
