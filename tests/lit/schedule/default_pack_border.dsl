// Guards: long windows along the contiguous axis run through panels, taps cut
// into tiles, where rows have borders too, and where the input is so short that
// taps, or elements of a tile, are used from somewhere else than 0 on. Where
// panels then need more stack than there is, another schedule is taken.
// RUN: %tapc explain -O1 --emit=schedule --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=x86-64 -D C=15 %s -D L=1000 -D K=513 -D left=512 -D right=0 | FileCheck --check-prefix=PLAIN %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s -D L=129 -D K=256 -D left=0 -D right=255 -D C=16 | FileCheck --check-prefix=SIZE %s
// RUN: %tapc compile --isa=x86-64-v4 %s -o %t.o
// RUN: %tapc compile --isa=x86-64-v4 %s -D L=300 -D K=300 -D left=299 -D right=0 -o %t.o
// RUN: %tapc compile --isa=x86-64-v3 %s -D L=300 -D K=300 -D left=299 -D right=0 -D C=20 -o %t.o
// RUN: %tapc compile --isa=x86-64-v4 %s -D L=129 -D K=256 -D left=255 -D right=0 -D C=16 -o %t.o
// RUN: %tapc compile --isa=x86-64-v3 %s -D L=17 -D K=65 -D left=64 -D right=0 -D C=20 -o %t.o
// RUN: %tapc compile --isa=x86-64-v4 %s -D L=257 -D K=129 -D left=128 -D right=0 -o %t.o
// RUN: %tapc compile --isa=x86-64 %s -D L=1000 -D K=513 -D left=512 -D right=0 -D C=15 -o %t.o
// RUN: %tapc compile --isa=x86-64-v4 %s -D L=130 -D K=128 -D left=63 -D right=60 -o %t.o
// RUN: %tapc compile --isa=x86-64-v4 %s -D L=129 -D K=256 -D left=0 -D right=255 -D C=16 -o %t.o

// CHECK: loop p_tile
// CHECK: loop k_tile
// CHECK: x_staged
// CHECK: w_staged
// SIZE: stack f32 w_staged.1[129][16]
// SIZE: stack f32 x_staged.2[257][16]
// PLAIN-NOT: staged
// PLAIN: loop p vectorize by 4
kernel border(C = 17, L = 511, K = 255, left = 127, right = 127)
{
    size P = L + left + right - K + 1;
    in  f32 x[C][L], w[C][K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[c][k] * (x[c][p + k - left] else 0);
}
