// Guards: no library function is called, on any level: f16, rounding, square
// roots, conversions and the functions are all spelled out.
// RUN: %tapc compile --no-verify %s -o %t.o
// RUN: llvm-nm --undefined-only %t.o | count 0
// RUN: %tapc compile --no-verify --target=aarch64-linux-gnu %s -o %t.o
// RUN: llvm-nm --undefined-only %t.o | count 0
// RUN: llvm-nm --extern-only --defined-only %t.o | FileCheck %s
// CHECK: T all
// CHECK-NOT: T {{[^a]}}

kernel all(N) {
    in f16 h[N];
    in bf16 b[N];
    in f64 d[N];
    in i8 i[N];
    inout f32 f[N];
    out f16 oh[N];
    out bf16 ob[N];
    out u8 ou[N];
    out f64 od[N];
    for n in N {
        f[n] = floor(f[n]) * round(h[n]) + gelu(f[n]) * silu(b[n]) + tanh(sqrt(f[n])) + log(exp(softplus(h[n])));
        oh[n] = f16(d[n]) * f16(i[n]);
        ob[n] = bf16(d[n] + floor(d[n]) * round(d[n]));
        ou[n] = u8(f[n]);
        od[n] = exp(d[n]) + f64(n);
    }
}
