/* Accesses that nothing keeps in order: by two blocks of a GPU, or by two
 * threads of a block with no barrier between, one of them a write. For the
 * interpreter, which runs one after the other what may run in any order. */
#ifndef TAPC_LOOP_LOOP_RACE_H
#define TAPC_LOOP_LOOP_RACE_H

#include "base/arena.h"
#include "base/vector.h"

#include <stdbool.h>
#include <stdint.h>

/* Who runs: numbers from 1 on. Every iteration of a region of threads counts
 * as a thread of its own, since it is open which thread runs it. A barrier
 * begins a new phase, and so does a block. */
struct race_runner {
    int64_t block;
    int64_t phase;
    int64_t thread;
};

/* The last write of an element, and its last read; 0 without one. "is_read_by":
 * by another block than the reader as well, and by another thread of its
 * block in the same phase. "group": that of a copy ahead that writes it, 0 if
 * none does. */
struct race_mark {
    struct race_runner writer;
    struct race_runner reader;
    bool is_read_by_blocks;
    bool is_read_by_threads;
    int64_t group;
};

/* Copies ahead: groups are numbered from 1 on, "group" is the one that is open.
 * Those before "n_done" are done, since phase "phases[number]". Both begin
 * at 1. */
struct race_copies {
    int64_t group;
    int64_t n_done;
    VECTOR(int64_t) phases;
};

/* The open group of copies ends. And all but the last "n" groups that ended are
 * waited for, in "phase". */
void loop_race_commit(struct race_copies *copies, struct arena *arena);
void loop_race_wait(struct race_copies *copies, int64_t n, int64_t phase);

/* What loop_race_note says of an element that a copy ahead may still write; it
 * is an access in the phase of the wait otherwise. */
const char *loop_race_land(struct race_mark *mark,
    const struct race_runner *runner, const struct race_copies *copies);

/* Note an access of an element of memory that all blocks share, or, if
 * "is_shared", that is a block's own. NULL, or what is wrong:
 * ", which another thread wrote with no barrier between". */
const char *loop_race_note(struct race_mark *mark,
    const struct race_runner *runner, bool is_shared, bool is_write);

#endif
