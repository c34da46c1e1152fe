/* Calls "special" and the functions of the oracles of tests/fuzz on special
 * values, and compares both with the table of lang/functions.md. */
#include "fuzz_support.h"

#include <stdio.h>

enum { N_FUNCTIONS = 9, N_POINTS = 4, N = 37 };

/* What run_cases() would run. */
const struct support_case *const support_cases[] = {0};
const int support_n_cases = 0;

static const struct row {
    const char *name;
    double (*oracle)(double);
    double want[N_POINTS];
} rows[N_FUNCTIONS] = {
    {"exp", fuzz_exp, {INFINITY, 0, NAN, 1}},
    {"log", fuzz_log, {INFINITY, NAN, NAN, -INFINITY}},
    {"tanh", fuzz_tanh, {1, -1, NAN, 0}},
    {"sigmoid", fuzz_sigmoid, {1, 0, NAN, 0.5}},
    {"silu", fuzz_silu, {INFINITY, 0, NAN, 0}},
    {"gelu", fuzz_gelu, {INFINITY, NAN, NAN, 0}},
    {"softplus", fuzz_softplus, {INFINITY, 0, NAN, 0.69314718055994531}},
    {"hardswish", fuzz_hardswish, {INFINITY, NAN, NAN, 0}},
    {"rsqrt", fuzz_rsqrt, {0, NAN, NAN, INFINITY}},
};

/* 1 if "got" is not what is wanted, which is then said. */
static int check(const char *who, const char *name, double x, double got,
    double want, double allowed)
{
    int is_right = isnan(want) ? isnan(got)
                               : got == want || fabs(got - want) <= allowed;
    if (!is_right)
        printf("%s: %s(%g) is %g, not %g\n", who, name, x, got, want);
    return !is_right;
}

int main(void)
{
    static const double points[N_POINTS] = {INFINITY, -INFINITY, NAN, 0};
    static float x[N], y[N_FUNCTIONS * N], none[2];
    static double x64[N], y64[N_FUNCTIONS * N];
    int wrong = 0;

    for (int i = 0; i < N; i++) {
        x64[i] = points[i % N_POINTS];
        x[i] = (float)x64[i];
    }
    if (special(x, x64, y, none, y64, N) != 0)
        return 2;
    for (int f = 0; f < N_FUNCTIONS; f++)
        for (int i = 0; i < N; i++) {
            const struct row *row = &rows[f];
            double want = row->want[i % N_POINTS];
            int at = f * N + i;
            wrong += check("f32", row->name, x64[i], (double)y[at], want, 1e-6);
            wrong += check("f64", row->name, x64[i], y64[at], want, 1e-15);
            wrong += i < N_POINTS && check("oracle", row->name, x64[i],
                                         row->oracle(x64[i]), want, 1e-15);
        }
    wrong += check("no term", "silu", -INFINITY, (double)none[0], 0, 0);
    wrong += check("a term", "silu", 1, (double)none[1], 0.731058579, 1e-6);
    return wrong != 0;
}
