// Guards: loops of a GPU: blocks and threads, the vectors and groups of a
// thread, what gets a block or a thread that nobody mapped.
// RUN: %tapc explain --emit=schedule --gpu-arch=sm_90 %s | FileCheck %s
// RUN: %tapc check --gpu-arch=sm_90 %s

// CHECK-LABEL: schedule of flat for sm_90
// CHECK-NEXT: {{^}}  threads of a block 256
// CHECK-NEXT: {{^}}  loop n thread  S0: n
// CHECK-NEXT: {{^}}    loop p thread  S0: floor((p)/4)
// CHECK-NEXT: {{^}}      loop p jam  S0: p - 4*floor((p)/4)
kernel flat(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule flat for gpu { vectorize p; thread n, p; }

// CHECK-LABEL: schedule of tiled for sm_90
// CHECK-NEXT: {{^}}  threads of a block 64
// CHECK-NEXT: {{^}}  loop n block  S0: n
// CHECK-NEXT: {{^}}    loop p_tile block  S0: floor((p)/64)
// CHECK-NEXT: {{^}}      loop p thread  S0: p - 64*floor((p)/64)
kernel tiled(N, P) {
    in f16 x[N][P];
    out f16 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule tiled for sm_90 { tile p by 64; block n, p_tile; thread p; }

// A serial loop around threads is run by one block; a part without threads by
// one thread.
// CHECK-LABEL: schedule of steps for sm_90
// CHECK-NEXT: {{^}}  threads of a block 128
// CHECK-NEXT: {{^}}  loop block block  S0: 0  S1: 0
// CHECK-NEXT: {{^}}    loop t  S0: t  S1: t
// CHECK-NEXT: {{^}}      sequence
// CHECK-NEXT: {{^}}        loop thread thread  S0: 0
// CHECK:      {{^}}        loop i thread  S1: i
kernel steps(T, N)
    require N >= 1
{
    inout f32 a[N];
    out f32 b[T];
    for t in T {
        b[t] = a[0];
        for i in N a[i] = a[i] + 1.0;
    }
}
schedule steps for gpu { thread i by 128; }

// CHECK-LABEL: schedule of vectors for sm_90
// CHECK-NEXT: {{^}}  threads of a block 128
// CHECK-NEXT: {{^}}  loop p thread  S0: floor((p)/16)
// CHECK-NEXT: {{^}}    loop p jam  S0: floor((p)/8) - 2*floor((p)/16)
// CHECK-NEXT: {{^}}      loop p jam  S0: p - 8*floor((p)/8)
kernel vectors(P) {
    in bf16 x[P];
    out bf16 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule vectors for gpu { thread p by 128; vectorize p; unroll p by 2; }

// As many threads as a block can have; a thread's own copy is no one else's.
// CHECK-LABEL: schedule of most for sm_90
// CHECK-NEXT: {{^}}  threads of a block 1024
// CHECK-LABEL: schedule of own for sm_90
// CHECK:      {{^}}  loop n thread  S0: n  S1: n
// CHECK:      loop x_0  S1: x_0
// CHECK-NEXT: loop x_1  S1: x_1
// CHECK-LABEL: schedule of some for sm_90
// CHECK-NEXT: {{^}}  threads of a block 128
kernel most(N) {
    in f32 x[N][4096];
    out f32 y[N][4096];
    for n in N, p in 4096 y[n][p] = x[n][p] + 1.0;
}
schedule most for gpu { block n; thread p; }
kernel own(N) {
    in f32 x[N][8];
    out f32 y[N][8];
    for n in N, p in 8 y[n][p] = x[n][p] + x[n][7 - p];
}
schedule own for gpu { thread n; stage x in stack at n; }
kernel some(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule some for gpu { block n; thread p; }
