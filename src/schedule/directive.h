/* Inside schedule/: what the directives share. One file per directive. */
#ifndef TAPC_SCHEDULE_DIRECTIVE_H
#define TAPC_SCHEDULE_DIRECTIVE_H

#include "schedule/schedule.h"

/* A directive being applied: its words with every hole replaced by its first
 * choice, and its text for messages. */
struct directive {
    struct schedule *schedule;
    const struct ast_directive *ast;
    int n_words;
    const struct ast_word *words;
    const char *text;
};

/* Apply; false after reporting. The parser checked the shape of the words,
 * for every choice of a hole; each checks names and preconditions;
 * legality is asked where the directive changes the order of instances. */
bool directive_layout(struct directive *directive);
bool directive_order(struct directive *directive);
bool directive_tile(struct directive *directive);
bool directive_fuse(struct directive *directive);
bool directive_merge(struct directive *directive);
bool directive_compute(struct directive *directive);
bool directive_vectorize(struct directive *directive);
bool directive_unroll(struct directive *directive);
bool directive_parallel(struct directive *directive);
bool directive_block(struct directive *directive);
bool directive_thread(struct directive *directive);
bool directive_stage(struct directive *directive);
bool directive_pack(struct directive *directive);
bool directive_pipeline(struct directive *directive);
bool directive_prefer(struct directive *directive);

/* What directives do to the tree, for those who know the nodes: a copy of what
 * is read of "array" inside "loop" (its leaf; NULL after reporting; the
 * schedule must own its model); a copy whose lanes are a dimension (the loop
 * over it); a loop distributed over the sequence below it, of which every child
 * gets a loop of its own (the sequence). */
struct schedule_node *directive_distribute(
    struct schedule *schedule, struct schedule_node *loop);
struct schedule_node *directive_stage_at(struct directive *directive,
    struct schedule_node *loop, const struct array *array);
struct schedule_node *directive_pack_copy(struct schedule *schedule,
    struct schedule_node *copy, int dimension, int n_lanes);

/* The loops a word names; none is an error (E0401) with the loops there are.
 * Marks their nests as fixed by the user. */
struct schedule_nodes directive_find_loops(
    struct directive *directive, const struct ast_word *word);

/* The words of "LOOP, LOOP, ..." from "first" up to the end or the word "as";
 * "*end" is where it stopped. */
struct directive_list {
    const struct ast_word **at;
    int n;
    int capacity;
};
struct directive_list directive_list_loops(
    struct directive *directive, int first, int *end);

/* The word after "word" ("by 16") as a number within 1 .. limit; "*value" is
 * left alone when there is no such word. False after reporting. */
bool directive_get_number(struct directive *directive, const char *word,
    int64_t limit, int64_t *value);
/* Is the word at this place this keyword? */
bool directive_is_word(
    const struct directive *directive, int place, const char *text);

/* Report a second mode for a loop that has one (E0404), with both places. */
bool directive_check_mode(
    struct directive *directive, const struct schedule_node *loop);

/* Are loops that are parallel, and, unless "parallel_only", those that are
 * vectorised or unrolled, still allowed to be after a change of the tree?
 * E0412 at the directive if not. */
bool directive_check_loops(struct directive *directive, bool parallel_only);

/* Is the name in force: a parameter, size or tensor of the kernel, or a loop,
 * other than "self", above or below "self"? */
bool directive_is_name_taken(struct directive *directive,
    struct schedule_node *self, const struct name *name);

#endif
