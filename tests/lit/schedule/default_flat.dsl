// Guards: rows that would leave vectors rather empty are put one after the
// other, as many as make whole vectors, and so are those that begin anywhere in
// a line where the same is done at every place; not where rows fill their vectors, are
// stored with gaps between them, masks cost (AVX2), rows are so short that what
// is loaded for one vector lies all over, elements are skipped, or it is not
// known where rows begin.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D L=21 %s | FileCheck %s --check-prefixes=SHORT,OTHERS
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D L=36 %s | FileCheck %s --check-prefix=EVEN
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D L=31 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 -D L=21 -D G=1 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=NONE
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v3 -D L=21 %s | FileCheck %s --check-prefix=NONE

// SHORT: loop c_tile parallel S0: floor((c)/16)
// SHORT-NEXT: loop c_p vectorize by 16 unroll by 21 S0: 21*c + p
// EVEN: loop c_tile parallel S0: floor((c)/4)
// EVEN-NEXT: loop c_p vectorize by 16 unroll by 9 S0: 36*c + p
// NONE-NOT: c_tile
// NONE: loop p vectorize
kernel rows(C, L, G = 0) {
    in f32 x[C][L], w[C];
    out f32 y[C][L + G];
    for c in C, p in L
        y[c][p] = w[c]*x[c][p];
    for c in C, p in G
        y[c][p + L] = 0;
}

// OTHERS-LABEL: schedule of gaps
// OTHERS-NOT: c_tile
kernel gaps(C = 16777216, P = 3, W = 9) {
    in f32 x[C][W];
    out f32 y[C][P];
    for c in C, p in P
        y[c][p] = 2*x[c][p];
}

// OTHERS-LABEL: schedule of unknown
// OTHERS-NOT: c_tile
kernel unknown(C, W, P = 5)
    require W >= 5
{
    in f32 x[C][W];
    out f32 y[C][P];
    for c in C, p in P
        y[c][p] = 2*x[c][p];
}

// OTHERS-LABEL: schedule of skips
// OTHERS-NOT: c_tile
kernel skips(C, P = 21) {
    in f32 x[C][2*P];
    out f32 y[C][P];
    for c in C, p in P
        y[c][p] = x[c][2*p];
}

// The same wherever in its row an element is.
// OTHERS-LABEL: schedule of joined
// OTHERS: loop c_tile parallel S0: floor((c)/4)
// OTHERS-NEXT: loop c_p vectorize by 16 unroll by 25
kernel joined(C = 64, P = 100) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = 2*x[c][p];
}

// After 97 vectors one begins with a row again.
// OTHERS-LABEL: schedule of prime
// OTHERS: loop c_p vectorize by 16 unroll by 8
kernel prime(C = 64, P = 97) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = 2*x[c][p];
}

// Rows begin at lines.
// OTHERS-LABEL: schedule of lines
// OTHERS: loop c parallel
kernel lines(C = 64, P = 112) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = 2*x[c][p];
}

// Places make a difference.
// OTHERS-LABEL: schedule of places
// OTHERS: loop c parallel
kernel places(C = 64, P = 100) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = f32(p)*x[c][p];
}
schedule places for cpu { prefer rules; }

// Whole vectors all along: they can go past the caches, whatever the rows are.
// OTHERS-LABEL: schedule of past
// OTHERS-NEXT: stores to y go past the caches
kernel past(C = 4194304, P = 9) {
    in f32 x[C][P];
    out f32 y[C][P];
    for c in C, p in P y[c][p] = 2*x[c][p];
}
