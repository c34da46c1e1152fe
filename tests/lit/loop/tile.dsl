// Guards: in a tile of vectors by rows the vectors of a row follow each other;
// partial results stay in registers through all loops of a sum's part; vectors
// left over run together, the last ending where the row does.
// RUN: %tapc explain --emit=loop --no-verify --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s

// CHECK-LABEL: // --- loop: product
// CHECK: for k_tile = 0 .. 4 {
// CHECK-NEXT: for i = 0 .. 5 step 4 {
// CHECK-NEXT: c.1 = c.0[i, lane]
// CHECK-NEXT: c.2 = c.0[i, lane + 16]
// CHECK: for k = 32*
// CHECK-NEXT: c.1 = fma(b[k, lane], a[i, k], c.1)
// CHECK-NEXT: c.2 = fma(b[k, lane + 16], a[i, k], c.2)
// CHECK-NEXT: c.3 = fma(b[k, lane], a[i + 1, k], c.3)
// CHECK: }
// CHECK-NEXT: c.0[i, lane] = c.1
kernel product(M = 8, N = 32, K = 128) {
    in f32 a[M][K], b[K][N];
    out f32 y[M][N];
    for i in M, j in N {
        f32 c = 0.0;
        for k in K
            c += b[k][j] * a[i][k];
        y[i][j] = c;
    }
}

schedule product for cpu {
    tile k by 32;
    order k_tile, j, i, k;
    vectorize j;
    unroll j by 2;
    unroll i by 4;
}

// CHECK-LABEL: // --- loop: left_over
// CHECK: for j = 0 .. {{[0-9]+}} step 48 {
// CHECK: for k = 0 .. 128 {
// CHECK-NOT: for j
// CHECK: for k = 0 .. 128 {
// CHECK-NEXT: = fma(b[k, lane + 478], a[k], r0
// CHECK-NEXT: = fma(b[k, lane + 494], a[k], r0
// CHECK-NOT: for k
kernel left_over(N = 510, K = 128) {
    in f32 a[K], b[K][N];
    out f32 y[N];
    for j in N
        y[j] = sum(k in K) b[k][j] * a[k];
}

schedule left_over for cpu {
    vectorize j;
    unroll j by 3;
}

// Where all of them are less, the last is masked.
// CHECK-LABEL: // --- loop: too_few
// CHECK: for k = 0 .. 128 {
// CHECK-NEXT: = fma(b[k, lane], a[k], r0
// CHECK-NEXT: = fma(b[k, lane + 16], a[k], r0
// CHECK: = fma(b.{{.*}}, a[k], r0{{.*}} if -lane + 9 >= 0
// CHECK-NOT: for k
kernel too_few(N = 42, K = 128) {
    in f32 a[K], b[K][N];
    out f32 y[N];
    for j in N
        y[j] = sum(k in K) b[k][j] * a[k];
}

schedule too_few for cpu {
    vectorize j;
    unroll j by 3;
}
