// Guards: a short loop of vectors becomes copies of its body only while what
// they keep in registers through the loop around fits: 4 vectors of weights a
// copy, 8 copies; 16 copies' worth of room with 32 registers. Where there is no
// loop around, another one before does not count.
// RUN: %tapc explain --emit=loop --isa=x86-64-v3 %s -D C=64 | FileCheck --check-prefix=LOOP %s
// RUN: %tapc explain --emit=loop --isa=x86-64-v4 %s -D C=64 | FileCheck --check-prefix=COPIES %s
// LOOP: for p = {{.*}} {
// LOOP-NEXT: {{.*}}for c = 0 .. {{.*}} step 8 {
// COPIES: for p = {{.*}} {
// COPIES-NEXT: r0.0 = b[lane]
kernel short_vectors(C) {
    in  f32 x[98][C], w[3][C], b[C];
    out f32 y[96][C];

    for p in 96, c in C
        y[p][c] = b[c] + sum(k in 3) w[k][c] * x[p + k][c];
}

// LOOP-LABEL: program behind
// LOOP-NOT: for p
// LOOP: y[lane + 56] =
kernel behind(N) {
    in  f32 x[64], v[64], w[64], z[N];
    out f32 y[64], u[N];

    for n in N
        u[n] = z[n];
    for p in 64
        y[p] = x[p] + v[p] * w[p];
}

schedule behind for cpu { vectorize p by 8; }
