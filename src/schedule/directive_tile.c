/* tile p by 64 as po, pi: strip-mine. The outer loop's coordinate is
 * floor(p / 64), the inner one keeps p, or has p mod 64 on a GPU, where threads
 * count from 0. Always legal: nothing is reordered. */
#include "schedule/directive.h"
#include "schedule/schedule_residue.h"

/* Loops inside each other that tiling may make. */
enum { MOST_LOOPS = 32 };

/* p_tile */
static const struct name *name_tile(
    const struct compilation *c, const struct name *loop)
{
    return name_of(c->names, arena_printf(c->arena, "%s_tile", loop->text));
}

/* Names "as po, pi"; without "as", p_tile and p. */
static void get_names(struct directive *directive, const struct name *old,
    const struct name **outer, const struct name **inner)
{
    struct compilation *c = directive->schedule->c;

    *outer = name_tile(c, old);
    *inner = old;
    for (int i = 0; i + 3 < directive->n_words; i++)
        if (directive_is_word(directive, i, "as")) {
            *outer = directive->words[i + 1].name;
            *inner = directive->words[i + 3].name;
        }
}

struct schedule_node *schedule_tile(struct schedule *schedule,
    struct schedule_node *inner, int64_t factor, const struct name *name)
{
    struct value_context *v = schedule->model->values;
    struct schedule_node *outer;

    if (schedule->machine->gpu) {
        outer = schedule_cut_loop(schedule, inner, factor);
        outer->name = name;
        outer->is_fixed = inner->is_fixed;
        return outer;
    }
    outer = schedule_node_new(schedule, SCHEDULE_LOOP, inner->range);
    outer->name = name;
    outer->variable = variable_new(v, VARIABLE_LOOP, name);
    outer->is_fixed = inner->is_fixed;
    for (int i = 0; i < schedule->model->n_statements; i++)
        if (inner->coordinates[i])
            outer->coordinates[i] =
                affine_floor(v, inner->coordinates[i], factor);
    schedule_node_replace(schedule, inner, outer);
    schedule_node_add(schedule, outer, inner);
    return outer;
}

struct schedule_node *schedule_tile_after(
    struct schedule *schedule, struct schedule_node *inner, int64_t factor)
{
    return schedule_tile(
        schedule, inner, factor, name_tile(schedule->c, inner->name));
}

/* E0413 where the tile loop would be one loop too many around a statement. */
static bool check_depth(struct directive *directive, struct schedule_node *loop)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    for (int i = 0; i < leaves.n; i++) {
        if (schedule_loops_around(schedule, leaves.at[i]).n < MOST_LOOPS)
            continue;
        diag_error(schedule->c->diag, directive->ast->range, DIAG_E0413,
            "more than %d loops inside each other", MOST_LOOPS);
        return false;
    }
    return true;
}

bool directive_tile(struct directive *directive)
{
    struct schedule_nodes loops =
        directive_find_loops(directive, &directive->words[0]);
    int64_t factor = 0;
    const struct name *outer = NULL;
    const struct name *inner = NULL;

    if (!loops.n || !directive_get_number(directive, "by", INT32_MAX, &factor))
        return false;
    get_names(directive, loops.at[0]->name, &outer, &inner);
    for (int i = 0; i < loops.n; i++) {
        if (!directive_check_mode(directive, loops.at[i]) ||
            !check_depth(directive, loops.at[i]))
            return false;
        if (directive_is_name_taken(directive, loops.at[i], outer) ||
            (inner != loops.at[i]->name &&
                directive_is_name_taken(directive, loops.at[i], inner))) {
            diag_error(directive->schedule->c->diag, directive->ast->range,
                DIAG_E0403, "loop name '%s' or '%s' is taken", outer->text,
                inner->text);
            return false;
        }
        schedule_tile(directive->schedule, loops.at[i], factor, outer);
        loops.at[i]->name = inner;
    }
    return true;
}
