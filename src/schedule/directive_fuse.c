/* fuse n, c as nc: collapse a loop and the one directly inside it. With a
 * known inner extent E the new coordinate is n*E + c, and n = floor(nc / E),
 * c = nc mod E. */
#include "schedule/directive.h"

/* Express iterators in terms of the new variable. */
static void substitute_inverse(struct schedule *schedule,
    struct schedule_node *node, const struct substitution *substitution)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, node);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        const struct affine **inverse = schedule->inverse[statement->id];

        for (int j = 0; j < statement->n_iterators; j++)
            inverse[j] = affine_substitute(
                schedule->model->values, inverse[j], substitution);
    }
}

struct schedule_node *schedule_fuse(struct schedule *schedule,
    struct schedule_node *outer, int64_t first, int64_t extent,
    const struct name *name)
{
    struct value_context *v = schedule->model->values;
    struct schedule_node *inner = outer->children[0];
    const struct variable *from[] = {outer->variable, inner->variable};
    const struct affine *to[2];
    struct substitution substitution = {2, from, to};
    const struct affine *fused;

    outer->variable = variable_new(v, VARIABLE_LOOP, name);
    outer->name = name;
    fused = affine_variable(v, outer->variable);
    to[0] = affine_floor(v, fused, extent);
    to[1] = affine_shift(v, affine_modulo(v, fused, extent), first);
    for (int i = 0; i < schedule->model->n_statements; i++)
        if (outer->coordinates[i])
            outer->coordinates[i] =
                affine_add(v, affine_scale(v, outer->coordinates[i], extent),
                    affine_shift(v, inner->coordinates[i], -first));
    outer->children[0] = inner->children[0];
    outer->children[0]->parent = outer;
    substitute_inverse(schedule, outer, &substitution);
    return outer;
}

/* E0413: how often the inner loop runs is only known at run time. */
static void report_unknown_extent(struct diag *diag,
    const struct ast_word *word, const struct schedule_node *outer,
    const struct schedule_node *inner)
{
    diag_error(diag, word->range, DIAG_E0413,
        "the extent of loop '%s' is not known when compiling",
        inner->name->text);
    diag_hint(diag,
        "'parallel %s, %s' shares both loops out among the cores without "
        "fusing them.",
        outer->name->text, inner->name->text);
}

/* Fuse the chain that starts at "loop"; false after reporting. */
static bool fuse_chain(struct directive *directive,
    const struct directive_list *list, struct schedule_node *loop,
    const struct name *name)
{
    struct schedule *schedule = directive->schedule;
    struct diag *diag = schedule->c->diag;

    for (int i = 1; i < list->n; i++) {
        struct schedule_node *inner = loop->children[0];
        int64_t first = 0;
        int64_t last = -1;

        if (!schedule_is_named(schedule, inner, list->at[i]->name->text)) {
            diag_error(diag, list->at[i]->range, DIAG_E0413,
                "loop '%s' is not directly inside '%s'",
                list->at[i]->name->text, loop->name->text);
            return false;
        }
        if (!directive_check_mode(directive, loop) ||
            !directive_check_mode(directive, inner))
            return false;
        if (!schedule_constant_range(schedule, inner, &first, &last)) {
            report_unknown_extent(diag, list->at[i], loop, inner);
            return false;
        }
        if (name != loop->name && name != inner->name &&
            directive_is_name_taken(directive, loop, name)) {
            diag_error(diag, directive->ast->range, DIAG_E0403,
                "loop name '%s' is taken", name->text);
            return false;
        }
        schedule_fuse(
            schedule, loop, first, last >= first ? last - first + 1 : 1, name);
    }
    return true;
}

bool directive_fuse(struct directive *directive)
{
    int end = 0;
    struct directive_list list = directive_list_loops(directive, 0, &end);
    struct schedule_nodes loops = directive_find_loops(directive, list.at[0]);

    for (int i = 0; i < loops.n; i++)
        if (!fuse_chain(
                directive, &list, loops.at[i], directive->words[end + 1].name))
            return false;
    return loops.n > 0;
}
