// Guards: a loop that is empty for one listed value of a parameter is what
// that value means, not a mistake.
// RUN: %tapc check -Werror %s
kernel state(C, K in {1, 2}) {
    inout f32 s[C][K];
    in f32 x[C];
    for c in C {
        for k in K - 1
            s[c][k] = s[c][k + 1];
        s[c][K - 1] = x[c];
    }
}
