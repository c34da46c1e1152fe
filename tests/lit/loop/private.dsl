// Guards: a private scalar is a register where all accesses lie in one
// iteration of the loops that index it, else an array on the stack over the
// loops between; with lanes where it varies with them.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: program inside for x86-64-v3
// CHECK: {{^}}register f32 r0.0
// CHECK-NEXT: {{^}}for p = 0 .. P {
// CHECK-NEXT: {{^}}  for n = 0 .. N {
// CHECK-NEXT: {{^}}    r0.0 = 0.0
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n, p + k], w[k], r0.0)
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p] = r0.0
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel inside(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule inside for cpu { order p, n; }

// CHECK-LABEL: program lanes for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 4
// CHECK-NEXT: {{^}}for n = 0 .. N - 3 step 4 {
// CHECK-NEXT: {{^}}  for p = 0 .. P {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 4
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n + lane, p + k], w[k], r0.0)  // lanes 4
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n + lane, p] = r0.0  // lanes 4
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}if N - 4*floor((clamp(N - 3, {{[0-9]+}}) + 3)/4) - 1 >= 0 && N - 4 >= 0 {
// CHECK-NEXT: {{^}}  for p = 0 .. P {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 4
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[N + lane - 4, p + k], w[k], r0.0)  // lanes 4
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[N + lane - 4, p] = r0.0  // lanes 4
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}if -N + 3 >= 0 {
// CHECK-NEXT: {{^}}  for n = 4*floor((clamp(N - 3, {{[0-9]+}}) + 3)/4) .. N step 4 {
// CHECK-NEXT: {{^}}    for p = 0 .. P {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if N - n - lane - 1 >= 0  // lanes 4
// CHECK-NEXT: {{^}}      for k = 0 .. K {
// CHECK-NEXT: {{^}}        r0.0 = fma(x[n + lane, p + k], w[k], r0.0) if N - n - lane - 1 >= 0  // lanes 4
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}      y[n + lane, p] = r0.0 if N - n - lane - 1 >= 0  // lanes 4
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel lanes(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule lanes for cpu { vectorize n by 4; }

// CHECK-LABEL: program tile for x86-64-v3
// CHECK: {{^}}stack f32 r0.0[32]
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  for p_tile = 0 .. {{.*}} {
// CHECK-NEXT: {{^}}    for p = 32*p_tile .. 32*p_tile + 32 step 8 {
// CHECK-NEXT: {{^}}      r0.0[-32*p_tile + p + lane] = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      for p = 32*p_tile .. 32*p_tile + 32 step 8 {
// CHECK-NEXT: {{^}}        r0.0[-32*p_tile + p + lane] = fma(x[n, k + p + lane], w[k], r0.0[-32*p_tile + p + lane])  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    for p = 32*p_tile .. 32*p_tile + 32 step 8 {
// CHECK-NEXT: {{^}}      y[n, p + lane] = r0.0[-32*p_tile + p + lane]  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK: r0.0[-32*p_tile + p + lane] = fma({{.*}}) if
kernel tile(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule tile for cpu { tile p by 32; order n, p_tile, k, p; vectorize p; }

// CHECK-LABEL: program known for x86-64-v3
// CHECK: {{^}}stack f32 r0.0[24][8]
// CHECK-NEXT: {{^}}for n = 0 .. N - 7 step 8 {
// CHECK-NEXT: {{^}}  for p = 0 .. 24 {
// CHECK-NEXT: {{^}}    r0.0[p, lane] = 0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for k = 0 .. K {
// CHECK-NEXT: {{^}}    for p = 0 .. 24 {
// CHECK-NEXT: {{^}}      r0.0[p, lane] = fma(x[n + lane, k + p], w[k], r0.0[p, lane])  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for p = 0 .. 24 {
// CHECK-NEXT: {{^}}    y[n + lane, p] = r0.0[p, lane]  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for n = 8*floor((clamp(N - 7, {{[0-9]+}}) + 7)/8) .. N step 8 {
// CHECK-NEXT: {{^}}  for p = 0 .. 24 {
// CHECK-NEXT: {{^}}    r0.0[p, lane] = 0.0 if N - n - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for k = 0 .. K {
// CHECK-NEXT: {{^}}    for p = 0 .. 24 {
// CHECK-NEXT: {{^}}      r0.0[p, lane] = fma(x[n + lane, k + p], w[k], r0.0[p, lane]) if N - n - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for p = 0 .. 24 {
// CHECK-NEXT: {{^}}    y[n + lane, p] = r0.0[p, lane] if N - n - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel known(N, P = 24, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule known for cpu { order n, k, p; vectorize n; }

// CHECK-LABEL: program jam for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}register f32 r0.1  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N - 1 step 2 {
// CHECK-NEXT: {{^}}  for p = 0 .. P - 7 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    r0.1 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n, p + lane + k], w[k], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}      r0.1 = fma(x[n + 1, p + lane + k], w[k], r0.1)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}    y[n + 1, p + lane] = r0.1  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if P - 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) - 1 >= 0 && P - 8 >= 0 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    r0.1 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n, P + lane + k - 8], w[k], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}      r0.1 = fma(x[n + 1, P + lane + k - 8], w[k], r0.1)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, P + lane - 8] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}    y[n + 1, P + lane - 8] = r0.1  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if -P + 7 >= 0 {
// CHECK-NEXT: {{^}}    for p = 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) .. P step 8 {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      r0.1 = 0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      for k = 0 .. K {
// CHECK-NEXT: {{^}}        r0.0 = fma(x[n, p + lane + k], w[k], r0.0) if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}        r0.1 = fma(x[n + 1, p + lane + k], w[k], r0.1) if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}      y[n, p + lane] = r0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      y[n + 1, p + lane] = r0.1 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for n = 2*floor((clamp(N - 1, {{[0-9]+}}) + 1)/2) .. N {
// CHECK-NEXT: {{^}}  for p = 0 .. P - 7 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n, p + lane + k], w[k], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if P - 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) - 1 >= 0 && P - 8 >= 0 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. K {
// CHECK-NEXT: {{^}}      r0.0 = fma(x[n, P + lane + k - 8], w[k], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, P + lane - 8] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if -P + 7 >= 0 {
// CHECK-NEXT: {{^}}    for p = 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) .. P step 8 {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      for k = 0 .. K {
// CHECK-NEXT: {{^}}        r0.0 = fma(x[n, p + lane + k], w[k], r0.0) if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}      y[n, p + lane] = r0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel jam(N, P, K) {
    in f32 x[N][P + K], w[K];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in K) x[n][p + k] * w[k];
}
schedule jam for cpu { unroll n by 2; vectorize p; }
