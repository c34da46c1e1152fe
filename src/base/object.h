/* An ELF object in memory, ready to run: a linker for what our code generator
 * makes, whose objects need nothing but memcpy and memset. */
#ifndef TAPC_BASE_OBJECT_H
#define TAPC_BASE_OBJECT_H

#include "base/arena.h"
#include "base/blob.h"

#include <stdbool.h>
#include <stdint.h>

/* Arguments that are no reals, and reals. */
enum { OBJECT_MAX_INTEGERS = 64, OBJECT_MAX_REALS = 8 };

struct object;

/* Load an object for this machine; it is never freed. NULL with "problem" set:
 * it is no such object, or needs something else. */
struct object *object_load(
    struct arena *arena, struct blob blob, const char **problem);

/* A function by name, exported or not; NULL if there is none. */
void *object_find(const struct object *object, const char *name);

/* An argument as 8 bytes: an integer, a pointer, or the bits of a float or
 * double at their start ("is_real"). */
struct object_argument {
    uint64_t bits;
    bool is_real;
};

/* A call that can be made again and again. */
struct object_call {
    const void *function;
    int n_integers;
    uint64_t integers[OBJECT_MAX_INTEGERS];
    double reals[OBJECT_MAX_REALS];
};

/* False if there are more arguments of a class than there may be. */
bool object_prepare(struct object_call *call, const void *function, int n,
    const struct object_argument *arguments);

/* What the function returns, in 8 bytes of which an int is the lower half. */
int64_t object_run(const struct object_call *call);

#endif
