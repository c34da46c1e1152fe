/* Calls the windows on many sizes; inputs end where memory does, weights of
 * taps that may be outside are infinite in every other channel. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, MOST = 1 << 20 };

typedef int (*kernel)(
    const float *x, const float *w, float *y, int64_t c, int64_t l);

/* "n" elements that end where memory does, or begin where it does. */
static float *place(char *memory, int64_t n, int at_end)
{
    char *end = memory + MOST;

    return (float *)(at_end ? end - n * (int64_t)sizeof(float) : memory);
}

/* Memory between pages that may not be touched. */
static char *reserve(void)
{
    char *all = mmap(NULL, MOST + 2 * PAGE, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED || mprotect(all + PAGE, MOST, PROT_READ | PROT_WRITE))
        exit(2);
    return all + PAGE;
}

/* One output, taps in order. */
static float expect(
    const float *x, const float *w, int64_t p, int64_t l, int64_t n_taps)
{
    float sum = 0;

    for (int64_t k = 0; k < n_taps; k++)
        if (p + k - n_taps / 2 >= 0 && p + k - n_taps / 2 < l)
            sum = fmaf(w[k], x[p + k - n_taps / 2], sum);
    return sum;
}

/* Wrong elements of one call; what is around the output stays. */
static long count_wrong(
    kernel call, char *memory[3], int64_t c, int64_t l, int64_t n_taps, int end)
{
    float *x = place(memory[0], c * l, end);
    float *w = place(memory[1], c * n_taps, end);
    float *y = place(memory[2], c * l, end);
    long wrong = 0;

    for (int64_t i = 0; i < c * l; i++)
        x[i] = (float)(i % 251) - 100.0f;
    for (int64_t i = 0; i < c * n_taps; i++)
        w[i] = i / n_taps % 2 && i % n_taps == 0 ? INFINITY
                                                 : (float)(i % 13) + 0.1f;
    memset(y, 0x55, (size_t)(c * l) * sizeof *y);
    wrong += call(x, w, y, c, l) != 0;
    for (int64_t i = 0; i < c * l; i++) {
        float want =
            expect(x + i / l * l, w + i / l * n_taps, i % l, l, n_taps);

        wrong += memcmp(&y[i], &want, sizeof want) != 0 &&
                 !(isnan(y[i]) && isnan(want));
    }
    return wrong;
}

int main(void)
{
    static const int64_t channels[] = {0, 1, 7, 15, 16, 17, 33};
    static const struct {
        kernel call;
        int64_t n_taps;
    } kernels[] = {{window3, 3}, {window7, 7}, {window31, 31}};
    char *memory[3] = {reserve(), reserve(), reserve()};
    long wrong = 0;

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        for (size_t j = 0; j < sizeof channels / sizeof *channels; j++)
            for (int64_t l = 0; l < 800; l += l < 147 ? 1 : 83)
                for (int end = 0; end < 2; end++) {
                    long n = count_wrong(kernels[i].call, memory, channels[j],
                        l, kernels[i].n_taps, end);

                    if (n && !wrong)
                        printf("%d taps, %d channels, rows of %d: %ld wrong\n",
                            (int)kernels[i].n_taps, (int)channels[j], (int)l,
                            n);
                    wrong += n;
                }
    return wrong != 0;
}
