// Guards: where masks cost, the last vector of a row that is no multiple of it
// ends where the row does; the one before already wrote some of its elements.
// Not where an output is read again, and not with cheap masks.
// RUN: %tapc explain --emit=loop --target=aarch64-linux-gnu --isa=neon %s | FileCheck %s
// RUN: %tapc explain --emit=loop --isa=x86-64-v4 %s | FileCheck --check-prefix=MASKED %s
// CHECK: y[n, lane + 12] =
// CHECK-NOT: y[n, lane + 16]
// CHECK: y[n, lane + 13] =
// CHECK: z[n, lane + 16] = {{.*}} if -lane >= 0
// MASKED-NOT: y[n, lane + 13]
kernel moved_border(N)
    require N >= 1
{
    in    f32 x[N][17];
    out   f32 y[N][17];
    inout f32 z[N][17];

    for n in N, p in 17
        y[n][p] = 2 * (x[n][p - 1] else 0) + (x[n][p + 1] else 1);
    for n in N, p in 17
        z[n][p] = z[n][p] + x[n][p];
}
