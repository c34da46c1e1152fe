// Guards: short rows of sizes known at run time only are straight code for each
// number of vectors; the first vectors whole, the last one masked, as is what
// is loaded behind the last element that is sure to be there; loads become
// shifts of what they share; longer rows behind them. The sizes are asked for outside of all loops. Not where a loop
// is inside the vectors, nor where there would be too much of it.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc check %s

// CHECK: {{^}}if L - 1 >= 0 && -L + 16 >= 0 {
// CHECK-NEXT: {{^}}  for n = 0 .. N
// CHECK: x.1 = x[n, lane] if L - lane - 1 >= 0
// CHECK-NEXT: r0.0 = fma(w[n, 0], shift<15>(x.1, x.1), r0.0) if lane - 1 >= 0 && L - lane - 1 >= 0
// CHECK-NEXT: r0.0 = fma(w[n, 1], x[n, lane], r0.0) if L - lane - 1 >= 0 //
// CHECK-NEXT: r0.0 = fma(w[n, 2], shift<1>(x.1, x.1), r0.0) if -lane + 14 >= 0 && L - lane - 2 >= 0
// CHECK-NEXT: y[n, lane] = r0.0 if L - lane - 1 >= 0
// CHECK: {{^}}if L - 17 >= 0 && -L + 32 >= 0 {
// CHECK: x.2 = x[n, lane] //
// CHECK-NEXT: fma(w[n, 0], shift<15>(x.2, x.2), r0.0) if lane - 1 >= 0 //
// CHECK-NEXT: fma(w[n, 1], x[n, lane], r0.0) //
// CHECK-NEXT: x.3 = x[n, lane + 16] if L - lane - 17 >= 0 //
// CHECK-NEXT: fma(w[n, 2], shift<1>(x.2, x.3), r0.0) //
// CHECK-NEXT: y[n, lane] = r0.0 //
// CHECK: y[n, lane + 16] = r0.0 if L - lane - 17 >= 0
// CHECK: {{^}}if L - 33 >= 0 && -L + 48 >= 0 {
// CHECK: {{^}}if L - 49 >= 0 && -L + 64 >= 0 {
// CHECK: y[n, lane + 32] = r0.0 //
// CHECK: y[n, lane + 48] = r0.0 if L - lane - 49 >= 0
// CHECK: {{^}}if L - 113 >= 0 && -L + 128 >= 0 {
// CHECK: {{^}}if L - 129 >= 0 {
// CHECK-NEXT: {{^}}  for n = 0 .. N
// CHECK-NEXT: {{^}}    for p = 0 ..
kernel window(N, L)
{
    in f32 x[N][L], w[N][3];
    out f32 y[N][L];
    for n in N, p in L
        y[n][p] = sum(k in 3) w[n][k] * (x[n][p + k - 1] else 0);
}
schedule window for cpu { vectorize p by 16; unroll p by 8; unroll k; }

// The most vectors in flight are the most of a short row.
// CHECK-LABEL: program few
// CHECK: -L + 32 >= 0 {
// CHECK-NOT: -L + 48 >= 0
kernel few(N, L)
{
    in f32 x[N][L + 2];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = x[n][p] + x[n][p + 2];
}
schedule few for cpu { vectorize p by 16; unroll p by 2; }

// CHECK-LABEL: program inside
// CHECK-NOT: -L + 16 >= 0
kernel inside(N, L)
{
    in f32 x[N][L + 40];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 40) x[n][p + k];
}
schedule inside for cpu { vectorize p by 16; unroll p by 4; }

// 42 statements in a vector, of up to three vectors six times as many.
// CHECK-LABEL: program much
// CHECK: -L + 48 >= 0 {
// CHECK-NOT: -L + 64 >= 0
kernel much(N, L)
{
    in f32 x[N][L + 40];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 40) x[n][p + k];
}
schedule much for cpu { vectorize p by 16; unroll p by 8; unroll k; }

// Fixed sizes need none of it.
// CHECK-LABEL: program fixed
// CHECK-NOT: {{^}}if
kernel fixed(N, L = 40)
{
    in f32 x[N][L + 2];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = x[n][p] + x[n][p + 2];
}
schedule fixed for cpu { vectorize p by 16; unroll p by 8; }
