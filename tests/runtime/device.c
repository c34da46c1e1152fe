/* Memory of a GPU for the tensors of a call, where the kernels run on one.
 *
 * With TAPC_DEVICE=copy a tensor's memory is copied to the GPU, between bytes
 * that nobody may touch, and back after the call. With anything else, or none,
 * kernels get the tensor's own memory, as they do on a CPU and from the fake
 * driver of tests/gpu. The driver is opened as a kernel's object opens it.
 */
#include "harness.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD_BYTES = 4096, GUARD = 0xa5 };

/* The calls of the driver used here. */
struct driver {
    int (*start)(unsigned);
    int (*retain)(void **, int);
    int (*set_current)(void *);
    int (*allocate)(uint64_t *, size_t);
    int (*release)(uint64_t);
    int (*upload)(uint64_t, const void *, size_t);
    int (*download)(void *, uint64_t, size_t);
    int (*wait)(void);
};

/* A tensor's memory on the GPU, "before" bytes into it; "host" is where it
 * was. */
struct copy {
    uint64_t memory;
    size_t before;
    size_t n_bytes;
    void *host;
};

static struct driver driver;
static struct copy copies[MAX_TENSORS];
static struct copy workspace;

static bool is_copying(void)
{
    const char *mode = getenv("TAPC_DEVICE");
    return mode && !strcmp(mode, "copy");
}

/* End the child: nothing else can be trusted. */
static void check(int error, const char *what)
{
    if (!error)
        return;
    fprintf(stderr, "%s: error %d of the driver\n", what, error);
    _Exit(9);
}

/* A context for this process, once. */
static void open_driver(void)
{
    static const char *const names[] = {"cuInit", "cuDevicePrimaryCtxRetain",
        "cuCtxSetCurrent", "cuMemAlloc_v2", "cuMemFree_v2", "cuMemcpyHtoD_v2",
        "cuMemcpyDtoH_v2", "cuCtxSynchronize"};
    void *library = dlopen("libcuda.so.1", RTLD_NOW), *context;
    void **calls[] = {(void **)&driver.start, (void **)&driver.retain,
        (void **)&driver.set_current, (void **)&driver.allocate,
        (void **)&driver.release, (void **)&driver.upload,
        (void **)&driver.download, (void **)&driver.wait};
    if (driver.start || !is_copying())
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *calls[i] = library ? dlsym(library, names[i]) : NULL;
        check(*calls[i] == NULL, names[i]);
    }
    check(driver.start(0), "cuInit");
    check(driver.retain(&context, 0), "cuDevicePrimaryCtxRetain");
    check(driver.set_current(context), "cuCtxSetCurrent");
}

/* Copy "n_bytes" from "at" (NULL: whatever there is) between guards, as far
 * from a multiple of 16 as "at" is. */
static void *upload(struct copy *copy, void *at, size_t n_bytes)
{
    size_t before = GUARD_BYTES + (uintptr_t)at % 16;
    size_t n = before + n_bytes + GUARD_BYTES;
    unsigned char *bytes = malloc(n);
    memset(bytes, GUARD, n);
    if (at)
        memcpy(bytes + before, at, n_bytes);
    *copy = (struct copy){0, before, n_bytes, at};
    check(driver.allocate(&copy->memory, n), "cuMemAlloc");
    check(driver.upload(copy->memory, bytes, n), "cuMemcpyHtoD");
    free(bytes);
    return (void *)(uintptr_t)(copy->memory + before);
}

/* Back to where it came from; false if a guard was touched. */
static bool download(struct copy *copy)
{
    size_t end = copy->before + copy->n_bytes;
    unsigned char *bytes = malloc(end + GUARD_BYTES);
    bool is_fine = true;
    check(driver.download(bytes, copy->memory, end + GUARD_BYTES),
        "cuMemcpyDtoH");
    check(driver.release(copy->memory), "cuMemFree");
    for (size_t i = 0; i < end + GUARD_BYTES; i++)
        if (i < copy->before || i >= end)
            is_fine = is_fine && bytes[i] == GUARD;
    if (copy->host)
        memcpy(copy->host, bytes + copy->before, copy->n_bytes);
    free(bytes);
    return is_fine;
}

/* Is the argument passed by pointer? */
static bool is_pointer(const struct tensor *t)
{
    return t->rank > 0 || t->direction != IN;
}

void device_enter(struct tensor *t, int n)
{
    open_driver();
    for (int i = 0; i < n && is_copying(); i++)
        if (is_pointer(&t[i]))
            t[i].at = upload(&copies[i], t[i].at,
                (size_t)t[i].memory_elements * type_bytes(t[i].type));
}

bool device_leave(struct tensor *t, int n)
{
    bool is_fine = true;
    if (is_copying())
        check(driver.wait(), "the kernel");
    for (int i = 0; i < n && is_copying(); i++)
        if (is_pointer(&t[i])) {
            is_fine = download(&copies[i]) && is_fine;
            t[i].at = copies[i].host;
        }
    return is_fine;
}

void *workspace_new(int64_t n_bytes)
{
    if (n_bytes <= 0)
        return NULL;
    return is_copying() ? upload(&workspace, NULL, (size_t)n_bytes)
                        : malloc((size_t)n_bytes);
}

bool workspace_free(void *at)
{
    if (at && is_copying()) {
        check(driver.wait(), "the kernel");
        return download(&workspace);
    }
    free(at);
    return true;
}
