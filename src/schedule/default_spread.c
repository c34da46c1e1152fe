/* Windows whose taps are far apart (dilation): iterations done together share
 * no input, and each brings as many rows to keep near as the window has taps.
 */
#include "schedule/schedule_default.h"

#include "base/integer.h"

/* What the loads of a statement are looked at for: windows along "rows" of
 * which one of the next "n" iterations reads nothing that this one reads. */
struct spread {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *rows;
    int n;
    bool found;
};

/* Iterations from one that reads an element to the next that does: a step of
 * the rows by "step", of the taps by "dilation". */
static int64_t count_apart(int64_t step, int64_t dilation)
{
    step = step < 0 ? -step : step;
    dilation = dilation < 0 ? -dilation : dilation;
    return dilation / integer_common_divisor(step, dilation);
}

/* A visit: a load whose index moves with the rows and with a tap. */
static void find_spread(const struct value *value, void *user)
{
    struct spread *spread = user;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = schedule_in_loops(
            spread->schedule, spread->statement, value->index[i]);
        int64_t step = affine_coefficient(form, spread->rows);

        for (int j = 0; step && j < form->n_terms; j++)
            if (form->terms[j].variable->kind == VARIABLE_LOOP &&
                form->terms[j].variable != spread->rows &&
                count_apart(step, form->terms[j].coefficient) >= spread->n)
                spread->found = true;
    }
}

bool schedule_is_spread(struct schedule *schedule,
    const struct schedule_node *rows, struct schedule_node *lanes, int n)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);
    struct spread spread = {schedule, NULL, rows->variable, n, false};

    for (int i = 0; i < leaves.n; i++) {
        spread.statement = leaves.at[i]->statement;
        if (spread.statement->update != MODEL_SET)
            value_foreach(spread.statement->value, find_spread, &spread);
    }
    return spread.found;
}
