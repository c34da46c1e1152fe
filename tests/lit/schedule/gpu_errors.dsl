// Guards: directives of a GPU on a CPU (status 5).
// RUN: %exit 5 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel blocks(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:27: error: directive 'block' is for GPUs; the target is x86-64-v3 [E0502]
schedule blocks for cpu { block n; thread p; }

kernel threads(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+1]]:28: error: directive 'thread' is for GPUs; the target is x86-64-v3 [E0502]
schedule threads for x86 { thread p; }
