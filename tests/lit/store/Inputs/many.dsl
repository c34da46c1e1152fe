kernel many(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] * 2.0 + 1.0;
}
schedule many for cpu { tile p by ?{512, 1024, 2048}; vectorize p by ?{2, 4}; }
