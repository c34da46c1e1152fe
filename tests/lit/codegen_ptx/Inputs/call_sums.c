/* Calls the kernel of sums.dsl; 0 if it is right. */
#include "sums.h"

enum { N = 3, P = 48, C = 50 };

int main(void)
{
    static int32_t x[N][P][C], columns[C], pairs[2][C], rows[N][P];
    int n_wrong = 0;

    for (int i = 0; i < N * P * C; i++)
        x[0][0][i] = i * 37 % 101 - 50;
    if (sums(x[0][0], columns, pairs[0], rows[0], N))
        return 2;
    for (int c = 0; c < C; c++) {
        int32_t sum = 0;
        for (int i = 0; i < N * P; i++)
            sum += x[0][i][c];
        n_wrong += columns[c] != sum || pairs[0][c] != 2 * sum ||
                   pairs[1][c] != 3 * sum;
    }
    for (int i = 0; i < N * P; i++) {
        int32_t sum = 0;
        for (int c = 0; c < C; c++)
            sum += x[0][i][c];
        n_wrong += rows[0][i] != sum;
    }
    return n_wrong != 0;
}
