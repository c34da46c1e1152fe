/* Memory between unmapped pages, so that one byte too far is a fault. */
#include "verify/verify_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for the memory of all large cases together. */
enum { MAX_MAPPED_BYTES = 600 << 20 };

/* Count what is mapped; false if it becomes too much. */
static bool may_map(struct verify_run *run, int64_t n_bytes)
{
    run->mapped_bytes += n_bytes;
    return run->mapped_bytes <= MAX_MAPPED_BYTES;
}

char *verify_map(struct verify_run *run, int64_t n_bytes)
{
    struct guarded guarded;
    if (!may_map(run, n_bytes) || !guarded_map(&guarded, n_bytes, false))
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
    const struct guarded *guarded, int file, size_t period_bytes)
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
    struct guarded guarded;
    int file = may_map(run, n_bytes) ? open_nameless(period_bytes) : -1;
    bool ok = file >= 0 &&
              write(file, period, period_bytes) == (ssize_t)period_bytes &&
              guarded_map(&guarded, n_bytes, true);
    if (ok) {
        VECTOR_PUSH(run->arena, &run->mappings, guarded);
        ok = map_again_and_again(&guarded, file, period_bytes);
    }
    if (file >= 0)
        close(file);
    return ok ? guarded.data : NULL;
}
