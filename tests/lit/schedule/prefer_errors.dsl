// Guards: what 'prefer' refuses: unknown words, a second one, one that decides
// nothing.
// RUN: %exit 1 %tapc check --target=x86_64-linux-gnu -march=x86-64-v3 %s 2>&1 | FileCheck %s

kernel unknown(P) { in f32 x[P]; out f32 y[P]; for p in P y[p] = x[p]; }
schedule unknown for cpu {
// CHECK: :[[#@LINE+1]]:12: error: no strategy 'packs'; there are rules, plain, tile, pack
    prefer packs;
}

kernel stores(P) { in f32 x[P]; out f32 y[P]; for p in P y[p] = x[p]; }
schedule stores for cpu {
// CHECK: :[[#@LINE+1]]:25: error: expected sized, cached or streamed after 'stores' [E0403]
    prefer rules stores away;
}

kernel twice(P) { in f32 x[P]; out f32 y[P]; for p in P y[p] = x[p]; }
schedule twice for cpu {
    prefer plain;
// CHECK: :[[#@LINE+2]]:5: error: a second 'prefer' [E0404]
// CHECK: :[[#@LINE-2]]:5: note: first given here
    prefer rules;
}

kernel named(P) { in f32 x[P]; out f32 y[P]; for p in P y[p] = x[p]; }
schedule named for cpu {
// CHECK: :[[#@LINE+1]]:5: error: 'prefer' decides nothing: directives name loops of every nest [E0404]
    prefer plain;
    vectorize p;
}
