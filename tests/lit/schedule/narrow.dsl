// Guards: integers whose values always fit a narrow type are computed in it,
// so that a vector holds more of them: the greatest of bytes in u8, a sum of
// two bytes that is stored as one; not what could leave the type, not the
// least of what does not fit it. What uses a narrow scalar widens it.
// RUN: %tapc explain --emit=schedule --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain --emit=loop --target=x86_64-linux-gnu --isa=x86-64-v4 %s | FileCheck %s --check-prefix=LOOP
// RUN: %tapc compile %s -o %t.o

// CHECK-LABEL: schedule of greatest
// CHECK: vectorize by 64
// CHECK: most[p] = max(most[p], x[p + k])
// LOOP-LABEL: program greatest
// LOOP: register u8 most.0  // lanes 64
kernel greatest(P) {
    in u8 x[P + 2];
    out u8 y[P];
    for p in P {
        i32 most = 0;
        for k in 3
            most max= x[p + k];
        y[p] = u8(most);
    }
}

// CHECK-LABEL: schedule of sums
// CHECK: vectorize by 64
// CHECK: y[p] = add(x[p], x[p + 1])
kernel sums(P) {
    in i8 x[P + 1];
    out i8 y[P];
    for p in P
        y[p] = i8(x[p] + x[p + 1]);
}

// CHECK-LABEL: schedule of wide
// CHECK: vectorize by 16
// CHECK: max(add(i32(x[p]), i32(x[p + 1])), 3)
kernel wide(P) {
    in i8 x[P + 1];
    out i8 y[P];
    for p in P
        y[p] = i8(max(x[p] + x[p + 1], 3));
}

// CHECK-LABEL: schedule of middle
// CHECK: vectorize by 32
// CHECK: t[p] = add(i16(x[p]), i16(x[p + 1]))
kernel middle(P) {
    in u8 x[P + 1];
    out i16 y[P];
    for p in P {
        i32 t = x[p] + x[p + 1];
        y[p] = i16(min(t, 300));
    }
}

// CHECK-LABEL: schedule of mixed
// CHECK: vectorize by 16
// CHECK: t[p] = max(x[p], x[p + 1])
// CHECK: add(i32(t[p]), z[p])
kernel mixed(P) {
    in u8 x[P + 1];
    in i32 z[P];
    out i32 y[P];
    for p in P {
        i32 t = max(x[p], x[p + 1]);
        y[p] = t + z[p];
    }
}

// A range that grows with every iteration is not known.
// CHECK-LABEL: schedule of total
// CHECK: sum[p] = add(sum[p], i32(x[p + k]))
kernel total(P) {
    in u8 x[P + 2];
    out i32 y[P];
    for p in P {
        i32 sum = 0;
        for k in 3
            sum += x[p + k];
        y[p] = sum;
    }
}

// Both values of a choice, all ends of a product.
// CHECK-LABEL: schedule of chosen
// CHECK: vectorize by 32
// CHECK: i16(x[p]), 300)
kernel chosen(P) {
    in u8 x[P];
    out i16 y[P];
    for p in P {
        i32 t = p < 5 ? i32(x[p]) : 300;
        y[p] = i16(min(t, 290));
    }
}

// CHECK-LABEL: schedule of product
// CHECK: vectorize by 32
// CHECK: t[p] = mul(
kernel product(P) {
    in u8 x[P + 1];
    out i16 y[P];
    for p in P {
        i32 t = min(i32(x[p]), 100) * min(i32(x[p + 1]), 100);
        y[p] = i16(t - 7);
    }
}

// A product of bytes is no instruction.
// CHECK-LABEL: schedule of bytes
// CHECK: mul(i32(x[p]), i32(x[p + 1]))
kernel bytes(P) {
    in u8 x[P + 1];
    out u8 y[P];
    for p in P
        y[p] = u8(x[p] * x[p + 1]);
}

// The least difference is that of the least and the greatest.
// CHECK-LABEL: schedule of difference
// CHECK: t[p] = sub(i16(x[p]), i16(x[p + 1]))
kernel difference(P) {
    in u8 x[P + 1];
    out i16 y[P];
    for p in P {
        i32 t = x[p] - x[p + 1];
        y[p] = i16(t + 7);
    }
}

// A choice between narrow values by what they are stays wide.
// CHECK-LABEL: schedule of larger
// CHECK: select({{.*}}i32(x[p])
kernel larger(P) {
    in u8 x[P + 1];
    out u8 y[P];
    for p in P
        y[p] = u8(x[p] < x[p + 1] ? i32(x[p]) + 1 : i32(x[p + 1]));
}
