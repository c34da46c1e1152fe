/* Work in a child process, with limits of time and memory: whatever happens
 * there costs only the child. It talks through memory both see. */
#ifndef TAPC_BASE_CHILD_H
#define TAPC_BASE_CHILD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a child may use: time by the clock, memory in all; 0 is no limit. */
struct child_limits {
    int64_t time_ns;
    int64_t memory_bytes;
};

/* "shared" is zeroed before the child starts, and stays until child_free.
 * "end" can be read from (nothing) once it has ended. */
struct child {
    pid_t pid;
    int end;
    void *shared;
    size_t shared_bytes;
    int64_t deadline_ns;
    int status;
    bool has_ended;
    bool was_late;
};

/* Call "body" in a child; its return ends it. The child dies with this process.
 * False if there can be none. */
bool child_start(struct child *child, const struct child_limits *limits,
    size_t shared_bytes, void (*body)(void *user, void *shared), void *user);

/* Wait until it has ended, at most so long (-1: as long as it takes). A child
 * that is over its time is killed. Has it ended? */
bool child_wait(struct child *child, int64_t most_ns);

/* How it ended: NULL if by itself; else words that follow "the code". */
const char *child_describe(const struct child *child, struct arena *arena);

/* Kill it if it still runs, give the memory back. */
void child_free(struct child *child);

#endif
