// Guards: sums over threads that are not counted, or of several elements.
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 --fp=reassoc %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements, and how many threads there are is not known when compiling, or some of them have several elements [E0413]
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
kernel several(C, P) {
    in f32 x[C][P];
    out f32 d[C];
    for c in C d[c] = 0;
    for p in P, c in C d[c] += x[c][p];
}
schedule several for gpu { order c, p; merge c; tile c by 8; tile p by 16; order c_tile, p_tile, p, c; block c_tile; thread p, c; }

// CHECK: :[[#@LINE+1]]:8: error: threads sum up elements
kernel inner(P, K) {
    in i32 x[16][K];
    inout i32 d[K];
    for p in 16, k in K d[k] += x[p][k];
}
schedule inner for gpu { thread p; }
