// Guards: an output far beyond any cache is stored past it, its rows end in
// narrower whole vectors instead of an overlapping one; one that fits, or
// whose rows are no multiple of 16 bytes, is stored as usual.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile -S --no-verify --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o - | FileCheck %s --check-prefix=ASM

// CHECK-LABEL: program large
// CHECK: y[r, {{.*}}lane{{.*}}] = {{.*}}  // lanes 8, nontemporal
// CHECK: y[r, lane + 192] = {{.*}}  // lanes 4, nontemporal
// ASM: vmovntps
// ASM: {{[ms]}}fence
kernel large(R = 200000, P = 196) {
    in f32 x[R][P];
    out f32 y[R][P];
    for r in R, p in P y[r][p] = 2.0 * x[r][p];
}
schedule large for cpu { vectorize p by 8; }

// CHECK-LABEL: program odd
// CHECK-NOT: nontemporal
kernel odd(R = 200000, P = 197) {
    in f32 x[R][P];
    out f32 y[R][P];
    for r in R, p in P y[r][p] = 2.0 * x[r][p];
}

schedule odd for cpu { vectorize p by 8; }

// Rows put one after the other are whole vectors.
// CHECK-LABEL: program flat
// CHECK: y.{{[0-9]+}}[{{.*}}lane{{.*}}] = {{.*}}  // lanes 16, nontemporal
kernel flat(R = 200000, P = 197) {
    in f32 x[R][P];
    out f32 y[R][P];
    for r in R, p in P y[r][p] = 2.0 * x[r][p];
}

// CHECK-LABEL: program small
// CHECK-NOT: nontemporal
kernel small(R = 2000, P = 196) {
    in f32 x[R][P];
    out f32 y[R][P];
    for r in R, p in P y[r][p] = 2.0 * x[r][p];
}

// Nor is one that is read again, nor a vector of which only a part is stored.
// CHECK-LABEL: program again
// CHECK-NOT: y[{{.*}} nontemporal
// CHECK: z[{{.*}}, nontemporal
// CHECK: z[{{.*}} if {{.*}} // lanes 16, line
kernel again(R = 200000, P = 192) {
    in f32 x[R][P];
    out f32 y[R][P], z[R][P];
    for r in R, p in P y[r][p] = 2.0 * x[r][p];
    for r in R, p in P z[r][p] = 3.0 * y[r][p];
}
