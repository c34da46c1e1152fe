// Guards: hints for lines ahead where arrays are larger than a cache: those to
// be written beyond the first, those to be read beyond the second; one for each
// line, none for what is small, strided or unknown, nor for other processors.
// RUN: %tapc explain %s --emit=loop -march=sapphirerapids | FileCheck %s
// RUN: %tapc explain %s --emit=loop -march=znver5 | FileCheck %s --check-prefix=NONE
// RUN: %tapc compile %s -march=sapphirerapids --emit=asm -o - | FileCheck %s --check-prefix=ASM
// NONE-NOT: prefetch

// CHECK: program small
// CHECK-NOT: prefetch
kernel small() {
    in f32 x[4][1024];
    out f32 y[4][1024];
    for i in 4, p in 1024
        y[i][p] = 2 * x[i][p];
}

// CHECK: program second
// CHECK-NOT: prefetch x
// CHECK: prefetch y[i, p + [[#A:]]] to write
// CHECK-NEXT: prefetch y[i, p + [[#A + 16]]] to write
// CHECK-NOT: prefetch x
// ASM-LABEL: second
// ASM: prefetchw
kernel second() {
    in f32 x[64][4096];
    out f32 y[64][4096];
    for i in 64, p in 4096
        y[i][p] = 2 * x[i][p];
}

// CHECK: program third
// CHECK: prefetch x[i, p + [[#B:]]]
// CHECK: prefetch y[i, p + [[#C:]]] to write
kernel third() {
    in f32 x[512][4096];
    out f32 y[512][4096];
    for i in 512, p in 4096
        y[i][p] = 2 * x[i][p];
}

// CHECK: program unknown
// CHECK-NOT: prefetch
kernel unknown(N) {
    in f32 x[N][4096];
    out f32 y[N][4096];
    for i in N, p in 4096
        y[i][p] = 2 * x[i][p];
}

// CHECK: program many
// CHECK-NOT: prefetch
kernel many() {
    in f32 x[64][4096];
    out f32 y[64][4096], z[64][4096];
    for i in 64, p in 4096 {
        y[i][p] = 2 * x[i][p];
        z[i][p] = 3 * x[i][p];
    }
}

// Beside many streams that are read nothing is asked for.
// CHECK: program beside
// CHECK-NOT: prefetch
kernel beside() {
    in f32 x[4][4096], w[4][4096];
    out f32 y[4096];
    for p in 4096
        y[p] = sum(k in 4) w[k][p] * x[k][p];
}

// A sum steps through rows of weights: of 3 MiB, not of 1 MiB.
// CHECK: program rows
// CHECK: for k = 0 .. 3 {
// CHECK-NEXT: prefetch w[k, i + [[#D:]], 32*o_tile]
// CHECK-NEXT: prefetch w[k, i + [[#D]], 32*o_tile + 16]
// CHECK-NEXT: fma(
// CHECK-NOT: prefetch x
kernel rows() {
    in f32 x[16][512], w[3][512][512];
    out f32 y[14][512];
    for p in 14, o in 512
        y[p][o] = sum(i in 512, k in 3) w[k][i][o] * x[p + k][i];
}

// CHECK: program fewer
// CHECK-NOT: prefetch w
kernel fewer() {
    in f32 x[16][512], w[1][512][512];
    out f32 y[14][512];
    for p in 14, o in 512
        y[p][o] = sum(i in 512, k in 1) w[k][i][o] * x[p + k][i];
}

// CHECK: program small_steps
// CHECK-NOT: prefetch w
kernel small_steps() {
    in f32 x[16][32768], w[32768][32];
    out f32 y[14][32];
    for p in 14, o in 32
        y[p][o] = sum(i in 32768) w[i][o] * x[p][i];
}
