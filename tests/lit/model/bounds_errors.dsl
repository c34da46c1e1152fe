// Guards: an access that can be outside its tensor is refused with one
// iteration that reaches outside, and with what would make it right.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel above(L) {
    in f32 x[L];
    out f32 y[L];
    for l in L
        // CHECK: [[#@LINE+4]]:16: error: x[l + 3] reaches index 3 at l = 0, L = 1, allowed 0..L-1 [E0301]
        // CHECK: [[#@LINE-4]]:12: note: 'x' is declared here
        // CHECK: hint: Say what is outside: '(x[l + 3] else 0)', or clamp,
        // CHECK-SAME: wrap or mirror around the index.
        y[l] = x[l + 3];
}

kernel below(N, L) {
    in f32 x[N][L];
    out f32 y[N][L];
    for n in N, l in L
        // CHECK: [[#@LINE+1]]:19: error: x[n][l - 1] reaches index -1 at l = 0, L = 1, allowed 0..L-1
        y[n][l] = x[n][l - 1];
}

// Inside for some sizes only: the condition that is missing.
kernel window(K, L) {
    in f32 x[L], w[L];
    out f32 y[1];
    for l in 1
        // CHECK: [[#@LINE+2]]:28: error: w[k] reaches index 0 at k = 0, L = 0, allowed 0..L-1
        // CHECK: hint: Write 'require L >= K' after the parameters.
        y[l] = sum(k in K) w[k] * x[k];
}

kernel window_required(K, L) require L >= K {
    in f32 x[L], w[L];
    out f32 y[1];
    for l in 1
        // CHECK-NOT: [[#@LINE+1]]
        y[l] = sum(k in K) w[k] * x[k];
}

kernel store(L) {
    in f32 x[L];
    out f32 y[L];
    for l in L
        // CHECK: [[#@LINE+1]]:9: error: y[l + 1] reaches index 1 at l = 0, L = 1, allowed 0..L-1
        y[l + 1] = x[l];
}

// Borders have conditions of their own.
kernel wraps(L, K = 5) {
    in f32 x[L];
    out f32 y[L];
    for l in L
        // CHECK: [[#@LINE+2]]:28: error: x[wrap(l + k - 2)]: 'wrap' is given -2 at l = 0, k = 0, L = 1, allowed -L..2*L-1
        // CHECK: hint: Write 'require L >= 2' after the parameters.
        y[l] = sum(k in K) x[wrap(l + k - 2)];
}

kernel mirrors(L) {
    in f32 x[L];
    out f32 y[L];
    for l in L
        // CHECK: [[#@LINE+2]]:16: error: x[mirror(l - 1)]: 'mirror' is given -1 at l = 0, L = 1, allowed -L+1..2*L-2
        // CHECK: hint: Write 'require L >= 2' after the parameters.
        y[l] = x[mirror(l - 1)];
}

kernel clamps(L, M) {
    in f32 x[L];
    out f32 y[M];
    for l in M
        // CHECK: [[#@LINE+2]]:16: error: x[clamp(l - 1)]: 'clamp' has nothing to clamp to at L = 0
        // CHECK: hint: Write 'require L >= 1' after the parameters.
        y[l] = x[clamp(l - 1)];
}

// Arms of ?: and what && skips are checked only where they run.
kernel guarded(L) {
    in f32 x[L];
    out f32 y[L], z[L];
    for l in L {
        // CHECK: [[#@LINE+1]]:35: error: x[l + 1] reaches index 1 at l = 0, L = 1
        y[l] = l > 0 ? x[l - 1] : x[l + 1];
        // CHECK-NOT: [[#@LINE+1]]
        z[l] = l >= 2 && x[l - 2] > 0.0 || l + 1 < L && x[l + 1] > 0.0 ? 1.0 : 0.0;
    }
}

// So is what stands after else.
kernel state(L) {
    in f32 x[L], s[2];
    out f32 y[L];
    for l in L
        // CHECK: [[#@LINE+1]]:31: error: s[l] reaches index 2 at l = 2, allowed 0..1
        y[l] = (x[l - 3] else s[l]);
}

kernel nothing() {
    in f32 x[0];
    out f32 y[1];
    for i in 1
        // CHECK: [[#@LINE+1]]:16: error: x[i] reaches index 0 at i = 0, but the extent is 0
        y[i] = x[i];
}
// CHECK-NOT: error:
