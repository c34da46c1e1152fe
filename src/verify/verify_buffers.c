/* Memory between unmapped pages, so that one byte too far is a fault. */
#include "verify/verify_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for the memory of all large cases together. */
enum { MAX_MAPPED_BYTES = 600 << 20 };

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
    guarded->mapping = MAP_FAILED;
}

/* Count what is mapped; false if it becomes too much. */
static bool may_map(struct verify_run *run, int64_t n_bytes)
{
    run->mapped_bytes += n_bytes;
    return run->mapped_bytes <= MAX_MAPPED_BYTES;
}

char *verify_map(struct verify_run *run, int64_t n_bytes)
{
    struct verify_guarded guarded;
    if (!may_map(run, n_bytes) || !verify_guard(&guarded, n_bytes, false))
        return NULL;
    VECTOR_PUSH(run->arena, &run->mappings, guarded);
    return guarded.data;
}

/* Memory with a file descriptor and no name, or -1. */
static int open_nameless(size_t n_bytes)
{
    char name[64];
    snprintf(name, sizeof name, "/tapc.%ld", (long)getpid());
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0)
        return -1;
    shm_unlink(name);
    if (ftruncate(file, (off_t)n_bytes) == 0)
        return file;
    close(file);
    return -1;
}

/* Map the file again and again over the inner pages. */
static bool map_again_and_again(
    const struct verify_guarded *guarded, int file, size_t period_bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inner = guarded->mapping_bytes - 2 * page;
    for (size_t at = 0; at < inner; at += period_bytes) {
        size_t n = inner - at < period_bytes ? inner - at : period_bytes;
        if (mmap(guarded->mapping + page + at, n, PROT_READ,
                MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED)
            return false;
    }
    return true;
}

char *verify_map_repeated(struct verify_run *run, int64_t n_bytes,
    const char *period, size_t period_bytes)
{
    struct verify_guarded guarded;
    int file = may_map(run, n_bytes) ? open_nameless(period_bytes) : -1;
    bool ok = file >= 0 &&
              write(file, period, period_bytes) == (ssize_t)period_bytes &&
              verify_guard(&guarded, n_bytes, true);
    if (ok) {
        VECTOR_PUSH(run->arena, &run->mappings, guarded);
        ok = map_again_and_again(&guarded, file, period_bytes);
    }
    if (file >= 0)
        close(file);
    return ok ? guarded.data : NULL;
}
