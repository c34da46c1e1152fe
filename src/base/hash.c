#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t n_bytes)
{
    return XXH3_64bits(bytes, n_bytes);
}

const char *hash_text(struct arena *arena, const void *bytes, size_t n_bytes)
{
    return arena_printf(
        arena, "%016llx", (unsigned long long)hash_bytes(bytes, n_bytes));
}
