/* Calls the kernels of odd.dsl with rows of LENGTH elements, whole numbers so
 * small that f16 holds all sums; 0 if they are right. Nobody may touch what is
 * before and behind the arrays. */
#define _GNU_SOURCE
#include "odd.h"

#include <string.h>
#include <sys/mman.h>

enum {
    N = 4,
    C = 6,
    BYTES = N * C * LENGTH * 2,
    PAGES = (BYTES + 4095) / 4096
};

/* A number below 16 as f16. */
static uint16_t encode(int number)
{
    int exponent = 0;
    if (number == 0)
        return 0;
    while (number >> (exponent + 1))
        exponent++;
    return (
        uint16_t)((exponent + 15) << 10 | (number << (10 - exponent) & 1023));
}

/* Memory for an array: at the beginning of its pages, at their end, or half of
 * an access behind the beginning. */
static uint16_t *allocate(int place)
{
    char *pages = mmap(NULL, (PAGES + 2) * 4096, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int offset = place == 0 ? 0 : place == 1 ? PAGES * 4096 - BYTES : 8;
    mprotect(pages, 4096, PROT_NONE);
    mprotect(pages + (PAGES + 1) * 4096, 4096, PROT_NONE);
    return (uint16_t *)(pages + 4096 + offset);
}

int main(void)
{
    static uint16_t w[C][3], v[3][LENGTH];
    int n_wrong = 0;

    for (int i = 0; i < 3 * C; i++)
        w[i / 3][i % 3] = encode(i % 2 + 1);
    for (int i = 0; i < 3 * LENGTH; i++)
        v[i / LENGTH][i % LENGTH] = encode(i % 2 + 1);
    for (int place = 0; place < 3; place++) {
        uint16_t *x = allocate(place), *y = allocate(place);
        uint16_t *z = allocate(place);

        for (int i = 0; i < N * C * LENGTH; i++)
            x[i] = encode(i % 3);
        if (along(x, &w[0][0], y) || across(x, &v[0][0], z))
            return 2;
        for (int i = 0; i < N * C * LENGTH; i++) {
            int p = i % LENGTH, c = i / LENGTH % C, a = 0, b = 0;
            for (int k = 0; k < 3; k++) {
                if (p + k >= 1 && p + k - 1 < LENGTH)
                    a += ((3 * c + k) % 2 + 1) * ((i + k - 1) % 3);
                if (c + k >= 1 && c + k - 1 < C)
                    b += ((k * LENGTH + p) % 2 + 1) *
                         ((i + (k - 1) * LENGTH) % 3);
            }
            n_wrong += y[i] != encode(a) || z[i] != encode(b);
        }
    }
    return n_wrong != 0;
}
