// Guards: what a thread loads and stores at a time: wide accesses where rows
// are multiples of them, narrower ones where they are not; every element once;
// weights first; where it hangs over the edge, only what is inside.
// RUN: %tapc explain --emit=loop --gpu-arch=sm_90 %s | FileCheck %s

// CHECK-LABEL: program window for sm_90
// CHECK:       for p = 0 .. 25 thread {
// CHECK-NEXT:    w.{{[0-9]+}}[lane] = w[lane]  // lanes 2
// CHECK-NEXT:    w.{{[0-9]+}} = w[2]
// CHECK-NEXT:    [[LOW:x.[0-9]+]] = x[n, 8*p - 1] if p - 1 >= 0
// CHECK-NEXT:    [[X:x.[0-9]+]][lane] = x[n, 8*p + lane]  // lanes 8
// CHECK-NEXT:    [[HIGH:x.[0-9]+]] = x[n, 8*p + 8] if -p + 23 >= 0
// CHECK-NOT:     x[n
// CHECK:         [[Y:y.[0-9]+]][7] =
// CHECK-NEXT:    y[n, 8*p + lane] = [[Y]][lane]  // lanes 8
kernel window(N = 4) {
    in f16 x[N][200], w[3];
    out f16 y[N][200];
    for n in N, p in 200
        y[n][p] = sum(k in 3) w[k] * (x[n][p + k - 1] else 0);
}
schedule window for gpu { vectorize p by 8; unroll k; thread n, p; }

// Loads of rows of 202 are of two, stores of rows of 200 of eight.
// CHECK-LABEL: program ragged for sm_90
// CHECK:       view f16 [[X:x.[0-9]+]][808] of x
// CHECK-COUNT-5: = [[X]][202*n + 8*p + lane{{.*}}// lanes 2
// CHECK-NOT:   = x
// CHECK:       y[n, 8*p + lane] = {{.*}}// lanes 8
kernel ragged(N = 4) {
    in f16 x[N][202], w[3];
    out f16 y[N][200];
    for n in N, p in 200
        y[n][p] = sum(k in 3) w[k] * x[n][p + k];
}
schedule ragged for gpu { vectorize p by 8; unroll k; thread n, p; }

