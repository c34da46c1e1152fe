/* The cases and what each must compute, in double precision. */
#include "demo.h"

#include <math.h>

/* A sum with what bounds its error. */
struct sum {
    double value;
    double magnitude;
    long n;
};

static void add(struct sum *sum, double a, double b)
{
    sum->value += a * b;
    sum->magnitude += fabs(a * b);
    sum->n++;
}

/* |got - want| as a share of gamma(n) * sum|x*w|; after SiLU (slope at most
 * 1.1) with four units in the last place of the function on top. */
static double share_of_bound(struct sum sum, bool has_silu, float got)
{
    double u = 0x1p-24, want = sum.value;
    double n = (double)sum.n + 1;
    double bound = n * u / (1 - n * u) * sum.magnitude;
    if (has_silu) {
        want = want / (1 + exp(-want));
        bound = 1.1 * bound + 8 * u * fabs(want);
    }
    bound += 0x1p-149;
    return isnan(got) ? (double)INFINITY : fabs((double)got - want) / bound;
}

/* Depthwise, with or without causality and SiLU, NCL and NLC. */
static double check_depthwise(const struct demo_case *it)
{
    const struct demo_tensor *t = it->tensors;
    long n_outputs = it->l + 2 * it->pad - it->k + 1, pad = it->pad;
    double worst = 0;
    if (it->is_causal) {
        n_outputs = it->l;
        pad = it->k - 1;
    }
    for (long n = 0; n < it->n; n++)
        for (long c = 0; c < it->c; c++)
            for (long p = 0; p < n_outputs; p++) {
                double bias = (double)t[2].at[c];
                struct sum sum = {bias, fabs(bias), 1};
                for (long k = 0; k < it->k; k++) {
                    long l = p + k - pad;
                    if (l < 0 || l >= it->l)
                        continue;
                    add(&sum,
                        (double)t[1]
                            .at[it->is_nlc ? k * it->c + c : c * it->k + k],
                        (double)t[0]
                            .at[it->is_nlc ? (n * it->l + l) * it->c + c
                                           : (n * it->c + c) * it->l + l]);
                }
                worst = fmax(worst,
                    share_of_bound(sum, it->is_causal,
                        t[3].at[it->is_nlc ? (n * n_outputs + p) * it->c + c
                                           : (n * it->c + c) * n_outputs + p]));
            }
    return worst;
}

/* l values by k values, full. */
static double check_rows(const struct demo_case *it)
{
    const struct demo_tensor *t = it->tensors;
    double worst = 0;
    for (long r = 0; r < it->n; r++)
        for (long o = 0; o < it->l + it->k - 1; o++) {
            struct sum sum = {0};
            for (long i = 0; i < it->l; i++)
                if (o - i >= 0 && o - i < it->k)
                    add(&sum, (double)t[0].at[r * it->l + i],
                        (double)t[1].at[r * it->k + o - i]);
            worst = fmax(worst, share_of_bound(sum, false,
                                    t[2].at[r * (it->l + it->k - 1) + o]));
        }
    return worst;
}

static double check_fir(const struct demo_case *it)
{
    const struct demo_tensor *t = it->tensors;
    long n_outputs = it->l + 2 * it->pad - it->k + 1;
    double worst = 0;
    for (long n = 0; n < it->n; n++)
        for (long p = 0; p < n_outputs; p++) {
            struct sum sum = {0};
            for (long k = 0; k < it->k; k++)
                if (p + k >= it->pad && p + k - it->pad < it->l)
                    add(&sum, (double)t[1].at[k],
                        (double)t[0].at[n * it->l + p + k - it->pad]);
            worst = fmax(
                worst, share_of_bound(sum, false, t[2].at[n * n_outputs + p]));
        }
    return worst;
}

/* x, w, b, state, y; one step. The state must have moved exactly. */
static double check_update(const struct demo_case *it)
{
    const struct demo_tensor *t = it->tensors;
    double worst = 0;
    long n_kept = it->k - 1;
    for (long n = 0; n < it->n; n++)
        for (long c = 0; c < it->c; c++) {
            const float *old = t[3].copy + n * n_kept * it->c + c;
            const float *now = t[3].at + n * n_kept * it->c + c;
            double bias = (double)t[2].at[c];
            struct sum sum = {bias, fabs(bias), 1};
            for (long k = 0; k < it->k; k++) {
                float x = k < n_kept ? old[k * it->c] : t[0].at[n * it->c + c];
                add(&sum, (double)t[1].at[k * it->c + c], (double)x);
                if (k > 0 && now[(k - 1) * it->c] != x)
                    return (double)INFINITY;
            }
            worst =
                fmax(worst, share_of_bound(sum, true, t[4].at[n * it->c + c]));
        }
    return worst;
}

