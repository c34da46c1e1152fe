/* Hashes of bytes, the same on every machine: XXH3, 64 bits. */
#ifndef TAPC_BASE_HASH_H
#define TAPC_BASE_HASH_H

#include "base/arena.h"

#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t n_bytes);

/* The hash as 16 digits of 0-9a-f. */
const char *hash_text(struct arena *arena, const void *bytes, size_t n_bytes);

#endif
