// Guards: taps far apart in one row cost no memory: no registers are planned
// for what lies between them.
// RUN: %tapc check %s
// RUN: %tapc check %s -D d=2147483648
// RUN: %tapc check %s -D d=5000000000

kernel far(L, d = 40) {
    in f32 x[L], w[3];
    out f32 y[L];

    for p in L
        y[p] = sum(k in 3) w[k] * (x[p + k*d] else 0);
}
