/* Memory between unmapped pages, so that one byte too far is a fault, and the
 * poison that shows what was not written. */
#ifndef TAPC_BASE_GUARDED_H
#define TAPC_BASE_GUARDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Anonymous memory has no name in POSIX. */
#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS 0x20
#endif

struct guarded {
    char *mapping;
    size_t mapping_bytes;
    char *data;
};

/* Map "n_bytes" between two unmapped pages, ending at the one behind (or
 * beginning at the one before). False when memory is short. */
bool guarded_map(struct guarded *guarded, int64_t n_bytes, bool at_end);
void guarded_protect(const struct guarded *guarded);
void guarded_unmap(struct guarded *guarded);

/* Byte "i" of poison number 0 or 1; fill memory with it. */
char guarded_poison_byte(int number, int64_t i);
void guarded_poison(int number, char *at, int64_t n_bytes);

#endif
