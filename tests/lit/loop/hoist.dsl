// Guards: conditions that the loop around has nothing to do with are asked
// outside of it, where one of them holds at most; not one on the loop's
// variable, nor where there is more in the loop.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc check %s

// CHECK-LABEL: program rows
// CHECK: {{^}}if L - 1 >= 0 && -L + 16 >= 0 {
// CHECK-NEXT: {{^}}  for m = 0 .. M {
// CHECK-NEXT: {{^}}    for n = 0 .. N {
// CHECK: {{^}}if L - 17 >= 0 && -L + 32 >= 0 {
// CHECK-NEXT: {{^}}  for m = 0 .. M {
// CHECK: {{^}}if L - 33 >= 0 {
// CHECK-NEXT: {{^}}  for m = 0 .. M {
kernel rows(M, N, L)
{
    in f32 x[M][N][L];
    out f32 y[M][N][L];
    for m in M, n in N, l in L y[m][n][l] = 2.0 * x[m][n][l];
}
schedule rows for cpu { vectorize l by 16; unroll l by 2; }

// The lengths of the rows differ.
// CHECK-LABEL: program triangle
// CHECK: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  if n >= 0 && -n + 15 >= 0 {
kernel triangle(N)
{
    in f32 x[N][N];
    inout f32 y[N][N];
    for n in N, l in n + 1 y[n][l] = 2.0 * x[n][l];
}
schedule triangle for cpu { vectorize l by 16; unroll l by 2; }

// Something else is in the loop.
// CHECK-LABEL: program both
// CHECK: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  z[n] =
// CHECK-NEXT: {{^}}  if L - 1 >= 0 && -L + 16 >= 0 {
kernel both(N, L)
{
    in f32 x[N][L];
    out f32 y[N][L], z[N];
    for n in N {
        z[n] = 1.0;
        for l in L y[n][l] = 2.0 * x[n][l];
    }
}
schedule both for cpu { vectorize l by 16; unroll l by 2; }
