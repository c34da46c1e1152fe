/* Calls the kernel of pieces.dsl with an array behind which there is no
 * memory. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

enum { ROWS = 23, COLUMNS = 5, PAGE = 65536 };

int main(void)
{
    static float x[ROWS][COLUMNS], expected[ROWS][COLUMNS];
    char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    float *a = (float *)(memory + PAGE - sizeof expected);

    if (memory == MAP_FAILED || munmap(memory + PAGE, PAGE))
        return 2;
    for (int i = 0; i < ROWS; i++)
        for (int c = 0; c < COLUMNS; c++) {
            x[i][c] = (float)((i * 7 + c * 13) % 29);
            a[i * COLUMNS + c] = -1;
            expected[i][c] = i == 0 ? -1
                             : expected[i - 1][c] > x[i][c]
                                 ? expected[i - 1][c]
                                 : x[i][c];
        }
    return pieces(a, &x[0][0]) ||
           memcmp(a, expected, sizeof expected) != 0;
}
