// Guards: sums over threads that are not counted, or of several elements.
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 --fp=reassoc %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements, and how many threads there are is not known when compiling, or which of them add to the same one [E0413]
kernel unknown(C, P) {
    in f32 x[C][P];
    out f32 d[C];
    for c in C {
        d[c] = 0;
        for p in P d[c] += x[c][p];
    }
}
schedule unknown for gpu { block c; thread p; }

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements
kernel both() {
    in f32 x[64][32];
    inout f32 d[32], all[1];
    for p in 64, c in 32 {
        d[c] += x[p][c];
        all[0] += x[p][c];
    }
}
schedule both for gpu { thread p, c; }

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements
kernel inner(P, K) {
    in i32 x[16][K];
    inout i32 d[K];
    for p in 16, k in K d[k] += x[p][k];
}
schedule inner for gpu { thread p; }

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements
kernel mixed(N) {
    in i32 x[N];
    inout i32 y[N];
    for i in N, m in 1 {
        y[i] *= x[i];
        y[i] += x[i];
    }
}
schedule mixed for gpu { tile m by 16; fuse m_tile, m as f; thread f; }
