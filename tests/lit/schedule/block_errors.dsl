// Guards: what no GPU can run: dependences between blocks or threads, loops
// mapped in the wrong place, more threads or shared memory than there are.
// RUN: %exit 5 %tapc check --gpu-arch=sm_90 %s 2>&1 | FileCheck %s

kernel carried(N) {
    inout f32 a[N];
    for t in 1..N a[t] = a[t - 1] * 2.0;
}
schedule carried for gpu {
// CHECK: :[[#@LINE+2]]:5: error: 'block t' is illegal: iterations of t depend on each other [E0412]
// CHECK: :[[#@LINE-4]]:19: note: iteration t = 2 reads a[1], which iteration t = 1 wrote
    block t;
}

kernel launched(N) {
    in f32 x[N];
    inout f32 a[N];
    out f32 y[N];
    for i in N a[i] = x[i];
    for j in N y[j] = a[j];
}
schedule launched for gpu { thread i, j; }
// CHECK: :[[#@LINE-8]]:8: error: blocks of one launch depend on each other [E0412]
// CHECK: :[[#@LINE-4]]:16: note: iteration j = 0 reads a[0], which iteration i = 0 wrote

kernel inside(N, C, P) {
    in f32 x[N][C][P];
    out f32 y[N][C][P];
    for n in N, c in C, p in P y[n][c][p] = x[n][c][p];
}
schedule inside for gpu {
    thread n;
// CHECK: :[[#@LINE+2]]:5: error: loop 'p' is mapped to threads inside of loop 'c', which is not [E0413]
// CHECK: hint: Loops mapped to threads stand directly inside each other.
    thread p;
}

kernel blocks(N, C) {
    in f32 x[N][C];
    out f32 y[N][C];
    for n in N, c in C y[n][c] = x[n][c];
}
schedule blocks for gpu {
// CHECK: :[[#@LINE+1]]:5: error: loop 'c' is mapped to blocks inside of loop 'n', which is not [E0413]
    block c;
}

kernel twice(N) { in f32 x[N]; out f32 y[N]; for n in N y[n] = x[n]; }
schedule twice for gpu {
    block n;
// CHECK: :[[#@LINE+2]]:5: error: 'thread n' contradicts an earlier directive for loop 'n' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: the earlier directive is here
    thread n;
}

kernel many(N) { in f32 x[N]; out f32 y[N]; for n in N y[n] = x[n]; }
schedule many for gpu {
// CHECK: :[[#@LINE+1]]:17: error: expected a number from 1 to 1024 after 'by' [E0403]
    thread n by 2048;
}

kernel other(N) {
    in f32 x[N]; out f32 y[N], z[N];
    for n in N y[n] = x[n];
    for m in N z[m] = x[m];
}
schedule other for gpu {
    thread n by 128;
// CHECK: :[[#@LINE+1]]:5: error: 'thread m by 256': another directive wants 128 threads [E0404]
    thread m by 256;
}

kernel shared(N) {
// CHECK: :[[#@LINE+1]]:12: error: the threads of a block share 65536 bytes, 65536 of them for x_staged.{{[0-9]+}}; the limit of sm_90 is 49152 [E0503]
    in f32 x[N];
    out f32 y[N];
    for n in N y[n] = x[n];
}
schedule shared for gpu {
    tile n by 16384; block n_tile; thread n;
    stage x in shared at n_tile;
}

kernel cores(N) { in f32 x[N]; out f32 y[N]; for n in N y[n] = x[n]; }
schedule cores for gpu {
// CHECK: :[[#@LINE+1]]:5: error: directive 'parallel' is for CPUs; the target is sm_90 [E0502]
    parallel n;
}
