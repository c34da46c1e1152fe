// Guards: an output that is not written everywhere, or by '=' twice, and a
// read of what nothing has written yet, with the element and the iteration.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel missing(N, L) {
    in f32 x[N][L];
    // CHECK: [[#@LINE+1]]:13: error: y[0,0] is never written when N = 1, L = 1 [E0302]
    out f32 y[N][L];
    for n in N, l in 1..L
        y[n][l] = x[n][l];
}

// Every other element twice over leaves the last.
kernel gaps(L) {
    // CHECK: [[#@LINE+1]]:13: error: y[0] is never written when L = 0 [E0302]
    out f32 y[2*L + 1];
    for l in L {
        y[2*l] = 1.0;
        y[2*l + 1] = 2.0;
    }
}

kernel twice(N, C, K = 2) {
    in f32 x[N][C][K];
    out f32 y[N][C];
    for n in N, c in C, k in K
        // CHECK: [[#@LINE+2]]:9: error: two iterations write y[0,0]: (n = 0, c = 0, k = 0) and (n = 0, c = 0, k = 1) [E0303]
        // CHECK: hint: Use '+=' to accumulate
        y[n][c] = x[n][c][k];
}

kernel again(N) {
    in f32 x[N];
    out f32 y[N];
    for n in N
        y[n] = x[n];
    for n in N if n > 3
        // CHECK: [[#@LINE+2]]:9: error: two iterations write y[4]: (n = 4) and (n = 4) [E0303]
        // CHECK: [[#@LINE-3]]:9: note: it is written here before
        y[n] = 1.0;
}

kernel uninitialised(N, K = 2) {
    in f32 x[N][K];
    // CHECK: [[#@LINE+5]]:9: error: y[0] is read before it is written at n = 0, k = 0 [E0304]
    // CHECK: [[#@LINE+1]]:13: note: 'y' is declared here
    out f32 y[N];
    // CHECK: hint: Write it with '=' first, for example 'y[n] = 0'.
    for n in N, k in K
        y[n] += x[n][k];
}

kernel partly(N) {
    in f32 x[N];
    out f32 y[N];
    local f32 t[N];
    for n in N if n > 0
        t[n] = x[n];
    for n in N
        // CHECK: [[#@LINE+1]]:16: error: t[0] is read before it is written at n = 0 [E0304]
        y[n] = t[n];
}

// Its own output, ahead of time.
kernel ahead(N) {
    in f32 x[N];
    out f32 y[N];
    for n in N
        // CHECK: [[#@LINE+1]]:28: error: y[1] is read before it is written at n = 0 [E0304]
        y[n] = n < N - 1 ? y[n + 1] + x[n] : x[n];
}

// Its own output of before, a local written in two parts, an argument that is
// updated in place: all as written.
kernel fine(N, S) {
    in f32 x[N];
    out f32 y[N], z[N];
    inout f32 a[N];
    local f32 t[2*N];
    for n in N
        y[n] = n > 0 ? y[n - 1] + x[n] : x[n];
    for n in N if n % 2 == 0
        t[n] = x[n];
    for n in 2*N if n >= N || n % 2 == 1
        t[n] = 0.0;
    for n in N
        z[n] = t[n] + t[n + N];
    for s in S, n in 1..N - 1
        a[n] = 0.5 * (a[n - 1] + a[n + 1]);
}
// CHECK-NOT: error:
