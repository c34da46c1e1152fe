// Guards: sums of the threads of a block, in halves, behind everything that
// adds to them; where the element is used in between, sooner.
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 --fp=reassoc %s | FileCheck %s
// RUN: %tapc compile --emit=ptx --gpu-arch=sm_90 --fp=reassoc %s -o /dev/null
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 %s 2>&1 | FileCheck --check-prefix=ORDER %s

// CHECK-LABEL: program total for sm_90
// CHECK:       shared f32 [[S:d.[0-9]+]][32]
// CHECK:       for c = 0 .. C block {
// CHECK:         for thread = 0 .. 32 thread {
// CHECK-NEXT:      [[S]][thread] = 0.0
// CHECK:         for p_tile
// CHECK-NEXT:      barrier
// CHECK-NEXT:      for p = 0 .. {{.*}} thread {
// CHECK:             [[S]][p] =
// CHECK:         barrier
// CHECK-NEXT:    for thread = 0 .. 16 thread {
// CHECK:           [[S]][thread + 16]
// CHECK:         for thread = 0 .. 1 thread {
// CHECK:           [[S]][thread + 1]
// CHECK:         barrier
// CHECK-NEXT:    for thread = 0 .. 1 thread {
// CHECK:           d[c] = add(
kernel total(C, P) {
    in f32 x[C][P];
    out f32 d[C];
    for c in C {
        d[c] = 0;
// ORDER: :[[#@LINE+1]]:20: note: iteration c = 0, p = {{[0-9]+}} reads d[0], which iteration
        for p in P d[c] += x[c][p];
    }
}
schedule total for gpu { tile p by 32; block c; thread p; }

// Integers: the order is always free; a number of threads that is no power
// of two.
// CHECK-LABEL: program counted for sm_90
// CHECK:       for i = 0 .. N {
// CHECK:         for thread = 0 .. 20 thread {
// CHECK:         for p = 0 .. 20 thread {
// CHECK:         for thread = 0 .. 4 thread {
// CHECK:           [[T:d.[0-9]+]][thread + 16]
// CHECK:         for thread = 0 .. 8 thread {
// CHECK:           e[i] =
kernel counted(N) {
    in i32 x[N][20];
    out i32 d[N], e[N];
    for i in N {
        d[i] = 0;
        for p in 20 d[i] += x[i][p];
        e[i] = d[i];
    }
}
schedule counted for gpu { thread p; }

// Copies of which the last are not always there: nor are their sums.
// CHECK-LABEL: program jammed for sm_90
// CHECK:       for q = {{.*}} block {
// CHECK:           y[2*q] = add(
// CHECK-NEXT:      y[2*q + 1] = add({{.*}} if M - 2*q - 2 >= 0
kernel jammed(M) {
    inout i32 y[M];
    in i32 x[M][32];
    for q in M, r in 32 y[q] += x[q][r];
}
schedule jammed for gpu { unroll q by 2; block q; thread r; }

// A number of threads of which only the program's conditions say how many there
// are at most; in tiles too, of which there is but one.
// CHECK-LABEL: program bounded for sm_90
// CHECK:       for thread = 0 .. 20 thread {
// CHECK:       for k = 0 .. K thread {
// CHECK:       for thread = 0 .. 4 thread {
// CHECK:         [[U:y.[0-9]+]][thread + 16]
kernel bounded(K)
    require K <= 20
{
    in i32 x[8][K];
    inout i32 y[8];
    for c in 8, k in K y[c] += x[c][k];
}
schedule bounded for gpu { block c; thread k; }

// CHECK-LABEL: program offset for sm_90
// CHECK:       for thread = 0 .. 17 thread {
// CHECK:       for k = 3 .. K thread {
// CHECK:         [[V:y.[0-9]+]][k - 3]
kernel offset(K)
    require K <= 20
{
    in i32 x[8][K];
    inout i32 y[8];
    for c in 8, k in 3..K y[c] += x[c][k];
}
schedule offset for gpu { tile k by 32; block c; thread k; }

// CHECK-LABEL: loop: derived, sm_90, -K + 4*floor((K)/4) >= 0
// CHECK:       for thread = 0 .. 16 thread {
// CHECK:       for k = 0 .. floor((K)/4) thread {
// CHECK-LABEL: loop: derived, sm_90{{$}}
// CHECK:       for thread = 0 .. 66 thread {
// CHECK:       for k = 0 .. K thread {
kernel derived(C, K)
    require K <= 66
{
    in f32 w[C][K];
    out f32 y[C];
    for c in C
        y[c] = sum(k in K) w[c][k];
}

// Two loops over threads: their iterations are counted as one.
// CHECK-LABEL: program planes for sm_90
// CHECK:       d.{{[0-9]+}}[8*p + q] = add(
kernel planes(C) {
    in i32 x[C][4][8];
    inout i32 d[C];
    for c in C, p in 4, q in 8 d[c] += x[c][p][q];
}
schedule planes for gpu { block c; thread p, q; }

