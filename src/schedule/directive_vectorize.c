/* vectorize p [by 16]: the iterations of a loop become lanes, innermost. */
#include "schedule/directive.h"

/* Another vector loop above or below this one. */
static const struct schedule_node *find_vector_loop(
    struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    for (int i = 0; i < leaves.n; i++) {
        struct schedule_nodes loops =
            schedule_loops_around(schedule, leaves.at[i]);
        for (int j = 0; j < loops.n; j++)
            if (loops.at[j]->n_lanes > 1)
                return loops.at[j];
    }
    return NULL;
}

/* A visit: the bits of the widest type computed in. */
static void note_bits(const struct value *value, void *user)
{
    int *bits = user;
    int own = value->type < DTYPE_N_STORED ? dtype_bits(value->type) : 0;

    if (value->kind == VALUE_INDEX)
        own = 32;
    *bits = own > *bits ? own : *bits;
}

/* The bits of the arithmetic of a statement. Integers that are not made wider
 * are as narrow as they are stored. On a GPU, where lanes are for the sake of
 * memory only: of what it stores. */
static int get_bits(
    const struct schedule *schedule, const struct model_statement *statement)
{
    enum dtype type = statement->target->type;
    int bits = dtype_bits(type);

    if (schedule->machine->gpu)
        return statement->target->kind == ARRAY_PRIVATE ? 8 : bits;
    if (!dtype_is_integer(type))
        return dtype_bits(dtype_arithmetic(type));
    value_foreach(statement->value, note_bits, &bits);
    return bits;
}

int schedule_natural_lanes(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, node);
    int bits = 8;

    for (int i = 0; i < leaves.n; i++) {
        int own = get_bits(schedule, leaves.at[i]->statement);

        bits = own > bits ? own : bits;
    }
    return schedule->machine->vector_bytes * 8 / bits;
}

/* E0403 for a number of lanes there is not. */
static bool check_lanes(struct directive *directive, int64_t n_lanes)
{
    if (n_lanes >= 2 && (n_lanes & (n_lanes - 1)) == 0)
        return true;
    diag_error(directive->schedule->c->diag, directive->ast->range, DIAG_E0403,
        "a vector of %lld lanes: expected a power of two from 2 to 64",
        (long long)n_lanes);
    return false;
}

/* What must hold: on a GPU lanes are copies one after the other. */
static enum schedule_question get_question(const struct schedule *schedule)
{
    return schedule->machine->gpu ? SCHEDULE_JAM : SCHEDULE_VECTOR;
}

bool directive_vectorize(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes loops =
        directive_find_loops(directive, &directive->words[0]);

    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *loop = loops.at[i];
        const struct schedule_node *other = find_vector_loop(schedule, loop);
        int64_t n_lanes = schedule_natural_lanes(schedule, loop);

        if (!directive_get_number(directive, "by", 64, &n_lanes) ||
            !check_lanes(directive, n_lanes))
            return false;
        if (other) {
            diag_error(schedule->c->diag, directive->ast->range, DIAG_E0404,
                "'%s': loop '%s' is vectorised around the same statement",
                directive->text, other->name->text);
            diag_note(schedule->c->diag, other->mode_range, "vectorised here");
            return false;
        }
        if (!directive_check_mode(directive, loop) ||
            !schedule_is_legal(schedule, get_question(schedule), loop, true,
                directive->ast->range, directive->text))
            return false;
        loop->n_lanes = (int)n_lanes;
        loop->mode_range = directive->ast->range;
    }
    return loops.n > 0 && directive_check_loops(directive, true);
}
