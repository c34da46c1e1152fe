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
// SEVERAL: error: there are 5 kernels in it: choose one with --kernel

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

// DERIVED: prefer ?{rules, plain jam ?{8, {{.*}}} vector_bytes ?{32, 16} axis ?{1, 2} window ?{mixed, loads, shifts};
// DERIVED: cycles  prefer rules;  (untuned)
// DERIVED-DAG: cycles  prefer plain jam 2 vector_bytes 32 axis 1 window mixed;
// DERIVED-DAG: cycles  prefer plain jam 12 vector_bytes 16 axis 1 window loads;
// DERIVED: points, 0 of them not legal,
kernel derived(N = 10, P = 1000) {
    in f32 x[N][P + 2], w[N][3];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in 3) w[n][k] * x[n][p + k];
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
