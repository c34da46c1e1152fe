/* block n, c and thread p [by 256]: across the blocks of a GPU, and the threads
 * of a block. */
#include "schedule/directive.h"

/* E0404: a loop that is mapped, or all of whose iterations are copies. */
static bool check_mapping(
    struct directive *directive, const struct schedule_node *loop)
{
    struct diag *diag = directive->schedule->c->diag;
    bool is_mapped = loop->is_block || loop->is_thread;

    if (!is_mapped && !loop->is_unrolled)
        return true;
    diag_error(diag, directive->ast->range, DIAG_E0404,
        "'%s' contradicts an earlier directive for loop '%s'", directive->text,
        loop->name->text);
    diag_note(diag, is_mapped ? loop->map_range : loop->mode_range,
        "the earlier directive is here");
    return false;
}

/* Map the loops a word names. */
static bool map_loops(
    struct directive *directive, const struct ast_word *word, bool is_block)
{
    struct schedule_nodes loops = directive_find_loops(directive, word);

    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *loop = loops.at[i];

        if (!check_mapping(directive, loop) ||
            !schedule_is_legal(directive->schedule,
                is_block ? SCHEDULE_PARALLEL : SCHEDULE_REDUCE, loop, true,
                directive->ast->range, directive->text))
            return false;
        loop->is_block = is_block;
        loop->is_thread = !is_block;
        loop->map_range = directive->ast->range;
    }
    return loops.n > 0;
}

/* Map all loops of the list; "*end" is behind it. */
static bool map_list(struct directive *directive, bool is_block)
{
    int end = 0;
    struct directive_list list = directive_list_loops(directive, 0, &end);

    for (int i = 0; i < list.n; i++)
        if (!map_loops(directive, list.at[i], is_block))
            return false;
    return list.n > 0;
}

bool directive_block(struct directive *directive)
{
    return map_list(directive, true);
}

bool directive_thread(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    int64_t n = schedule->n_threads;

    if (!directive_get_number(
            directive, "by", schedule->machine->gpu->block_threads, &n))
        return false;
    if (schedule->n_threads && n != schedule->n_threads) {
        diag_error(schedule->c->diag, directive->ast->range, DIAG_E0404,
            "'%s': another directive wants %d threads", directive->text,
            schedule->n_threads);
        return false;
    }
    schedule->n_threads = (int)n;
    return map_list(directive, false);
}
