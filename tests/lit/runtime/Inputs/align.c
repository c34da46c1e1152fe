/* Calls the kernels with outputs at every place of a cache line and compares
 * with plain loops; small integers, so that sums are exact in any order. */
#include <stdio.h>
#include <string.h>

enum { MOST = 8192, ROOM = 64 };

static float x[MOST + ROOM], w[MOST], y[MOST + 2 * ROOM];

/* y[l][c] of a sum over "k" rows that slides by one. */
static float expect(const float *from, int64_t rows, int64_t columns,
    int64_t taps, int64_t l, int64_t c)
{
    float sum = 0.0f;

    for (int64_t k = 0; k < taps; k++) {
        int64_t at = l + k - taps / 2;

        if (at >= 0 && at < rows)
            sum += w[k * columns + c] * from[at * columns + c];
    }
    return sum;
}

/* Elements that are wrong or should not have been written; "taps" 0: + 1. */
static int count_wrong(const float *from, const float *to, int64_t rows,
    int64_t columns, int64_t taps)
{
    int wrong = 0;

    for (int64_t l = 0; l < rows; l++)
        for (int64_t c = 0; c < columns; c++)
            wrong += to[l * columns + c] !=
                     (taps ? expect(from, rows, columns, taps, l, c)
                           : from[l * columns + c] + 1.0f);
    for (int64_t i = 0; i < (int64_t)(sizeof y / sizeof *y); i++)
        if (&y[i] < to || &y[i] >= to + rows * columns)
            wrong += y[i] != -7.0f;
    return wrong;
}

static void clear(void)
{
    for (size_t i = 0; i < sizeof y / sizeof *y; i++)
        y[i] = -7.0f;
}

int main(void)
{
    static const int64_t lengths[] = {0, 1, 2, 15, 16, 17, 31, 33, 47};
    int wrong = 0;

    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)(i % 23) - 11.0f;
    for (size_t i = 0; i < sizeof w / sizeof *w; i++)
        w[i] = (float)(i % 7) - 3.0f;
    for (int at = 0; at < 17; at++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            const float *from = x + (at * 5) % 17;
            int64_t n = lengths[i];

            clear();
            wrong += rows(from, w, y + ROOM + at, n) != 0;
            wrong += count_wrong(from, y + ROOM + at, n, 160, 3);
            clear();
            wrong += line(from, y + ROOM + at, n) != 0;
            wrong += count_wrong(from, y + ROOM + at, 1, n, 0);
            clear();
            wrong += tile(from, w, y + ROOM + at, n) != 0;
            wrong += count_wrong(from, y + ROOM + at, n, 112, 11);
        }
    if (wrong)
        printf("%d wrong\n", wrong);
    return wrong != 0;
}
