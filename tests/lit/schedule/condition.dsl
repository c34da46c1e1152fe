// Guards: 'schedule ... if CONDITION' makes bodies for those sizes: what a
// condition fixes is a constant there, the first that holds is taken, one that
// cannot hold or is covered makes none; a more specific target comes first.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v3,x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=ast %s | FileCheck --check-prefix=AST %s
// RUN: %tapc compile --target=x86_64-linux-gnu %s --emit=header -o - | FileCheck --check-prefix=HEADER %s

// AST: schedule k for x86-64-v4 if N == 4 && C == 8 && L == 16 {
// AST: tuned h{{[0-9a-f]+}};

// CHECK: --- schedule: k, x86-64-v3, K = 3, L - 32 >= 0 && -L + 63 >= 0
// CHECK: loop l vectorize by 2 
// CHECK: --- schedule: k, x86-64-v3, K = 3{{$}}
// CHECK: loop l vectorize by 4 
// CHECK: --- schedule: k, x86-64-v3, L - 32 >= 0 && -L + 63 >= 0
// CHECK: --- schedule: k, x86-64-v3{{$}}
// CHECK: --- schedule: k, x86-64-v4, K = 3, N = 4, C = 8, L = 16{{$}}
// CHECK: loop l vectorize by 16 
// CHECK: --- schedule: k, x86-64-v4, K = 3, N = 2, L - 1 >= 0{{$}}
// CHECK: loop c unroll by 2
// CHECK: --- schedule: k, x86-64-v4, K = 3, N = 9, C - 6 >= 0{{$}}
// CHECK: --- schedule: k, x86-64-v4, K = 3, L - 32
// CHECK: loop l vectorize by 2 
// CHECK: --- schedule: k, x86-64-v4, K = 3{{$}}
// CHECK: loop l vectorize by 4 
// CHECK: --- schedule: k, x86-64-v4, N = 4, C = 8, L = 16{{$}}
// CHECK: --- schedule: k, x86-64-v4, N = 2, L - 1
// CHECK-NOT: N = 9
// CHECK-NOT: K = 5
// CHECK: --- schedule: k, x86-64-v4{{$}}

// HEADER: Runs the first that fits at x86-64 of: K = 3 and L - 32 >= 0 && -L + 63 >= 0; K = 3; L - 32 >= 0 && -L + 63 >= 0; any.
// HEADER: Runs the first that fits at x86-64-v4 of: K = 3 and N = 4 and C = 8 and L = 16; K = 3 and N = 2 and L - 1 >= 0;
kernel k(N, C, L, K in {3, *})
    require K < 5
{
    in f32 x[N][C][L + K], w[C][K];
    out f32 y[N][C][L];
    for n in N, c in C, l in L
        y[n][c][l] = sum(k in K) w[c][k] * x[n][c][l + k];
}

schedule k for x86-64-v4 if N == 4 && C == 8 && L == 16 {
    tuned h851ab613a4749a7b;
    vectorize l;
}
// Covered by the one before.
schedule k for x86-64-v4 if L == 16 && C == 8 && 4 == N { vectorize l by 8; }
// Contradicts the kernel.
schedule k for x86-64-v4 if K == 5 { vectorize l by 8; }
schedule k for x86-64-v4 if N == 2 && L > 0 { unroll c by 2; }
// The body for any K has no K = 3.
schedule k for x86-64-v4 if K == 3 && N == 9 && C > 5 { unroll c by 4; }
schedule k for x86 if 32 <= L && L < 64 { vectorize l by 2; }
schedule k for x86 { vectorize l by 4; }
