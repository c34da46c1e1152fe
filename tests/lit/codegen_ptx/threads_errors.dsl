// Guards: a schedule in which no loop runs on a GPU's blocks or threads is
// refused for a GPU.

// RUN: %exit 5 %tapc %s --gpu-arch=sm_90 --emit=ptx -o - 2>&1 | FileCheck %s

// CHECK: [[#@LINE+1]]:8: error: no loop of 'line' runs on the blocks or threads of a GPU [E0502]
kernel line(N)
{
    in  f32 x[N];
    out f32 y[N];

    for i in N
        y[i] = 2.0*x[i];
}

schedule line for gpu { unroll i by 2; }
