// Guards: with known sizes a parallel loop is a region where there is work for
// threads in any iteration of the loops around it, and however its own work is
// spread: most of it at the end, at the start, or in the middle.
// RUN: %tapc explain --emit=llvm --no-verify --target=x86_64-linux-gnu --isa=x86-64-v3 %s | grep "define.*region" | FileCheck %s

// CHECK: @grows.x86-64-v3.region0(
kernel grows(T = 40, N = 40000) {
    inout f32 y[T][N];
    for t in 1..T, i in N if i < 1000*t
        y[t][i] = y[t - 1][i] * 3.0 + 1.0;
}
schedule grows for cpu { parallel i; }

// CHECK: @shrinks.x86-64-v3.region
kernel shrinks(T = 40, N = 40000) {
    inout f32 y[T][N];
    for t in 1..T, i in N if i < 40000 - 1000*t
        y[t][i] = y[t - 1][i] * 3.0 + 1.0;
}
schedule shrinks for cpu { parallel i; }

// CHECK: @bulges.x86-64-v3.region
kernel bulges(N = 801) {
    inout f32 y[N][N];
    for i in N, j in N if j <= i && j <= 800 - i
        y[i][j] = y[i][j] * 3.0 + 1.0;
}
schedule bulges for cpu { parallel i; }

// CHECK-NOT: @stays
kernel stays(T = 40, N = 800) {
    inout f32 y[T][N];
    for t in 1..T, i in N if i < 20*t
        y[t][i] = y[t - 1][i] * 3.0 + 1.0;
}
schedule stays for cpu { parallel i; }
