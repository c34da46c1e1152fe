// Guards: interior and border of a loop of vectors: same, causal and valid
// padding, run-time and fixed sizes, extents below one vector; the last vector
// overlaps the one before where an iteration may run twice, else it is masked;
// a parallel loop chooses between both bodies.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu -march=x86-64-v3 %s | FileCheck %s
// RUN: %tapc compile --target=x86_64-linux-gnu -march=x86-64-v3 %s -o %t.o

// CHECK-LABEL: program same for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  for p = 0 .. -clamp(-L + 8, {{[0-9]+}}) + 8 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 2) .. min(L - p + 1, 3) {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k - 1], r0.0) if p + lane + k - 1 >= 0 && L - p - lane - 1 >= 0 && L - p - lane - k >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for p = 8 .. L - 8 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 2) .. 3 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k - 1], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for p = 8*floor((clamp(L - 16, {{[0-9]+}}) + 7)/8) + 8 .. L step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 2) .. min(L - p + 1, 3) {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k - 1], r0.0) if p + lane + k - 1 >= 0 && L - p - lane - 1 >= 0 && L - p - lane - k >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel same(N, L) {
    in f32 x[N][L], w[3];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 3) w[k] * (x[n][p + k - 1] else 0);
}
schedule same for cpu { vectorize p; }

// CHECK-LABEL: program causal for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  for p = 0 .. -clamp(-L + 8, {{[0-9]+}}) + 8 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 4) .. 4 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k - 3], r0.0) if L - p - lane - 1 >= 0 && p + lane + k - 3 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  for p = 8 .. L - 7 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 4) .. 4 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k - 3], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if L - 8*floor((clamp(L - 15, {{[0-9]+}}) + 7)/8) - 9 >= 0 && L - 16 >= 0 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = max(0, -L + 4) .. 4 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, L + lane + k - 11], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, L + lane - 8] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if -L + 15 >= 0 {
// CHECK-NEXT: {{^}}    for p = 8*floor((clamp(L - 15, {{[0-9]+}}) + 7)/8) + 8 .. L step 8 {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      for k = max(0, -L + 4) .. 4 {
// CHECK-NEXT: {{^}}        r0.0 = fma(w[k], x[n, p + lane + k - 3], r0.0) if L - p - lane - 1 >= 0 && p + lane + k - 3 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}      y[n, p + lane] = r0.0 if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel causal(N, L) {
    in f32 x[N][L], w[4];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 4) w[k] * (x[n][p + k - 3] else 0);
}
schedule causal for cpu { vectorize p; }

// CHECK-LABEL: program valid for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  for p = 0 .. P - 7 step 8 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. 4 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, p + lane + k], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, p + lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if P - 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) - 1 >= 0 && P - 8 >= 0 {
// CHECK-NEXT: {{^}}    r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}    for k = 0 .. 4 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[n, P + lane + k - 8], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    y[n, P + lane - 8] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if -P + 7 >= 0 {
// CHECK-NEXT: {{^}}    for p = 8*floor((clamp(P - 7, {{[0-9]+}}) + 7)/8) .. P step 8 {
// CHECK-NEXT: {{^}}      r0.0 = 0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      for k = 0 .. 4 {
// CHECK-NEXT: {{^}}        r0.0 = fma(w[k], x[n, p + lane + k], r0.0) if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}      y[n, p + lane] = r0.0 if P - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel valid(N, P) {
    in f32 x[N][P + 3], w[4];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = sum(k in 4) w[k] * x[n][p + k];
}
schedule valid for cpu { vectorize p; }

// CHECK-LABEL: program fixed for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}  r0.0 = fma(w[0], x[n, lane - 1], r0.0) if lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  for k = 1 .. 3 {
// CHECK-NEXT: {{^}}    r0.0 = fma(w[k], x[n, lane + k - 1], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  y[n, lane] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}  for k = 0 .. 3 {
// CHECK-NEXT: {{^}}    r0.0 = fma(w[k], x[n, lane + k + 7], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  y[n, lane + 8] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}  r0.0 = 0.0  // lanes 8
// CHECK-NEXT: {{^}}  for k = 0 .. 2 {
// CHECK-NEXT: {{^}}    r0.0 = fma(w[k], x[n, lane + k + 11], r0.0)  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  r0.0 = fma(w[2], x[n, lane + 13], r0.0) if -lane + 6 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  y[n, lane + 12] = r0.0  // lanes 8
// CHECK-NEXT: {{^}}}
kernel fixed(N, L = 20) {
    in f32 x[N][L], w[3];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 3) w[k] * (x[n][p + k - 1] else 0);
}
schedule fixed for cpu { vectorize p; }

