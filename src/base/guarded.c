#include "base/guarded.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool guarded_map(struct guarded *guarded, int64_t n_bytes, bool at_end)
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

void guarded_protect(const struct guarded *guarded)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (guarded->mapping_bytes > 2 * page)
        mprotect(guarded->mapping + page, guarded->mapping_bytes - 2 * page,
            PROT_READ);
}

void guarded_unmap(struct guarded *guarded)
{
    if (guarded->mapping != MAP_FAILED)
        munmap(guarded->mapping, guarded->mapping_bytes);
    guarded->mapping = MAP_FAILED;
}

char guarded_poison_byte(int number, int64_t i)
{
    static const unsigned char patterns[2][4] = {
        {0xff, 0xff, 0xff, 0xff}, {0x5a, 0xa5, 0xc0, 0x7f}};
    return (char)patterns[number][i % 4];
}

void guarded_poison(int number, char *at, int64_t n_bytes)
{
    int64_t done = n_bytes < 4096 ? n_bytes : 4096;
    for (int64_t i = 0; i < done; i++)
        at[i] = guarded_poison_byte(number, i);
    for (; done < n_bytes; done += 4096)
        memcpy(at + done, at,
            (size_t)(n_bytes - done < 4096 ? n_bytes - done : 4096));
}
