/* merge n, c: join loops of the same name that follow each other, level by
 * level. */
#include "schedule/directive.h"

/* Move what is in "second" into "first", behind what is there. */
static void join(struct schedule *schedule, struct schedule_node *first,
    struct schedule_node *second)
{
    struct schedule_node *body = first->children[0];
    struct schedule_node *sequence =
        schedule_node_new(schedule, SCHEDULE_SEQUENCE, first->range);
    struct schedule_node *parts[] = {body, second->children[0]};
    struct schedule_nodes leaves = schedule_leaves(schedule, second);
    const struct variable *from[] = {second->variable};
    const struct affine *to[] = {
        affine_variable(schedule->model->values, first->variable)};
    struct substitution substitution = {1, from, to};

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        first->coordinates[statement->id] = second->coordinates[statement->id];
        for (int j = 0; j < statement->n_iterators; j++)
            schedule->inverse[statement->id][j] =
                affine_substitute(schedule->model->values,
                    schedule->inverse[statement->id][j], &substitution);
    }
    for (int i = 0; i < 2; i++) {
        if (parts[i]->kind != SCHEDULE_SEQUENCE) {
            schedule_node_add(schedule, sequence, parts[i]);
            continue;
        }
        for (int j = 0; j < parts[i]->n_children; j++)
            schedule_node_add(schedule, sequence, parts[i]->children[j]);
    }
    first->children[0] = sequence;
    sequence->parent = first;
}

/* Take the child at "place" out of a sequence; a sequence of one child is
 * replaced by it. */
static void remove_child(
    struct schedule *schedule, struct schedule_node *sequence, int place)
{
    for (int i = place; i + 1 < sequence->n_children; i++)
        sequence->children[i] = sequence->children[i + 1];
    sequence->n_children--;
    if (sequence->n_children == 1)
        schedule_node_replace(schedule, sequence, sequence->children[0]);
}

void schedule_join(
    struct schedule *schedule, struct schedule_node *sequence, int place)
{
    join(schedule, sequence->children[place], sequence->children[place + 1]);
    remove_child(schedule, sequence, place + 1);
}

/* Join neighbours called "name" in all sequences at or below "node"; counts
 * them in "*n". */
static bool merge_below(struct directive *directive, struct schedule_node *node,
    const struct name *name, int *n)
{
    for (int i = 0;
         node->kind == SCHEDULE_SEQUENCE && i + 1 < node->n_children;) {
        struct schedule_node *a = node->children[i];
        struct schedule_node *b = node->children[i + 1];

        if (a->kind != SCHEDULE_LOOP || b->kind != SCHEDULE_LOOP ||
            a->name != name || b->name != name) {
            i++;
            continue;
        }
        if (!directive_check_mode(directive, a) ||
            !directive_check_mode(directive, b))
            return false;
        schedule_join(directive->schedule, node, i);
        (*n)++;
        if (node->n_children == 1)
            return merge_below(directive, a, name, n);
    }
    for (int i = 0; i < node->n_children; i++)
        if (!merge_below(directive, node->children[i], name, n))
            return false;
    return true;
}

bool directive_merge(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    int end = 0;
    struct directive_list list = directive_list_loops(directive, 0, &end);

    for (int i = 0; i < list.n; i++) {
        int n = 0;

        if (!directive_find_loops(directive, list.at[i]).n ||
            !merge_below(directive, schedule->root, list.at[i]->name, &n))
            return false;
        if (!n) {
            diag_error(schedule->c->diag, list.at[i]->range, DIAG_E0413,
                "no two loops '%s' follow each other directly",
                list.at[i]->name->text);
            return false;
        }
    }
    return list.n > 0 &&
           schedule_is_legal(schedule, SCHEDULE_ORDER, NULL, true,
               directive->ast->range, directive->text) &&
           directive_check_loops(directive, false);
}
