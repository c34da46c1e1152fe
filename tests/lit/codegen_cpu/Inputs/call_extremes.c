/* The language's definition of minimum and maximum, on numbers that matter. */
#include <math.h>
#include <string.h>

enum { N = 40 };

/* The same number, the same zero, or both NaN? */
static int is_same(float a, float b)
{
    return a != a ? b != b : memcmp(&a, &b, sizeof a) == 0;
}

int main(void)
{
    static const float numbers[] = {
        0.0F, -0.0F, NAN, INFINITY, -INFINITY, 8, -2.5F, 9, -3};
    float x[N], low[N], high[N], swapped[N], relu[N];

    for (int i = 0; i < N; i++)
        x[i] = numbers[i % 9];
    if (extremes(x, low, high, swapped, relu, N) != 0)
        return 1;
    for (int i = 0; i < N; i++)
        if (!is_same(low[i], 8 < x[i] ? 8 : x[i]) ||
            !is_same(high[i], x[i] < -2.5F ? -2.5F : x[i]) ||
            !is_same(swapped[i], x[i] < 8 ? x[i] : 8) ||
            !is_same(relu[i], x[i] < 0 ? 0 : x[i]))
            return 2;
    return 0;
}
