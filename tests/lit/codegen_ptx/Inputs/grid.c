/* Blocks of the kernel "window" for three sizes, by its header. */
#include "bare.h"

#include <stdio.h>

int main(void)
{
    int64_t rows_of_block = window_K3_threads / 8;
    printf("%lld %lld %lld\n", (long long)window_K3_blocks(0, 3),
        (long long)window_K3_blocks(2, 3),
        (long long)window_K3_blocks(33 * rows_of_block, 3));
    return 0;
}
