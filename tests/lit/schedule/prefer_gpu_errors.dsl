// Guards: numbers of threads there are not.
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 --ptxas=none --kernel=odd %s 2>&1 | FileCheck --check-prefix=ODD %s
// RUN: %exit 1 %tapc check --gpu-arch=sm_90 --ptxas=none --kernel=many %s 2>&1 | FileCheck --check-prefix=MANY %s
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu --kernel=cpu %s 2>&1 | FileCheck --check-prefix=CPU %s

// ODD: :[[#@LINE+6]]:24: error: 100 threads: expected a multiple of 32 [E0403]
kernel odd(P = 65536) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule odd for gpu { prefer rules threads 100; }

// MANY: :[[#@LINE+6]]:46: error: expected a number from 1 to 1024 after 'threads' [E0403]
kernel many(P = 65536) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule many for gpu { prefer rules threads 2048; }

// CPU: :[[#@LINE+6]]:24: error: 64 threads of a block: the target is no GPU [E0403]
kernel cpu(P = 65536) {
    in f32 x[P];
    out f32 y[P];
    for p in P y[p] = x[p] + 1.0;
}
schedule cpu for cpu { prefer rules threads 64; }