struct demo_case demo_cases[] = {
    {.name = "a   [1, 64, 96] k 3 pad 1, NCL",
        .file = "dwconv1d",
        .kernel = "dwconv1d",
        .defines = {"N=1", "C=64", "L=96", "K=3", "pad=1"},
        .n = 1,
        .c = 64,
        .l = 96,
        .k = 3,
        .pad = 1,
        .check = check_depthwise},
    {.name = "a   [1, 64, 96] k 3 pad 1, NLC",
        .file = "dwconv1d_nlc",
        .kernel = "dwconv1d_nlc",
        .defines = {"N=1", "C=64", "L=96", "K=3", "pad=1"},
        .n = 1,
        .c = 64,
        .l = 96,
        .k = 3,
        .pad = 1,
        .is_nlc = true,
        .check = check_depthwise},
    {.name = "b   [1, 2048, 21] k 3 pad 1, NCL",
        .file = "dwconv1d",
        .kernel = "dwconv1d",
        .defines = {"N=1", "C=2048", "L=21", "K=3", "pad=1"},
        .n = 1,
        .c = 2048,
        .l = 21,
        .k = 3,
        .pad = 1,
        .check = check_depthwise},
    {.name = "b   [1, 2048, 21] k 3 pad 1, NLC",
        .file = "dwconv1d_nlc",
        .kernel = "dwconv1d_nlc",
        .defines = {"N=1", "C=2048", "L=21", "K=3", "pad=1"},
        .n = 1,
        .c = 2048,
        .l = 21,
        .k = 3,
        .pad = 1,
        .is_nlc = true,
        .check = check_depthwise},
    {.name = "b   [3072, 128, 202] k 3, NCL",
        .file = "dwconv1d",
        .kernel = "dwconv1d",
        .defines = {"N=3072", "C=128", "L=202", "K=3", "pad=0"},
        .n = 3072,
        .c = 128,
        .l = 202,
        .k = 3,
        .pad = 0,
        .check = check_depthwise},
    {.name = "b   [3072, 128, 202] k 3, NLC",
        .file = "dwconv1d_nlc",
        .kernel = "dwconv1d_nlc",
        .defines = {"N=3072", "C=128", "L=202", "K=3", "pad=0"},
        .n = 3072,
        .c = 128,
        .l = 202,
        .k = 3,
        .pad = 0,
        .is_nlc = true,
        .check = check_depthwise},
    {.name = "c   1000 rows, 5 by 7, full",
        .file = "conv_rows",
        .kernel = "conv_rows",
        .defines = {"R=1000", "A=5", "B=7"},
        .n = 1000,
        .l = 5,
        .k = 7,
        .check = check_rows},
    {.name = "d   [1000, 1, 64] k 16 pad 8",
        .file = "fir",
        .kernel = "fir",
        .defines = {"N=1000", "L=64", "K=16", "pad=8"},
        .n = 1000,
        .l = 64,
        .k = 16,
        .pad = 8,
        .check = check_fir},
    {.name = "f   [1, 1536, 512] k 4 SiLU, NCL",
        .file = "causal_conv1d",
        .kernel = "causal_conv1d",
        .defines = {"N=1", "C=1536", "L=512", "K=4"},
        .n = 1,
        .c = 1536,
        .l = 512,
        .k = 4,
        .is_causal = true,
        .check = check_depthwise},
    {.name = "f   [1, 1536, 512] k 4 SiLU, NLC",
        .file = "causal_conv1d_nlc",
        .kernel = "causal_conv1d_nlc",
        .defines = {"N=1", "C=1536", "L=512", "K=4"},
        .n = 1,
        .c = 1536,
        .l = 512,
        .k = 4,
        .is_causal = true,
        .is_nlc = true,
        .check = check_depthwise},
    {.name = "f   [1, 1536] k 4 SiLU, one step",
        .file = "causal_conv1d_update",
        .kernel = "causal_conv1d_update",
        .defines = {"N=1", "C=1536", "K=4"},
        .n = 1,
        .c = 1536,
        .k = 4,
        .check = check_update},
};

const int demo_n_cases = (int)(sizeof demo_cases / sizeof *demo_cases);

/* Taps that exist, for one row of outputs. */
static double count_taps(long n_outputs, long n_taps, long pad, long extent)
{
    double n = 0;
    for (long p = 0; p < n_outputs; p++)
        for (long k = 0; k < n_taps; k++)
            n += p + k - pad >= 0 && p + k - pad < extent;
    return n;
}

static void set_tensors(struct demo_case *it, int n_tensors, const long *sizes)
{
    it->n_tensors = n_tensors;
    for (int i = 0; i < n_tensors; i++) {
        it->tensors[i].n = sizes[i];
        it->tensors[i].is_output = i == n_tensors - 1;
    }
}

void demo_prepare(struct demo_case *it)
{
    long pad = it->is_causal ? it->k - 1 : it->pad;
    long n_outputs = it->is_causal ? it->l : it->l + 2 * pad - it->k + 1;
    if (it->check == check_depthwise) {
        set_tensors(it, 4,
            (long[]){it->n * it->c * it->l, it->c * it->k, it->c,
                it->n * it->c * n_outputs});
        it->n_macs =
            (double)(it->n * it->c) * count_taps(n_outputs, it->k, pad, it->l);
    } else if (it->check == check_fir) {
        set_tensors(it, 3, (long[]){it->n * it->l, it->k, it->n * n_outputs});
        it->n_macs = (double)it->n * count_taps(n_outputs, it->k, pad, it->l);
    } else if (it->check == check_rows) {
        set_tensors(it, 3,
            (long[]){
                it->n * it->l, it->n * it->k, it->n * (it->l + it->k - 1)});
        it->n_macs = (double)(it->n * it->l * it->k);
    } else {
        long n_rows = it->n * it->c;
        set_tensors(it, 5,
            (long[]){
                n_rows, it->c * it->k, it->c, n_rows * (it->k - 1), n_rows});
        it->tensors[3].is_output = true;
        it->n_macs = (double)(n_rows * it->k);
    }
}