// An element that is written, or read, between its sums is summed up there; one
// for each iteration of a loop too.
// CHECK-LABEL: program doubled for sm_90
// CHECK:       for t = 0 .. T {
// CHECK:         d[c] = mul
// CHECK:         for thread = 0 .. 16 thread {
// CHECK:         for p = 0 .. 16 thread {
// CHECK:         d[c] = add(
kernel doubled(C, T) {
    in i32 x[C][T][16];
    inout i32 d[C];
    for c in C, t in T {
        d[c] = 2 * d[c];
        for p in 16 d[c] += x[c][t][p];
    }
}
schedule doubled for gpu { block c; thread p; }

// CHECK-LABEL: program running for sm_90
// CHECK:       for t = 0 .. T {
// CHECK:         d[c] = add(
// CHECK:         [[Y:d.[0-9]+]] = d[c]
// CHECK-NEXT:    y[c, t] = [[Y]]
kernel running(C, T) {
    in i32 x[C][T][16];
    inout i32 d[C];
    out i32 y[C][T];
    for c in C, t in T {
        for p in 16 d[c] += x[c][t][p];
        y[c][t] = d[c];
    }
}
schedule running for gpu { block c; thread p; }

// CHECK-LABEL: program rows for sm_90
// CHECK:       for i = 0 .. N {
// CHECK:         for p = 0 .. 20 thread {
// CHECK:         d[i] = add(
kernel rows(N) {
    in i32 x[N][20];
    inout i32 d[N];
    for i in N, p in 20 d[i] += x[i][p];
}
schedule rows for gpu { thread p; }

// What is added under one condition or another is written under either.
// CHECK-LABEL: program either for sm_90
// CHECK:       d[c] = add({{.*}} if -c + 2 >= 0 || c - 5 >= 0
kernel either(C, T) {
    in i32 x[C][T][16];
    inout i32 d[C];
    for c in C, t in T {
        for p in 16 if c < 3 d[c] += x[c][t][p];
        for p in 16 if c >= 5 d[c] += 2 * x[c][t][p];
    }
}
schedule either for gpu { block c; thread p; }

// An element for some of the threads: sums of columns, whose rows are shared
// out.
// CHECK-LABEL: program columns for sm_90
// CHECK:       shared i32 [[S:d.[0-9]+]][32]
// CHECK:       for c_tile = 0 .. 8 block {
// CHECK:         for p = 0 .. 4 thread {
// CHECK-NEXT:      for c = 0 .. 8 thread {
// CHECK:             = [[S]][8*p + c]
// CHECK:         for thread = 0 .. 16 thread {
// CHECK:           = [[S]][thread + 16]
// CHECK:         for thread = 0 .. 8 thread {
// CHECK:           = [[S]][thread + 8]
// CHECK:         for c = 0 .. 8 thread {
// CHECK:           d[8*c_tile + c] = add(
kernel columns(N) {
    in i32 x[N][64][64];
    inout i32 d[64];
    for n in N, p in 64, c in 64 d[c] += x[n][p][c];
}
schedule columns for gpu { tile c by 8; tile p by 4; order c_tile, p, c, n, p_tile; block c_tile; thread p, c; }

// Columns of which a block has some at the end; several sums of each thread.
// CHECK-LABEL: program last for sm_90
// CHECK:       for p = 0 .. 16 thread {
// CHECK-NEXT:    for c = {{.*}} thread {
// CHECK:       for c = 0 .. min(8, -8*c_tile + 25) thread {
// CHECK:         d[16*c_tile + 2*c + lane] = {{.*}}// lanes 2
// CHECK:         e.{{[0-9]+}}[16*c_tile + 2*c + lane] = {{.*}}// lanes 2
// CHECK:         e.{{[0-9]+}}[16*c_tile + 2*c + lane + 50] = {{.*}}// lanes 2
kernel last() {
    in i32 x[64][50];
    inout i32 d[50], e[2][50];
    for p in 64, c in 50 {
        d[c] += x[p][c];
        for k in 2 e[k][c] += i32(k + 2) * x[p][c];
    }
}
schedule last for gpu { unroll k; tile c by 16; tile p by 16; order c_tile, p, c, p_tile; block c_tile; vectorize c by 2; thread p, c; }

// A product of what one of the threads has: the others' change nothing.
// CHECK-LABEL: program once for sm_90
// CHECK:       y.{{[0-9]+}}[thread] = 1
// CHECK:       y.{{[0-9]+}}[thread] = mul(
// CHECK:       y[i] = mul(
kernel once(N) {
    in i32 x[N];
    inout i32 y[N];
    for i in N, m in 1 y[i] *= x[i];
}
schedule once for gpu { tile m by 16; fuse m_tile, m as f; thread f; }
