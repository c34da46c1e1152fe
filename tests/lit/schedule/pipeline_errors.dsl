// Guards: 'pipeline' of a loop at which nothing is staged, that has another
// mode, or by more than two buffers.
// RUN: %exit 1 %tapc check %s 2>&1 | FileCheck %s

kernel nothing(N, P) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
// CHECK: :[[#@LINE+2]]:50: error: 'pipeline po by 2': nothing is staged at the loop [E0413]
// CHECK: hint: Put a 'stage ... in stack at ...' first.
schedule nothing for cpu { tile p by 8 as po, p; pipeline po by 2; }

kernel parallel_too(N, P = 64) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule parallel_too for cpu {
    stage x in stack at n;
    // CHECK: :[[#@LINE+3]]:5: error: 'parallel n' contradicts an earlier directive for loop 'n' [E0404]
    // CHECK: :[[#@LINE+1]]:5: note: the earlier directive is here
    pipeline n by 2;
    parallel n;
}

kernel three(N, P = 64) {
    in f32 x[N][P];
    out f32 y[N][P];
    for n in N, p in P y[n][p] = x[n][p] + 1.0;
}
schedule three for cpu {
    stage x in stack at n;
    // CHECK: :[[#@LINE+1]]:19: error: expected a number from 1 to 2 after 'by' [E0403]
    pipeline n by 3;
}
