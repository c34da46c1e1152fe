// Guards: what a condition of a schedule, and 'tuned', cannot be.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck --strict-whitespace %s

kernel k(N, L)
{
    size P = L + 1;
    in f32 x[N][L];
    out f32 y[N][L];
    for n in N, l in L
        y[n][l] = x[n][l] + 1.0;
}

// CHECK: [[#@LINE+1]]:23: error: unknown name 'M' [E0202]
schedule k for cpu if M == 3 { }
// CHECK: [[#@LINE+1]]:23: error: unknown name 'x' [E0202]
schedule k for cpu if x == 3 { }
// CHECK: [[#@LINE+1]]:24: error: 'N*L' is not affine
schedule k for cpu if N*L == 3 { }
// CHECK: [[#@LINE+1]]:23: error: a condition compares affine integer expressions, 'N' does not [E0205]
schedule k for cpu if N { }
// CHECK: [[#@LINE+2]]:16: error: a second schedule of 'k' for cpu [E0404]
schedule k for cpu if P == 3 { }
schedule k for cpu if P == 3 { }
// CHECK: [[#@LINE+1]]:27: error: expected 'h' and 16 digits of 0-9a-f [E0403]
schedule k for x86 { tuned; }
// CHECK: [[#@LINE+1]]:30: error: expected 'h' and 16 digits of 0-9a-f [E0403]
schedule k for sm_90 { tuned h0123456789abcdeF; }
// CHECK: [[#@LINE+1]]:30: error: expected 'h' and 16 digits of 0-9a-f [E0403]
schedule k for sm_80 { tuned 3; }
