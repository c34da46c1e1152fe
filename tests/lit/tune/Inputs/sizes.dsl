kernel sizes(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] * 2.0 + 1.0;
}
schedule sizes for cpu { vectorize p by ?{2, 8}; }
