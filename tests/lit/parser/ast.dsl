// The whole language parses, names are resolved and types filled in.
// RUN: %tapc explain %s --emit=ast | FileCheck %s

// CHECK: kernel all
// CHECK-NEXT: parameter N
// CHECK-NEXT: parameter K in {3, 4, *}
// CHECK-NEXT: parameter s in {1, 2}
// CHECK-NEXT: parameter pad = 1
// CHECK-NEXT: require 0 <= pad && pad < K || N == 0
// CHECK-NEXT: require N >= K
// CHECK-NEXT: size P = (N + 2*pad - K)/2 + 1
// CHECK-NEXT: size Q = N%4
// CHECK-NEXT: in f16 x[N][N + 1] strided
// CHECK-NEXT: in f32 w[K]
// CHECK-NEXT: in f32 alpha
// CHECK-NEXT: in i8 q[N]
// CHECK-NEXT: out f32 y[N][P]
// CHECK-NEXT: out i8 z[N]
// CHECK-NEXT: local f32 t[N]
kernel all(N, K in {3, 4, *}, s in {1, 2}, pad = 1)
    require 0 <= pad && pad < K || N == 0
    require N >= K
{
    size P = (N + 2*pad - K)/2 + 1, Q = N % 4;
    in f16 x[N][N + 1] strided;
    in f32 w[K], alpha;
    in i8 q[N];
    out f32 y[N][P];
    out i8 z[N];
    local f32 t[N];

    // An f16 operand makes f32; a literal takes the type of its operand.
    // CHECK: for n in N, p in 1..P - 1 if n < p && !(p%2 == 0)
    // CHECK-NEXT: block
    // CHECK-NEXT: declare f32 acc
    // CHECK-NEXT: binary * : f32
    // CHECK-NEXT: access x : f16
    // CHECK-NEXT: name n : index
    // CHECK-NEXT: binary + : index
    // CHECK-NEXT: binary * : index
    // CHECK-NEXT: name p : index
    // CHECK-NEXT: name s : index
    // CHECK-NEXT: literal 1 : index
    // CHECK-NEXT: literal 2 : f32
    for n in N, p in 1..P - 1 if n < p && !(p % 2 == 0) {
        f32 acc = x[n][p*s + 1] * 2;
        // CHECK-NEXT: for k in K
        // CHECK-NEXT: assign +=
        // CHECK-NEXT: name acc : f32
        // CHECK-NEXT: binary * : f32
        // CHECK-NEXT: access w : f32
        // CHECK-NEXT: name k : index
        // CHECK-NEXT: else : f32
        // CHECK-NEXT: access x : f16
        for k in K
            acc += w[k] * (x[n][p + k - pad] else 0);
        // CHECK: assign max=
        acc max= -alpha;
        // CHECK: assign min=
        acc min= 1e3;
        // CHECK: assign *=
        acc *= w[0];
        // The body of a sum is a product: the sum ends before the plus.
        // CHECK: assign ={{$}}
        // CHECK: binary + : f32
        // CHECK-NEXT: sum(k in K, j in 0..2 if k < j) : f32
        // CHECK-NEXT: binary * : f32
        // CHECK: name alpha : f32
        y[n][p] = sum(k in K, j in 0..2 if k < j) w[k] * acc + alpha;
    }
    // CHECK: select : f32
    // CHECK: binary || : bool
    // CHECK: border clamp : index
    // CHECK: call max : f32
    for n in N
        t[n] = n < 2 || w[0] > 0.5 ? x[clamp(n - 1)][wrap(n)]
                                   : max(x[mirror(n)][n], f32(n + 1), 3);
    // Narrow integers compute in i32 and need a cast back.
    // CHECK: cast : i8
    // CHECK-NEXT: binary / : i32
    // CHECK: call min : i32
    for n in N
        z[n] = i8((q[n] + 1) / 3);
    for n in N
        z[n] = min(q[n], 5);
    // CHECK: max(k in K) : f32
    // CHECK: prod(k in K) : f32
    for n in N, p in P
        y[n][p] = (max(k in K) w[k]) * prod(k in K) w[k];
}

// CHECK: schedule all for x86-64-v4 {
// CHECK-NEXT: layout x as [N/16][N + 1][N%16];
// CHECK-NEXT: layout y as [#1][#0];
// CHECK-NEXT: tile p by ?{32, 64} as po, pi;
// CHECK-NEXT: order n, ?{po, pi}, t.k;
// CHECK-NEXT: stage x in ?{registers, stack} at n;
// CHECK-NEXT: pack x by n ?{8, 16};
// CHECK-NEXT: layout t as [N/?{4, 8}][N%?{4, 8}];
// CHECK-NEXT: unroll k;
// CHECK-NEXT: unroll pi by 4;
// CHECK-NEXT: fuse n, po as np;
// CHECK-NEXT: compute t at n;
// CHECK-NEXT: merge n, m;
// CHECK-NEXT: vectorize pi by 16;
// CHECK-NEXT: parallel n;
// CHECK-NEXT: }
schedule all for x86-64-v4 {
    layout x as [N/16][N+1][N%16];
    layout y as [#1][#0];
    tile p by ?{32,64} as po, pi;
    order n, ?{po, pi}, t.k;
    stage x in ?{registers, stack} at n;
    pack x by n ?{8, 16};
    layout t as [N/?{4, 8}][N%?{4, 8}];
    unroll k;
    unroll pi by 4;
    fuse n, po as np;
    compute t at n;
    merge n, m;
    vectorize pi by 16;
    parallel n;
}
