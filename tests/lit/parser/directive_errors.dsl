// Directives: known words, arguments of the right shape for every choice of a
// hole, none twice.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel f(N) {
    in f32 x[N];
    out f32 y[N];
    for p in N y[p] = x[p];
}
// CHECK: :[[#@LINE+2]]:10: error: a schedule for 'g', but there is no such kernel [E0401]
// CHECK: hint: Did you mean 'f'?
schedule g for cpu {}
schedule f for cpu {}
// CHECK: :[[#@LINE+2]]:16: error: a second schedule of 'f' for cpu [E0404]
// CHECK: :[[#@LINE-2]]:16: note: first defined here
schedule f for cpu {}
schedule f for x86 {
    // CHECK: :[[#@LINE+2]]:5: error: unknown directive 'vectorise' [E0402]
    // CHECK: hint: Did you mean 'vectorize'?
    vectorise p;
    // CHECK: :[[#@LINE+2]]:20: error: expected a power of two from 1 to 64 [E0403]
    // CHECK: hint: The directive is: vectorize LOOP [by LANES];
    vectorize p by 3;
    // CHECK: :[[#@LINE+1]]:15: error: expected an integer of at least 1 [E0403]
    tile p by 0;
    // CHECK: :[[#@LINE+1]]:22: error: expected an integer of at least 1 [E0403]
    unroll p by ?{1, -4};
    // CHECK: :[[#@LINE+1]]:23: error: 'a' is named twice [E0403]
    tile p by 4 as a, a;
    // CHECK: :[[#@LINE+1]]:14: error: 'p' is named twice [E0403]
    order p, p;
    // CHECK: :[[#@LINE+1]]:12: error: expected ',' and one more name [E0403]
    order p;
    // CHECK: :[[#@LINE+1]]:16: error: expected registers, stack or shared [E0403]
    stage x in sharad at p;
    // CHECK: :[[#@LINE+1]]:12: error: expected 'by' [E0403]
    tile p 4;
    // CHECK: :[[#@LINE+1]]:17: error: a blocked dimension needs both [E/4] and [E%4] [E0403]
    layout x as [N/4];
    // CHECK: :[[#@LINE+2]]:20: error: this dimension is there twice [E0403]
    // CHECK: hint: Where extents repeat, name dimensions by position: [#0][#1].
    layout y as [N][N];
}
schedule f for x86-64-v4 {
    vectorize p;
    // CHECK: :[[#@LINE+2]]:5: error: a second 'vectorize' of the same loop [E0404]
    // CHECK: :[[#@LINE-2]]:5: note: first given here
    vectorize p by 8;
    // CHECK: :[[#@LINE+1]]:14: error: expected ';' [E0403]
    unroll p p;
}
