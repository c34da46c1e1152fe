// Guards: parallel loops become one region, called whole without a pool and
// through it otherwise; the pool gets a grain; one entry each.
// RUN: %tapc explain --emit=llvm --no-verify --isa=x86-64-v3 %s | FileCheck %s

kernel rows(N, C, L) {
    in f32 x[N][C][L];
    out f32 y[N][C][L];
    for n in N, c in C, l in L
        y[n][c][l] = x[n][c][l] * 2.0;
}

schedule rows for cpu {
    parallel n, c;
    vectorize l;
}
// CHECK-DAG: define internal void @rows.x86-64-v3.region0(
// CHECK-DAG: define internal void @rows.x86-64-v3.region0.body(ptr %{{[0-9]+}}, i64 %{{[0-9]+}}, i64 %{{[0-9]+}})
// CHECK-DAG: call void %run(ptr %context, ptr @rows.x86-64-v3.region0.body, ptr %closure, i64 %{{[0-9]+}}, i64 %{{[0-9]+}})
// CHECK-DAG: define {{.*}}i32 @rows(ptr
// CHECK-DAG: define {{.*}}i32 @rows_parallel({{.*}}ptr %parallel)