// CHECK-LABEL: program short_row for x86-64-v3
// CHECK: {{^}}register f32 r0.0  // lanes 8
// CHECK-NEXT: {{^}}for n = 0 .. N {
// CHECK-NEXT: {{^}}  r0.0 = 0.0 if -lane + 4 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  r0.0 = fma(w[0], x[n, lane - 1], r0.0) if lane - 1 >= 0 && -lane + 4 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  for k = 1 .. 3 {
// CHECK-NEXT: {{^}}    r0.0 = fma(w[k], x[n, lane + k - 1], r0.0) if -lane - k + 5 >= 0 && -lane + 4 >= 0  // lanes 8
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  y[n, lane] = r0.0 if -lane + 4 >= 0  // lanes 8
// CHECK-NEXT: {{^}}}
kernel short_row(N, L = 5) {
    in f32 x[N][L], w[3];
    out f32 y[N][L];
    for n in N, p in L y[n][p] = sum(k in 3) w[k] * (x[n][p + k - 1] else 0);
}
schedule short_row for cpu { vectorize p; }

// Reads what it writes: never twice.
// CHECK-LABEL: program inplace for x86-64-v3
// CHECK: {{^}}for p = 0 .. L - 7 step 8 {
// CHECK-NEXT: {{^}}  x[p + lane] = mul(x[p + lane], 2.0)  // lanes 8
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for p = 8*floor((clamp(L - 7, {{[0-9]+}}) + 7)/8) .. L step 8 {
// CHECK-NEXT: {{^}}  x[p + lane] = mul(x[p + lane], 2.0) if L - p - lane - 1 >= 0  // lanes 8
// CHECK-NEXT: {{^}}}
kernel inplace(L) {
    inout f32 x[L];
    for p in L x[p] = x[p] * 2.0;
}
schedule inplace for cpu { vectorize p; }

// CHECK-LABEL: program cores for x86-64-v3
// CHECK: {{^}}for p = 0 .. L parallel {
// CHECK-NEXT: {{^}}  if p - 1 >= 0 {
// CHECK-NEXT: {{^}}    y[p] = add(x[p - 1], x[p])
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}  if -p >= 0 {
// CHECK-NEXT: {{^}}    y[p] = add(0.0, x[p])
// CHECK-NEXT: {{^}}  }
// CHECK-NEXT: {{^}}}
kernel cores(L) {
    in f32 x[L];
    out f32 y[L];
    for p in L y[p] = (x[p - 1] else 0) + x[p];
}
schedule cores for cpu { parallel p; }

// Replicated borders: plain loads inside.
// CHECK-LABEL: program replicate for x86-64-v3
// CHECK: {{^}}for p = 0 .. -clamp(-L + 1, {{[0-9]+}}) + 1 {
// CHECK-NEXT: {{^}}  y[p] = add(x[clamp(p - 1, L)], x[clamp(p + 1, L)])
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for p = 1 .. L - 2 step 2 {
// CHECK-NEXT: {{^}}  y[p] = add(x[p - 1], x[p + 1])
// CHECK-NEXT: {{^}}  y[p + 1] = add(x[p], x[p + 2])
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for p = 2*floor((clamp(L - 3, {{[0-9]+}}) + 1)/2) + 1 .. L - 1 {
// CHECK-NEXT: {{^}}  y[p] = add(x[p - 1], x[p + 1])
// CHECK-NEXT: {{^}}}
// CHECK-NEXT: {{^}}for p = clamp(L - 2, {{[0-9]+}}) + 1 .. L {
// CHECK-NEXT: {{^}}  y[p] = add(x[clamp(p - 1, L)], x[clamp(p + 1, L)])
// CHECK-NEXT: {{^}}}
kernel replicate(L) require L >= 1 {
    in f32 x[L];
    out f32 y[L];
    for p in L y[p] = x[clamp(p - 1)] + x[clamp(p + 1)];
}
schedule replicate for cpu { unroll p by 2; }
