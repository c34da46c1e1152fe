// Guards: what PTX is made of the features of a GPU's program: one 16-byte
// access for eight halves, read-only loads, instructions for conversions and
// functions, barriers, shared memory; a second function where pointers need not
// be aligned; the lowest PTX version that serves.
// RUN: %tapc %s --gpu-arch=sm_90 --emit=ptx -o - | FileCheck --check-prefixes=CHECK,NEW %s
// RUN: %tapc %s --gpu-arch=sm_75 --emit=ptx -o - | FileCheck --check-prefixes=CHECK,OLD %s
// RUN: %tapc %s --gpu-arch=sm_120 --emit=ptx -o - | FileCheck --check-prefix=LATER %s
// RUN: %tapc %s --gpu-arch=sm_90 --fp=strict --emit=ptx -o - | FileCheck --check-prefix=STRICT %s

// NEW:   .version 7.8
// NEW:   .target sm_90
// OLD:   .version 6.3
// OLD:   .target sm_75
// LATER: .target sm_90

// CHECK-LABEL: .visible .entry halves(
// CHECK:       .param .u64
// CHECK:       .reqntid 256, 1, 1
// CHECK:       mov.u32 {{.*}}, %ctaid.x;
// CHECK:       ld.global.nc.v4.u32
// CHECK-NOT:   ld.global
// CHECK-COUNT-8: cvt.rn.f16.f32
// CHECK-NOT:   ld.global
// CHECK:       st.global.v4
// CHECK-NOT:   .local
// CHECK-LABEL: .visible .entry halves$any(
// CHECK-COUNT-8: ld.global.nc.u16
kernel halves(N = 64) {
    in f16 x[N][64];
    out f16 y[N][64];
    for n in N, i in 64 y[n][i] = x[n][i] + 1.0;
}
schedule halves for gpu { vectorize i by 8; thread n, i; }

// bf16 is rounded by an instruction where there is one.
// CHECK-LABEL: .visible .entry brains(
// NEW:         cvt.rn.bf16.f32
// OLD-NOT:     bf16
// CHECK:       st.global.v4
kernel brains(N = 64) {
    in bf16 x[N][64];
    out bf16 y[N][64];
    for n in N, i in 64 y[n][i] = x[n][i] * 3.0;
}
schedule brains for gpu { vectorize i by 8; thread n, i; }

// Functions by approximations, unless they are to be exact; a division of the
// program is always exact.
// CHECK-LABEL: .visible .entry functions(
// CHECK-DAG:   ex2.approx.ftz.f32
// CHECK-DAG:   rcp.approx.ftz.f32
// CHECK-DAG:   rsqrt.approx.f32
// CHECK-DAG:   div.rn.f32
// STRICT-LABEL: .visible .entry functions(
// STRICT-NOT:  approx
kernel functions(N) {
    in f32 x[N];
    out f32 y[N];
    for n in N y[n] = silu(x[n]) + rsqrt(x[n]) / x[n];
}
schedule functions for gpu { thread n; }

// A product and a sum are one operation where the language says so, and stay
// two where it does not.
// CHECK-LABEL: .visible .entry fused(
// CHECK:       fma.rn.f64
// STRICT-LABEL: .visible .entry fused(
// STRICT:      mul.rn.f64
// STRICT:      add.rn.f64
kernel fused(N) {
    in f64 x[N], w[N];
    out f64 y[N];
    for n in N y[n] = x[n] * w[n] + 1.0;
}
schedule fused for gpu { thread n; }

// CHECK-LABEL: .visible .entry staged(
// CHECK:       .shared .align 16 .b8 staged$shared
// CHECK:       st.shared.f32
// CHECK:       bar.sync 0;
// CHECK:       ld.shared.f32
kernel staged(N = 4096) {
    in f32 x[N + 2];
    out f32 y[N];
    for n in N y[n] = x[n] + x[n + 1] + x[n + 2];
}
schedule staged for gpu {
    tile n by 64; block n_tile; thread n;
    stage x in shared at n_tile;
}

// Sixteen bytes at a time, sums in 32 bits.
// CHECK-LABEL: .visible .entry bytes(
// CHECK:       ld.global.nc.v4.u32
// CHECK:       st.global.v4
kernel bytes(N = 64) {
    in i8 x[N][64];
    out i8 y[N][64];
    for n in N, i in 64 y[n][i] = i8(i32(x[n][i]) * 3 + 1);
}
schedule bytes for gpu { vectorize i by 16; thread n, i; }

// Strides come in the arguments, not behind a pointer to the host.
// CHECK-LABEL: .visible .entry views(
// CHECK:       .param .align 8 .b8 views_param_1[16]
// CHECK:       ld.param.u64 {{.*}}, [views_param_1+8]
kernel views(N, L) {
    in f32 x[N][L] strided;
    out f32 y[N][L];
    for n in N, l in L y[n][l] = x[n][l];
}
schedule views for gpu { thread n, l; }
