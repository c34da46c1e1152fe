/* Calls "twice" on sizes inside and outside the class of large outputs; the
 * output is as long as it is said to be, with a guard behind it. */
#include <stdio.h>
#include <stdlib.h>

/* The number of wrong elements of one call. */
static long count_wrong(int64_t n, int64_t l)
{
    int64_t size = n * l;
    float *x = malloc((size_t)size * sizeof *x + 1);
    float *y = calloc((size_t)size + 1, sizeof *y);
    long wrong = 0;

    if (!x || !y)
        exit(2);
    for (int64_t i = 0; i < size; i++)
        x[i] = (float)(i % 8191);
    y[size] = -1.0f;
    wrong += twice(x, y, n, l) != 0;
    for (int64_t i = 0; i < size; i++)
        wrong += y[i] != 2.0f * x[i];
    wrong += y[size] != -1.0f;
    free(x);
    free(y);
    return wrong;
}

int main(void)
{
    static const int64_t sizes[][2] = {
        {0, 4}, {3, 4}, {7, 31}, {5, 64}, {65536, 768}, {65537, 751}};
    long wrong = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        wrong += count_wrong(sizes[i][0], sizes[i][1]);
    if (wrong)
        printf("%ld wrong\n", wrong);
    return wrong != 0;
}
