/* Growth of VECTOR. */
#include "base/vector.h"

#include <string.h>

void *vector_grow(
    struct arena *arena, void *at, int n, int *capacity, size_t element_bytes)
{
    int larger = n < 4 ? 8 : n > 1 << 29 ? n + (1 << 20) : 2 * n;
    void *grown = arena_array(arena, (size_t)larger, element_bytes);

    if (n > 0)
        memcpy(grown, at, (size_t)n * element_bytes);
    *capacity = larger;
    return grown;
}
