// Guards: the space of a schedule with holes, and of a kernel without one, is
// printed with its size; every point is text; isl leaves out what is not legal;
// points that make the same schedule are one.
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=holes %s | FileCheck --check-prefix=HOLES %s
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=illegal %s | FileCheck --check-prefix=ILLEGAL %s
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=derived %s | FileCheck --check-prefix=DERIVED %s
// RUN: %exit 1 %tapc tune --list -march=x86-64-v3 --kernel=fixed %s 2>&1 | FileCheck --check-prefix=FIXED %s
// RUN: %exit 1 %tapc tune --list -march=x86-64-v3 --kernel=unknown_size %s 2>&1 | FileCheck --check-prefix=OPEN %s
// RUN: %exit 2 %tapc tune --list -march=x86-64-v3 -D P=1000 %s 2>&1 | FileCheck --check-prefix=SEVERAL %s
// Every point parses back.
// RUN: rm -rf %t && mkdir %t && cd %t && sh %S/Inputs/parse_back.sh %tapc %s derived
// REQUIRES: x86-64-v3
// SEVERAL: error: there are 8 kernels in it: choose one with --kernel

// HOLES: schedule holes for cpu {
// HOLES-NEXT: tile p by ?{64, 32};
// HOLES-NEXT: vectorize p by ?{8, 4};
// HOLES-DAG: cycles  tile p by 64; vectorize p by 8;  (untuned)
// HOLES-DAG: cycles  tile p by 32; vectorize p by 8;
// HOLES-DAG: cycles  tile p by 64; vectorize p by 4;
// HOLES-DAG: cycles  tile p by 32; vectorize p by 4;
// HOLES: 4 points, 0 of them not legal, 4 different
kernel holes(P = 1000) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule holes for cpu {
    tile p by ?{64, 32};
    vectorize p by ?{8, 4};
}

// A row needs the one before: only the columns can be lanes.
// ILLEGAL: (untuned)
// ILLEGAL: 3 points, 1 of them not legal, 2 different
kernel illegal(N = 50, P = 1000) {
    inout f32 a[N][P];
    for n in 1..N, p in P a[n][p] = a[n - 1][p] + a[n][p];
}
schedule illegal for cpu { vectorize ?{p, p by 4, n}; }

// DERIVED: prefer ?{rules, plain jam ?{8, {{.*}}} vector_bytes ?{32, 16} window ?{mixed, loads, shifts};
// DERIVED: cycles  prefer rules;  (untuned)
// DERIVED-DAG: cycles  prefer plain jam 2 vector_bytes 32 window mixed;
// DERIVED-DAG: cycles  prefer plain jam 12 vector_bytes 16 window loads;
// DERIVED: points, 0 of them not legal,
kernel derived(N = 10, P = 200) {
    in f32 x[N][P + 2], w[N][3];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in 3) w[n][k] * x[n][p + k];
}

// A chain has no lanes: copies of its step remain.
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=chain %s | FileCheck --check-prefix=CHAIN %s
// CHAIN: prefer ?{rules, plain jam ?{8, 1, 2, 3, 4, 6, 12, 16}} vector_bytes ?{32, 16};
// CHAIN-DAG: cycles  prefer rules;  (untuned)
// CHAIN-DAG: cycles  prefer plain jam 8 vector_bytes 32;
// CHAIN: 18 points, 0 of them not legal, 8 different
kernel chain(P = 1000) {
    inout f32 x[P];
    for p in 1..P x[p] = x[p - 1] * x[p];
}

// How far ahead lines are asked for, where arrays are larger than a cache.
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=large %s | FileCheck --check-prefix=LARGE %s
// LARGE: vector_bytes ?{32, 16} prefetch ?{1024, 256, 512, 2048, 4096};
// LARGE-DAG: cycles  prefer plain jam 1 vector_bytes 16 prefetch 4096;
kernel large(P = 20000) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}

// Rows and vectors of a register tile.
// RUN: %tapc tune --list -march=x86-64-v3 --kernel=dense %s | FileCheck --check-prefix=DENSE %s
// DENSE: tile jam ?{12, 2, 3, 4, 6, 8, 9, 10, 14, 16} unroll ?{3, 1, 2, 4, 5, 8}}
// DENSE-DAG: cycles  prefer tile jam 4 unroll 2 vector_bytes 32
// DENSE-DAG: cycles  prefer tile jam 2 unroll 4 vector_bytes 32
kernel dense(M = 48, N = 96, K = 64) {
    in f32 a[M][K], b[K][N];
    out f32 c[M][N];
    for m in M, n in N c[m][n] = sum(k in K) a[m][k] * b[k][n];
}

// FIXED: error: the schedule of 'fixed' has no holes: nothing to tune [E0404]
kernel fixed(P = 1000) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule fixed for cpu { vectorize p; }

// OPEN: error: 'tapc tune' needs a value for 'P'
kernel unknown_size(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
