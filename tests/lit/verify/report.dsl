// Guards: the header says how the object was checked, and --no-verify turns
// the check off.
// RUN: %tapc %s -o %t.o -H %t.h
// RUN: FileCheck %s < %t.h
// RUN: %tapc %s --no-verify -o %t.o -H %t.h
// RUN: FileCheck --check-prefix=NONE %s < %t.h

// CHECK: Checked: replayed {{[1-9][0-9]*}} times, run {{[1-9][0-9]*}} times
// NONE: Not checked (--no-verify)
kernel smooth(N)
{
    in  f32 x[N];
    out f32 y[N];
    for i in N
        y[i] = 0.25 * (x[i - 1] else 0) + 0.5 * x[i] + 0.25 * (x[i + 1] else 0);
}
