// Guards: lanes that a loop sums up are kept apart in it and combined once
// behind it, where the order of additions is free: one accumulator for each
// statement of the body; what is combined behind an inner loop moves out
// of the next one too; an element in memory is touched only if the loop
// runs; one that is read otherwise stays.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 --fp=reassoc %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=ORDER
// RUN: %tapc compile --fp=reassoc %s -o %t.o
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: program rows
// CHECK: r0.0 = 0.0  // line
// CHECK-NEXT: [[A:r0\.[0-9]+]] = 0.0  // lanes 16
// CHECK-NEXT: [[B:r0\.[0-9]+]] = 0.0  // lanes 16
// CHECK: for n = 0 .. N {
// CHECK-NEXT: [[A]] = add([[A]], x[n, lane])
// CHECK-NEXT: [[B]] = add([[B]], x[n, lane + 16])
// CHECK: if -lane + 11 >= 0
// CHECK: }
// CHECK: [[A]] = add([[A]], [[B]])
// CHECK: r0.0 += [[A]]
// CHECK-NEXT: s[o] = r0.0
// ORDER-LABEL: program rows
// ORDER-NOT: lanes
// ORDER: s[0] = r0.0
kernel rows(N) {
    in f32 x[N][300];
    out f32 s[1];
    for o in 1
        s[o] = sum(n in N, p in 300) x[n][p];
}

// CHECK-LABEL: program memory
// CHECK: for p = {{.*}} .. P - 15 step 16 {
// CHECK-NEXT: [[A:s\.[0-9]+]] = fma(x[n, p + lane], x[n, p + lane], [[A]])
// CHECK: s[n] += [[A]] if P - {{.*}} - 16 >= 0
kernel memory(N, P) {
    in f32 x[N][P];
    out f32 s[N];
    for n in N {
        s[n] = 0;
        for p in P
            s[n] += x[n][p] * x[n][p];
    }
}

// CHECK-LABEL: program most
// CHECK: = -2147483648  // lanes 16
// CHECK: = max(
// CHECK: s[n] max=
// ORDER-LABEL: program most
// ORDER: = -2147483648  // lanes 16
kernel most(N, P) {
    in i32 x[N][P];
    out i32 s[N];
    for n in N {
        s[n] = 0;
        for p in P
            s[n] max= x[n][p];
    }
}

// CHECK-LABEL: program running
// CHECK: for i
// CHECK-NEXT: for p
// CHECK-NEXT: s[i + p] = add(s[i + p], mul(s[i], x[i, p]))
kernel running(N) {
    in i32 x[N][64];
    inout i32 s[N + 64];
    for i in N, p in 64
        s[i + p] += s[i] * x[i][p];
}

// Columns whose lanes are combined are no block to be transposed.
// CHECK-LABEL: program columns
// CHECK-NOT: transpose
kernel columns() {
    in i32 x[16][8];
    inout i32 s[8];
    for p in 8, n in 16
        s[p] += x[n][p];
}
schedule columns for cpu {
    vectorize n by 16;
    unroll p;
}

// The others begin with what changes nothing, too.
// CHECK-LABEL: program ends
// CHECK-DAG: = 2147483647  // lanes 16
// CHECK-DAG: = 1  // lanes 16
// CHECK-DAG: = inf  // lanes 16
// CHECK-DAG: = -inf  // lanes 16
// CHECK-DAG: = 1.0  // lanes 16
kernel ends(N, P) {
    in i32 x[N][P];
    in f32 z[N][P];
    out i32 least[N], product[N];
    out f32 low[N], high[N], scale[N];
    for n in N {
        least[n] = 5;
        product[n] = 3;
        low[n] = 5.0;
        high[n] = -5.0;
        scale[n] = 3.0;
        for p in P {
            least[n] min= x[n][p];
            product[n] *= x[n][p];
            low[n] min= z[n][p];
            high[n] max= z[n][p];
            scale[n] *= z[n][p];
        }
    }
}