// Where the sizes are not known whole groups are wide, but not of rows that begin
// anywhere; those of a known number of elements are.
// CHECK-LABEL: program unknown for sm_90
// CHECK:       if -p + floor((P)/4) - 1 >= 0 {
// CHECK:         x.{{[0-9]+}}[lane] = x[4*p + lane]  // lanes 4
// CHECK:         y[4*p + lane] = {{.*}}// lanes 4
// CHECK-LABEL: program several for sm_90
// CHECK-NOT:   lanes
// CHECK-LABEL: program inner for sm_90
// CHECK:       x[p, 4*c + lane]  // lanes 4
// CHECK:       y[p, 4*c + lane] = {{.*}}// lanes 4
kernel unknown(P) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule unknown for gpu { vectorize p by 4; thread p; }
kernel several(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule several for gpu { vectorize p by 4; thread n, p; }
kernel inner(P) {
    in f32 x[P][64];
    out f32 y[P][64];
    for p in P, c in 64 y[p][c] = x[p][c] + 1.0;
}
schedule inner for gpu { vectorize c by 4; thread p, c; }

// Other elements may be written between; short rows are joined.
// CHECK-LABEL: program moving for sm_90
// CHECK:       [[S:s.[0-9]+]][lane] = [[V:s.[0-9]+]][2*n + lane]  // lanes 2
// CHECK:       y[n] = [[S]][0]
// CHECK-NEXT:  [[T:s.[0-9]+]][0] = [[S]][1]
// CHECK-NEXT:  [[T]][1] = x.{{[0-9]+}}
// CHECK-NEXT:  [[V]][2*n + lane] = [[T]][lane]  // lanes 2
kernel moving(N) {
    in f32 x[N];
    inout f32 s[N][2];
    out f32 y[N];
    for n in N {
        y[n] = s[n][0];
        s[n][0] = s[n][1];
        s[n][1] = x[n];
    }
}
schedule moving for gpu { thread n; }

// What may have been written before is not loaded ahead of that.
// CHECK-LABEL: program again for sm_90
// CHECK:       s[n, 0] = x.{{[0-9]+}}
// CHECK-NEXT:  y[n] = s[n, floor((n)/8)
kernel again(N) {
    in f32 x[N];
    inout f32 s[N][4];
    out f32 y[N];
    for n in N {
        s[n][0] = x[n];
        y[n] = s[n][n / 8 % 2];
    }
}
schedule again for gpu { thread n; }

// Of what the kernel writes only what is wanted: the first and the last of a
// row have no value.
// CHECK-LABEL: program partly for sm_90
// CHECK:       barrier
// CHECK:       = t[i, 4*j - 3]
// CHECK:       [lane] = t[i, 4*j + lane - 2]  // lanes 2
kernel partly(N) {
    in f32 x[N][16];
    local f32 t[N][16];
    out f32 y[N][8];
    for i in N, k in 1..15 t[i][k] = x[i][k];
    for i in N, j in 4..12 y[i][j - 4] = t[i][j - 3] + t[i][j + 3];
}
schedule partly for gpu { merge i; block i; thread k; vectorize j by 4; thread j; }

// What is written twice keeps its order: the element of one write is not known.
// CHECK-LABEL: program twice for sm_90
// CHECK:       y[n, 0] = x
// CHECK:       y[n, 3] = x
// CHECK-NEXT:  y[n, n - 4*floor((n)/4)] = 7.0
// CHECK-NOT:   y[n, lane]
kernel twice(N) {
    in f32 x[N][4];
    inout f32 y[N][4];
    for n in N {
        y[n][0] = x[n][0];
        y[n][1] = x[n][1];
        y[n][2] = x[n][2];
        y[n][3] = x[n][3];
        y[n][n % 4] = 7.0;
    }
}
schedule twice for gpu { thread n; }

// A load that may not happen stays where it is.
// CHECK-LABEL: program shifted for sm_90
// CHECK:       y.{{[0-9]+}}[0] = mul(2.0, select((p - 1 >= 0), x[n, 4*p - 1], 1.0))
// CHECK-NEXT:  y.{{[0-9]+}}[1] = mul(2.0, x.{{[0-9]+}}[0])
kernel shifted(N) {
    in f32 x[N][64];
    out f32 y[N][64];
    for n in N, p in 64
        y[n][p] = 2.0 * (x[n][p - 1] else 1.0);
}
schedule shifted for gpu { vectorize p by 4; thread n, p; }

// A group begins at a multiple of its width; so do those of a thread.
// CHECK-LABEL: program apart for sm_90
// CHECK:       y[n, 4*p + lane + 2] = {{.*}}// lanes 2
// CHECK-NEXT:  y[n, 4*p + lane + 4] = {{.*}}// lanes 2
// CHECK-LABEL: program beside for sm_90
// CHECK:       x.{{[0-9]+}}[lane] = x[n, 4*p + lane - 2]  // lanes 2
// CHECK-NEXT:  x.{{[0-9]+}}[lane] = x[n, 4*p + lane]  // lanes 2
// CHECK:       y[n, 4*p + lane] = {{.*}}// lanes 4
kernel apart(N) {
    in f32 x[N][64];
    inout f32 y[N][64];
    for n in N, p in 60
        y[n][p + 2] = x[n][p];
}
schedule apart for gpu { unroll p by 4; thread n, p; }
kernel beside(N) {
    in f32 x[N][64];
    inout f32 y[N][64];
    for n in N, p in 60
        y[n][p + 2] = x[n][p];
}
schedule beside for gpu { vectorize p by 4; thread n, p; }

// What registers have no room for is loaded where it is first used.
// CHECK-LABEL: program crowded for sm_90
// CHECK:       w.{{[0-9]+}}[lane] = w[lane + 36]
// CHECK-NEXT:  [[SUM:r0.[0-9]+]] = 0.0
// CHECK-NEXT:  [[X:x.[0-9]+]] = x[0, p]
// CHECK-NEXT:  [[SUM]] = fma(w.{{[0-9]+}}[0], [[X]], [[SUM]])
kernel crowded(P) {
    in f32 x[48][P], w[48];
    out f32 y[P];
    for p in P y[p] = sum(k in 48) w[k] * x[k][p];
}
schedule crowded for gpu { unroll k; thread p; }
