// Each step along p needs the one before: only channels can be lanes.
kernel layouts(C = 64, P = 500) {
    in f32 b[C];
    inout f32 y[C][P];
    for p in 1..P, c in C y[c][p] = y[c][p] + b[c] * y[c][p - 1];
}
schedule layouts for cpu { layout y as ?{[C][P], [P][C]}; }
