/* What the lanes of a statement are when compiling. */
#include "loop/loop_lanes.h"

bool lanes_is_alone(const struct affine *form, const struct variable *lane)
{
    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *variable = form->terms[i].variable;

        if (variable == lane)
            continue;
        if (!variable->of || !lanes_is_alone(variable->of, lane) ||
            (variable->extent && !lanes_is_alone(variable->extent, lane)))
            return false;
    }
    return true;
}

int64_t lanes_evaluate(
    const struct lanes *lanes, const struct affine *form, int i)
{
    lanes->environment[lanes->lane->id] = i;
    return affine_evaluate(form, lanes->environment);
}

bool lanes_take_apart(const struct lanes *lanes, const struct affine *form,
    const struct affine **of_lane, const struct affine **rest)
{
    struct value_context *v = lanes->v;

    *of_lane = affine_constant(v, 0);
    *rest = form;
    for (int i = 0; i < form->n_terms; i++) {
        struct affine_term term = form->terms[i];
        struct affine one = {0, 1, &term};

        if (!affine_has(&one, lanes->lane))
            continue;
        if (!lanes_is_alone(&one, lanes->lane))
            return false;
        *of_lane = affine_add(v, *of_lane,
            affine_scale(
                v, affine_variable(v, term.variable), term.coefficient));
    }
    *rest = affine_subtract(v, form, *of_lane);
    return true;
}

/* May a lane be active: does some clause not exclude it? */
static bool may_be_active(
    const struct lanes *lanes, const struct guard *guard, int lane)
{
    for (int i = 0; guard && i < guard->n_clauses; i++) {
        bool holds = true;

        for (int j = 0; holds && j < guard->clauses[i].n; j++) {
            const struct affine *term = guard->clauses[i].terms[j];

            holds = !lanes_is_alone(term, lanes->lane) ||
                    lanes_evaluate(lanes, term, lane) >= 0;
        }
        if (holds)
            return true;
    }
    return !guard;
}

void lanes_start(struct lanes *lanes, struct loop_program *program)
{
    struct value_context *v = program->values;

    lanes->program = program;
    lanes->v = v;
    lanes->environment = ARENA_ARRAY(v->arena, v->n_variables, int64_t);
}

bool lanes_set(struct lanes *lanes, const struct loop_node *node)
{
    if (node->kind != LOOP_ASSIGN || !node->lane ||
        node->lane->n_lanes > LANES_MOST)
        return false;
    lanes->lane = node->lane;
    for (int i = 0; i < node->lane->n_lanes; i++)
        lanes->is_active[i] = may_be_active(lanes, node->guard, i);
    return true;
}
