// Guards: copies of columns, and stores of jammed rows whose lanes lie in
// different rows of the target, are blocks of 16 bytes a row; the last block of
// a copy is moved to end at the end; machine code has no gather and no scatter.
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D C=16 -D L=58 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 -D C=16 -D L=58 %s | FileCheck --check-prefix=EIGHT %s
// RUN: %tapc explain -O1 --emit=asm --target=x86_64-linux-gnu -march=x86-64-v4 -D C=16 -D L=58 %s | FileCheck --check-prefix=CODE --implicit-check-not=gather --implicit-check-not=scatter %s
// RUN: %tapc check %s -D C=16 -D L=58
// RUN: %tapc check %s -D C=16 -D L=41
// RUN: %tapc check %s -D C=21 -D L=44
// RUN: %tapc check %s

// CHECK: {{^}}  for x_1 = 0 .. 58 step 4 {
// CHECK-NEXT: {{^}}    transpose x {
// CHECK-NEXT: {{^}}      x_staged.{{[0-9]+}}[-clamp(-x_1 + 54, {{[0-9]+}}) + 54, lane] = x[lane, -clamp(-x_1 + 54, {{[0-9]+}}) + 54]  // lanes 16
// CHECK-NEXT: {{^}}      x_staged.{{[0-9]+}}[-clamp(-x_1 + 54, {{[0-9]+}}) + 55, lane] = x[lane, -clamp(-x_1 + 54, {{[0-9]+}}) + 55]  // lanes 16
// CHECK-NEXT: {{^}}      x_staged
// CHECK-NEXT: {{^}}      x_staged
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK: {{^}}    transpose y {
// CHECK-NEXT: {{^}}      y[lane, p] = r0.{{[0-9]+}}  // lanes 16
// CHECK-NEXT: {{^}}      y[lane, p + 1] = r0.{{[0-9]+}}  // lanes 16
// CHECK-NEXT: {{^}}      y[lane, p + 2] = r0.{{[0-9]+}}  // lanes 16
// CHECK-NEXT: {{^}}      y[lane, p + 3] = r0.{{[0-9]+}}  // lanes 16
// CHECK: {{^}}      y[lane, p + 15] = r0.{{[0-9]+}}  // lanes 16
// CHECK-NEXT: {{^}}    }

// EIGHT: {{^}}  for x_1 = 0 .. 58 step 4 {
// EIGHT-NEXT: {{^}}    transpose x {
// EIGHT-NEXT: x_staged{{.*}} // lanes 8

// CODE: vunpcklps
// CODE: vfmadd
kernel rows(C, L) {
    size P = L - 18;
    in  f32 x[C][L], w[C][19];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in 19) w[c][k] * x[c][p + k];
}
