/* Memory between unmapped pages, so that one byte too far is a fault. */
#include "verify/verify_internal.h"

#include <sys/mman.h>
#include <unistd.h>

/* Anonymous memory has no name in POSIX. */
#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS 0x20
#endif

bool verify_guard(struct verify_guarded *guarded, int64_t n_bytes, bool at_end)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inner = ((size_t)n_bytes + page - 1) / page * page;
    guarded->mapping_bytes = inner + 2 * page;
    guarded->data = NULL;
    guarded->mapping = mmap(NULL, guarded->mapping_bytes, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded->mapping == MAP_FAILED)
        return false;
    if (inner > 0 &&
        mprotect(guarded->mapping + page, inner, PROT_READ | PROT_WRITE) != 0)
        return false;
    guarded->data =
        guarded->mapping + page + (at_end ? inner - (size_t)n_bytes : 0);
    return true;
}

void verify_guard_read_only(const struct verify_guarded *guarded)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (guarded->mapping_bytes > 2 * page)
        mprotect(guarded->mapping + page, guarded->mapping_bytes - 2 * page,
            PROT_READ);
}

void verify_unguard(struct verify_guarded *guarded)
{
    if (guarded->mapping != MAP_FAILED)
        munmap(guarded->mapping, guarded->mapping_bytes);
}
