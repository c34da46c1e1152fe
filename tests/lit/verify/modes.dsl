// Guards: what is accepted passes its own check in every floating-point mode:
// reductions, functions, strides, locals, narrow types, integers.
// RUN: %tapc %s --fp=strict -o %t.o
// RUN: %tapc %s --fp=contract -o %t.o
// RUN: %tapc %s --fp=reassoc -o %t.o

kernel dot(N)
{
    in  f32 x[N], y[N];
    out f32 z[1];
    z[0] = sum(i in N) x[i] * y[i];
}

kernel functions(N)
{
    in  f32 x[N] strided;
    out f32 a[N], b[N], c[N], d[N], e[N] strided;
    for i in N {
        a[i] = exp(x[i]);
        b[i] = log(x[i]);
        c[i] = tanh(x[i]) + sigmoid(x[i]);
        d[i] = gelu(x[i]) + hardswish(x[i]);
        e[i] = softplus(x[i]) + rsqrt(x[i]);
    }
}

kernel doubles(N)
{
    in  f64 x[N];
    out f64 a[N], b[N];
    for i in N {
        a[i] = silu(x[i]) + exp(x[i]) + tanh(x[i]);
        b[i] = gelu(x[i]) + log(x[i]) + softplus(x[i]);
    }
}

kernel narrow(N, M)
{
    in  bf16 x[N][M];
    in  f16 w[M];
    in  f16 scale;
    out bf16 y[N];
    out f16 z[N];
    local f32 t[N];
    for n in N
        t[n] = sum(m in M) x[n][m] * w[m];
    for n in N {
        y[n] = bf16(t[n]);
        z[n] = f16(silu(t[n]) * scale);
    }
}

kernel bytes(N, M)
{
    in  u8 x[N][M];
    in  i8 w[M];
    out i32 sums[N];
    out u8 largest[N];
    for n in N {
        sums[n] = sum(m in M) x[n][m] * w[m];
        largest[n] = u8(max(m in M) x[n][m]);
    }
}

kernel recurrence(N, T)
{
    inout f32 state[N];
    in  f32 x[T][N];
    out f32 y[T][N];
    for t in T, n in N {
        state[n] = 0.5 * state[n] + x[t][n];
        y[t][n] = relu(state[n]);
    }
}
