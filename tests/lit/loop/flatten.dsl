// Guards: lanes over several rows. Rows as long as the loop's become one
// dimension of a view, where they are contiguous; what differs from row to row
// is chosen by groups of lanes, the same ones for all taps; conditions that
// hold in all lanes are gone. The tile at the end has the same places, each
// vector if it has a lane there.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu --isa=x86-64-v4 %s -o %t.o

// CHECK: view f32 x.[[X:[0-9]+]][21*C] of x
// CHECK: view f32 y.[[Y:[0-9]+]][21*C] of y
// CHECK: if -tile + floor((C)/16) - 1 >= 0 {
// CHECK: [[R:r0.[0-9]+]] = fma(w[16*tile, 0], {{.*}}) if lane - 1 >= 0 //
// CHECK-NEXT: fma(w[16*tile, 1], x.[[X]][336*tile + lane], [[R]]) //
// CHECK-NEXT: fma(w[16*tile, 2], x.[[X]][336*tile + lane + 1], [[R]]) //
// CHECK-NEXT: y.[[Y]][336*tile + lane] = [[R]] //
// CHECK: fma(select((lane - 5 >= 0), w[16*tile + 1, 0], w[16*tile, 0]), x.[[X]][336*tile + lane + 15], [[R]]) if {{.*}}floor
// CHECK-NEXT: fma(select((lane - 5 >= 0), w[16*tile + 1, 1], w[16*tile, 1]), x.[[X]][336*tile + lane + 16], [[R]]) //
// CHECK-NEXT: fma(select((lane - 5 >= 0), w[16*tile + 1, 2], w[16*tile, 2]), x.[[X]][336*tile + lane + 17], [[R]]) if {{.*}}floor
// CHECK-NEXT: y.[[Y]][336*tile + lane + 16] = [[R]] //
// CHECK: if tile - floor((C)/16) >= 0 {
// CHECK: if C - 16*tile - 1 >= 0 {
// CHECK: y.[[Y]][336*tile + lane + 16] = [[R]] if 21*C - 336*tile - lane - 17 >= 0
kernel rows(C, L = 21) {
    in f32 x[C][L], w[C][3];
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = sum(k in 3) w[c][k] * (x[c][p + k - 1] else 0);
}

schedule rows for cpu {
    tile c by 16 as tile, c;
    fuse c, p as q;
    vectorize q by 16;
    unroll q by 21;
    unroll k;
    parallel tile;
}

// Rows with any stride have no such view.
// CHECK-LABEL: program spaced
// CHECK-NOT: view f32 {{.*}} of x
// CHECK: view f32 {{.*}} of y
// CHECK-NOT: view f32 {{.*}} of x
kernel spaced(C, L = 21) {
    in f32 x[C][L] strided;
    out f32 y[C][L];
    for c in C, p in L
        y[c][p] = x[c][p] * 2.0;
}

schedule spaced for cpu {
    tile c by 16 as tile, c;
    fuse c, p as q;
    vectorize q by 16;
    unroll q by 21;
    parallel tile;
}
