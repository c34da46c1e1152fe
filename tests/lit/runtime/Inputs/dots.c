/* Every tensor ends, then begins, where a page without access does. */
#include <stdio.h>
#include <sys/mman.h>

enum { PAGE = 4096, MOST = 70 };

typedef int (*kernel)(const float *x, const float *w, float *y, int64_t n_rows);

/* A page between two that nothing may touch. */
static char *new_page(void)
{
    char *at = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED || mprotect(at, PAGE, PROT_NONE) ||
        mprotect(at + 2 * PAGE, PAGE, PROT_NONE))
        return NULL;
    return at + PAGE;
}

/* So many elements at an end of a page. */
static float *place(char *page, int n, int at_end)
{
    return (float *)(page + (at_end ? PAGE - n * (int)sizeof(float) : 0));
}

/* Rows of "length" elements, of which from .. from + n - 1 are summed up;
 * "less" elements of the last one are not there. */
static int check(
    kernel run, int rows, int length, int from, int n, int less, int at_end)
{
    static char *pages[3];
    for (int i = 0; i < 3; i++)
        if (!pages[i] && !(pages[i] = new_page()))
            return 1;
    float *x = place(pages[0], rows * length - less, at_end);
    float *w = place(pages[1], rows * length - less, at_end);
    float *y = place(pages[2], rows, at_end);
    for (int i = 0; i < rows * length - less; i++) {
        x[i] = (float)(i % 13 - 6);
        w[i] = (float)(i % 7 - 3);
    }
    if (run(x, w, y, rows))
        return 1;
    for (int r = 0; r < rows; r++) {
        float sum = 0;
        for (int k = from; k < from + n; k++)
            sum += w[r * length + k] * x[r * length + k];
        if (y[r] != sum) {
            fprintf(stderr, "%d rows of %d, row %d\n", rows, length, r);
            return 1;
        }
    }
    return 0;
}

int main(void)
{
    static const kernel kernels[] = {
        dots2, dots3, dots4, dots5, dots6, dots7, dots8};
    for (int rows = 0; rows < MOST; rows++)
        for (int at_end = 0; at_end < 2; at_end++) {
            for (int n = 2; n <= 8; n++)
                if (check(kernels[n - 2], rows, n, 0, n, 0, at_end))
                    return 1;
            if (check(dots3_of_5, rows, 5, 1, 3, 0, at_end))
                return 1;
            if (rows && (check(every5, rows, 5, 0, 1, 4, at_end) ||
                            check(every8, rows, 8, 0, 1, 7, at_end)))
                return 1;
        }
    return 0;
}
