// Guards: vectors jammed around a long loop over taps are jammed at the borders
// of the row too: the loop over the taps is cut instead, into iterations some
// of the vectors have, some of their lanes have, and all have. No hints are in
// it, since it moves by an element; no vectors are shared, since they lie
// anywhere.
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 %s | FileCheck %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=x86-64-v4 -D K=63 -D L=512 -D left=62 %s | FileCheck --check-prefix=FEW %s
// RUN: %tapc explain -O1 --emit=loop --target=x86_64-linux-gnu -march=sapphirerapids %s -D L=40000 -D K=100 -D left=99 | FileCheck --check-prefix=HINT %s
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D C=2 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v3 %s -D L=303 -D K=1000 -D left=999 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D L=129 -D K=67 -D left=66 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D L=31 -D K=64 -D left=63 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64 %s -D L=1 -D K=64 -D left=63 -D C=2 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D L=515 -D K=200 -D left=100 -D right=99 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D L=64 -D K=320 -D left=300 -D right=19 -o %t.o
// RUN: %tapc compile -O1 --isa=x86-64-v4 %s -D L=400 -D K=400 -D left=300 -D right=300 -o %t.o

// CHECK: {{^}}  for p = 0 .. 897 step 128 {
// CHECK: {{^}}    for k = max(-p + 896, 0) .. -p + 1008 {
// CHECK-NEXT: {{^}}      if p + k - 1008 >= 0 {
// CHECK-NEXT: {{^}}        r0.0 = fma(w[k], x[c, p + lane + k - 1023], r0.0) if
// CHECK: {{^}}      if p + k - 896 >= 0 {
// CHECK-NEXT: {{^}}        r0.7 = fma({{.*}}) if p + lane + k - 911 >= 0
// CHECK-NEXT: {{^}}      }
// CHECK-NEXT: {{^}}    }
// CHECK-NEXT: {{^}}    for k =
// CHECK-NEXT: {{^}}      r0.0 = fma({{.*}}) if p + lane + k - 1023 >= 0
// CHECK: {{^}}    for k = {{.*}} .. 1024 {
// CHECK-NEXT: {{^}}      r0.0 = fma(w[k], x[c, p + lane + k - 1023], r0.0)  //
// CHECK-NEXT: {{^}}      r0.1 = fma(w[k], x[c, p + lane + k - 1007], r0.1)  //
// CHECK: {{^}}      r0.7 = fma(w[k], x[c, p + lane + k - 911], r0.7)  //
// CHECK-NEXT: {{^}}    }
// CHECK-NOT: for

// HINT-NOT: prefetch

// Few taps: the vectors at the border one by one.
// FEW: {{^}}  for k = 47 .. 63 {
// FEW-NEXT: {{^}}    r0.0 = fma(
// FEW-NEXT: {{^}}  }
// FEW-NEXT: {{^}}  y[c, lane] = r0.0
kernel long_taps(C = 15, L = 1024, K = 1024, left = 1023, right = 0)
{
    size P = L + left + right - K + 1;
    in  f32 x[C][L], w[K];
    out f32 y[C][P];

    for c in C, p in P
        y[c][p] = sum(k in K) w[k] * (x[c][p + k - left] else 0);
}
