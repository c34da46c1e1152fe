// Guards: at a border that repeats values a vector chooses among plain loads,
// masked by the side each lane is on, instead of gathering; inside nothing is
// chosen.
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: program replicate
// CHECK: y[lane] = add(select((-lane >= 0), x[0], x[lane - 1]), x[lane])
// CHECK: y[{{(p \+ )?lane( \+ 16)?}}] = add(x[{{.*}}lane{{.*}}], x[{{.*}}lane{{.*}}])
kernel replicate(L = 64) {
    in f32 x[L];
    out f32 y[L];
    for p in L y[p] = x[clamp(p - 1)] + x[p];
}

// CHECK-LABEL: program circular
// CHECK: y[lane] = add(select((-lane >= 0), x[lane + 63], x[lane - 1]), x[lane])
kernel circular(L = 64) {
    in f32 x[L];
    out f32 y[L];
    for p in L y[p] = x[wrap(p - 1)] + x[p];
}

// The last vector: lanes from the extent on come back the other way.
// CHECK-LABEL: program reflect
// CHECK: select({{.*}}, x[-lane + {{[0-9]+}}], x[{{.*}}lane + {{[0-9]+}}])
kernel reflect(L = 64) {
    in f32 x[L];
    out f32 y[L];
    for p in L y[p] = x[mirror(p + 1)] + x[p];
}
