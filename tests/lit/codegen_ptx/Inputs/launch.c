/* Starts the kernel "window" without a GPU, or on the fake driver, and says
 * what comes back. */
#include "window.h"

#include <stdio.h>
#include <string.h>

/* Of the fake driver; not there without it. */
void fake_set_context(uint64_t context) __attribute__((weak));

static _Alignas(16) uint16_t x[2 * 64 + 8], w[3], y[2 * 64 + 8];

static void start(const char *what, const uint16_t *from, int64_t n, int64_t k)
{
    printf("%s: %d\n", what, window_cuda(0, from, w, y, n, k));
}

static void load(void)
{
    int status = window_cuda_load();
    printf("load: %d, %s\n", status, window_cuda_error());
}

int main(void)
{
    start("not loaded", x, 2, 3);
    load();
    start("three taps", x, 2, 3);
    start("not aligned", x + 1, 2, 3);
    start("one tap", x, 2, 1);
    start("nothing to do", x, 0, 3);
    start("no taps", x, 2, 0);
    start("null", 0, 2, 3);
    start("odd", (const uint16_t *)((const char *)x + 1), 2, 3);
    start("itself", y, 2, 3);
    printf("too many: %d\n",
        window_cuda(0, (const uint16_t *)16, w,
            (uint16_t *)(INT64_C(1) << 48), INT64_C(1) << 40, 3));
    if (fake_set_context) {
        fake_set_context(8);
        start("another context", x, 2, 3);
        load();
        start("loaded there", x, 2, 3);
        fake_set_context(0);
        start("no context", x, 2, 3);
        load();
        fake_set_context(7);
        load();
        window_cuda_unload();
        start("loaded once", x, 2, 3);
    }
    window_cuda_unload();
    start("unloaded", x, 2, 3);
    return 0;
}
