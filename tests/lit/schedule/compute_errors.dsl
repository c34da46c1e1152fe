// Guards: compute moves a local only where nobody else needs it and what it
// is made of is there from the start.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel shared_loops(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    local f32 t[P];
    for p in P {
        t[p] = x[p] * 2.0;
        z[p] = x[p];
    }
    for q in P y[q] = t[q] + 1.0;
}
// CHECK: :[[#@LINE+2]]:33: error: 'compute t at q': its loops are shared with other statements [E0413]
// CHECK: :[[#@LINE-7]]:9: note: t is concerned here
schedule shared_loops for cpu { compute t at q; }

kernel made_of_output(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    local f32 t[P];
    for p in P z[p] = x[p] * 2.0;
    for p in P t[p] = z[p] * 2.0;
    for q in P y[q] = t[q] + 1.0;
}
// CHECK: :[[#@LINE+2]]:35: error: 'compute t at q': the statements that make it read what the kernel writes [E0413]
// CHECK: :[[#@LINE-4]]:16: note: z is concerned here
schedule made_of_output for cpu { compute t at q; }

kernel elsewhere(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    local f32 t[P];
    for p in P t[p] = x[p] * 2.0;
    for q in P y[q] = t[q] + 1.0;
    for r in P z[r] = t[r] + 1.0;
}
// CHECK: :[[#@LINE+2]]:30: error: 'compute t at q': it is read elsewhere too [E0413]
// CHECK: :[[#@LINE-3]]:16: note: t is concerned here
schedule elsewhere for cpu { compute t at q; }

kernel unread(P) {
    in f32 x[P];
    out f32 y[P], z[P];
    local f32 t[P];
    for p in P t[p] = x[p] * 2.0;
    for q in P y[q] = t[q] + 1.0;
    for r in P z[r] = x[r] + 1.0;
}
// CHECK: :[[#@LINE+2]]:27: error: 'compute t at r': no statement inside the loop reads it [E0413]
// CHECK: :[[#@LINE-6]]:15: note: t is concerned here
schedule unread for cpu { compute t at r; }

kernel other_iteration(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    local f32 t[N][P];
    for n in N {
        for p in P t[n][p] = x[n][p] * 2.0;
        for q in P y[n][q] = t[n][q] + (t[n - 1][q] else 0);
    }
}
// CHECK: :[[#@LINE+2]]:36: error: 'compute t at q': an iteration reads what another one of the loops around both makes [E0413]
// CHECK: :[[#@LINE-7]]:15: note: t is concerned here
schedule other_iteration for cpu { compute t at q; }

// Two threads would see the first value of one another's elements.
kernel twice(P) {
    in f32 x[P];
    out f32 y[P];
    local f32 t[P];
    for l in P {
        t[l] = 1.0;
        t[l] = x[l] * 2.0;
    }
    for p in P y[p] = t[p] + (t[p - 1] else 0);
}
// CHECK: :[[#@LINE+2]]:26: error: 'compute t at p': an element of it is written more than once [E0413]
// CHECK: :[[#@LINE-8]]:15: note: t is concerned here
schedule twice for cpu { compute t at p; parallel p; }
