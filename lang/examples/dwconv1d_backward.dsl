// All gradients of dwconv1d in one kernel, so that x and dy are read once:
// with respect to the data, the weights and the bias. With the channels last
// they are the lanes. With the time last, lanes along the time combine
// in another order, which takes --fp=reassoc.
// bench: -D N=4 -D C=64 -D L=200 -D K=3
kernel dwconv1d_backward(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K], dy[N][C][P];
    out f32 dx[N][C][L], dw[C][K], db[C];

    for c in C {
        db[c] = 0;
        for k in K
            dw[c][k] = 0;
    }
    for n in N, c in C {
        for l in L
            dx[n][c][l] = sum(k in K)
                w[c][k] * (dy[n][c][l - k + pad] else 0);
        for p in P {
            for k in K
                dw[c][k] += dy[n][c][p] * (x[n][c][p + k - pad] else 0);
            db[c] += dy[n][c][p];
        }
    }
}

kernel dwconv1d_backward_nlc(N, C, L, K in {3, *}, pad = 1)
    require 0 <= pad, pad < K
{
    size P = L + 2*pad - K + 1;

    in  f32 x[N][C][L], w[C][K], dy[N][C][P];
    out f32 dx[N][C][L], dw[C][K], db[C];

    for c in C {
        db[c] = 0;
        for k in K
            dw[c][k] = 0;
    }
    for n in N {
        for l in L, c in C
            dx[n][c][l] = sum(k in K)
                w[c][k] * (dy[n][c][l - k + pad] else 0);
        for p in P, c in C {
            for k in K
                dw[c][k] += dy[n][c][p] * (x[n][c][p + k - pad] else 0);
            db[c] += dy[n][c][p];
        }
    }
}

schedule dwconv1d_backward_nlc for cpu {
    layout x as [N][L][C];
    layout w as [K][C];
    layout dy as [N][P][C];
    layout dx as [N][L][C];
    layout dw as [K][C];
}
