kernel slow(P = 4096) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] * 2.0 + 1.0;
}
schedule slow for cpu { vectorize p by ?{2, 4, 8}; }
