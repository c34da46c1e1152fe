#include "loop/loop_race.h"

#include <stddef.h>

/* Is it an access of another block? */
static bool is_by_block(
    const struct race_runner *other, const struct race_runner *runner)
{
    return other->block && other->block != runner->block;
}

/* Is it one of another thread of this block in the same phase? */
static bool is_by_thread(
    const struct race_runner *other, const struct race_runner *runner)
{
    return other->block == runner->block && other->phase == runner->phase &&
           other->thread != runner->thread;
}

void loop_race_commit(struct race_copies *copies, struct arena *arena)
{
    while (copies->phases.n <= copies->group)
        VECTOR_PUSH(arena, &copies->phases, 0);
    copies->group++;
}

void loop_race_wait(struct race_copies *copies, int64_t n, int64_t phase)
{
    for (; copies->n_done < copies->group - n; copies->n_done++)
        copies->phases.at[copies->n_done] = phase;
}

const char *loop_race_land(struct race_mark *mark,
    const struct race_runner *runner, const struct race_copies *copies)
{
    if (mark->group == 0 || mark->writer.block != runner->block)
        return NULL;
    if (mark->group >= copies->n_done)
        return ", which is being copied ahead";
    mark->writer.phase = copies->phases.at[mark->group];
    mark->group = 0;
    return NULL;
}

/* Remember a read. */
static void note_read(struct race_mark *mark, const struct race_runner *runner)
{
    if (is_by_block(&mark->reader, runner))
        mark->is_read_by_blocks = true;
    if (mark->reader.block != runner->block ||
        mark->reader.phase != runner->phase)
        mark->is_read_by_threads = false;
    else if (mark->reader.thread != runner->thread)
        mark->is_read_by_threads = true;
    mark->reader = *runner;
}

/* Did a thread of this block read the element in this phase that is not the
 * one that runs? */
static bool is_read_by_thread(
    const struct race_mark *mark, const struct race_runner *runner)
{
    return is_by_thread(&mark->reader, runner) ||
           (mark->is_read_by_threads && mark->reader.block == runner->block &&
               mark->reader.phase == runner->phase);
}

const char *loop_race_note(struct race_mark *mark,
    const struct race_runner *runner, bool is_shared, bool is_write)
{
    if (!is_shared && is_by_block(&mark->writer, runner))
        return ", which another block wrote";
    if (is_by_thread(&mark->writer, runner))
        return ", which another thread wrote with no barrier between";
    if (!is_write) {
        note_read(mark, runner);
        return NULL;
    }
    if (!is_shared &&
        (mark->is_read_by_blocks || is_by_block(&mark->reader, runner)))
        return ", which another block reads";
    if (is_read_by_thread(mark, runner))
        return ", which another thread reads with no barrier between";
    mark->writer = *runner;
    return NULL;
}
