// Guards: where the constant in an address can only be a multiple of the
// access's size from 0 on, constants below zero share one pointer.
// RUN: %tapc compile -S --target=aarch64-linux-gnu --isa=neon --no-verify %s -o - | FileCheck %s
// CHECK: sub [[BELOW:x[0-9]+]], x{{[0-9]+}}, #16, lsl #12
// CHECK-NEXT: ldr q{{[0-9]+}}, {{\[}}[[BELOW]], #63488]
// CHECK-NEXT: ldr q{{[0-9]+}}, {{\[}}[[BELOW]], #64512]
kernel offsets(N, L)
    require L >= 1
{
    in  f32 x[N][L][64];
    out f32 y[N][L][64];

    for n in N, p in L, c in 64
        y[n][p][c] = (x[n][p - 8][c] else 0) + (x[n][p - 4][c] else 0) +
            x[n][p][c];
}
