// Guards: windows over the two axes of an image, lanes along channels, do tiles
// of both axes where lines of the image would not stay near from one to the
// next, groups of lines for each core; in strips of channels where a tile of
// all of them would not stay near. Small images, and taps apart, are done as
// rows.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids %s | FileCheck %s
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=256 -D W=26 -D K=4 %s | FileCheck %s --check-prefix=STRIPS
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D C=16 -D W=28 %s | FileCheck %s --check-prefix=ROWS
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu -march=sapphirerapids -D d=2 %s | FileCheck %s --check-prefix=ROWS
// RUN: %tapc compile -D C=37 -D W=61 -D H=13 %s -o %t.o
// RUN: %tapc compile -D C=261 -D W=9 -D H=11 -D K=4 %s -o %t.o

// CHECK: loop p_tile parallel {{.*}}floor((p)/8)
// CHECK-NEXT: loop p unroll by 2
// CHECK-NEXT: loop q unroll by 2
// CHECK-NEXT: loop c vectorize by 16
// STRIPS: loop p unroll by 2
// STRIPS-NEXT: loop c_tile {{.*}}floor((c)/128)
// STRIPS-NEXT: loop q unroll by 4
// STRIPS-NEXT: loop c vectorize by 16
// ROWS-NOT: p_tile
// ROWS: loop q unroll by {{4|8}}
kernel image(C = 128, H = 56, W = 56, K = 3, d = 1)
{
    in  f32 x[H][W][C], w[K][K][C];
    out f32 y[H][W][C];
    for p in H, q in W, c in C
        y[p][q][c] = sum(i in K, j in K)
            w[i][j][c] * (x[p + i*d - 1][q + j*d - 1][c] else 0);
}
