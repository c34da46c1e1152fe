/* Borders that replicate, wrap or reflect, where lanes differ: a load whose
 * index is clamp(i), wrap(i) or mirror(i) becomes a choice among three loads
 * with plain indices (one broadcast, shifted or reversed vector each), masked
 * by the side of the border the lane is on, instead of a gather. What a
 * border vector cannot reach is folded away afterwards. */
#include "loop/loop_scan.h"

/* The pass at one statement. */
struct border {
    struct value_context *v;
    const struct variable *lane;
};

/* The border atom of an index whose inside moves with the lane by one
 * element, NULL if there is none. */
static const struct variable *find_atom(
    const struct border *border, const struct affine *index)
{
    for (int i = 0; i < index->n_terms; i++) {
        const struct variable *atom = index->terms[i].variable;
        int64_t a;

        if (!atom->of || atom->kind == VARIABLE_FLOOR ||
            !affine_has(atom->of, border->lane) ||
            affine_has_in_atom(atom->of, border->lane))
            continue;
        a = affine_coefficient(atom->of, border->lane);
        if (a == 1 || a == -1)
            return atom;
    }
    return NULL;
}

/* What the atom is below 0 ("low") and from its extent on. */
static const struct affine *get_side(
    struct value_context *v, const struct variable *atom, bool low)
{
    const struct affine *extent = atom->extent;
    const struct affine *zero = affine_constant(v, 0);

    if (atom->kind == VARIABLE_CLAMP)
        return low ? zero : affine_shift(v, extent, -1);
    if (atom->kind == VARIABLE_WRAP)
        return low ? affine_add(v, atom->of, extent)
                   : affine_subtract(v, atom->of, extent);
    if (low)
        return affine_subtract(v, zero, atom->of);
    return affine_shift(
        v, affine_subtract(v, affine_scale(v, extent, 2), atom->of), -2);
}

/* The load with the atom replaced by a form. */
static const struct value *replace_atom(struct value_context *v,
    const struct value *load, const struct variable *atom,
    const struct affine *form)
{
    struct substitution substitution = {1, &atom, &form};

    return value_substitute(v, load, &substitution);
}

/* The condition e >= 0 as a value. */
static const struct value *make_condition(
    struct value_context *v, const struct affine *e)
{
    const struct guard *guard = guard_all(v, 1, &e);

    return guard ? value_predicate(v, guard) : value_integer(v, DTYPE_BOOL, 1);
}

/* A load whose index is cut at a border becomes a choice among plain loads. */
static const struct value *expand_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct border *border = user;

    if (value->kind != VALUE_LOAD || value->array->is_strided)
        return value;
    for (int i = 0; i < value->n_index; i++) {
        const struct variable *atom = find_atom(border, value->index[i]);
        const struct value *inside;
        const struct value *beyond;
        const struct value *before;

        if (!atom)
            continue;
        inside = replace_atom(v, value, atom, atom->of);
        before = replace_atom(v, value, atom, get_side(v, atom, true));
        beyond = replace_atom(v, value, atom, get_side(v, atom, false));
        inside = value_operation3(v, VALUE_SELECT,
            make_condition(v, affine_subtract(v, atom->of, atom->extent)),
            beyond, inside);
        return value_operation3(v, VALUE_SELECT,
            make_condition(
                v, affine_shift(v, affine_scale(v, atom->of, -1), -1)),
            before, inside);
    }
    return value;
}

/* All loads of one node. */
static void expand_node(struct loop_node *node, void *user)
{
    struct border border = {user, node->lane};

    if (node->kind == LOOP_ASSIGN && node->lane)
        node->value = value_map(border.v, node->value, expand_load, &border);
}

bool loop_border(struct compilation *c, struct loop_program *program)
{
    (void)c;
    loop_foreach(program->body, expand_node, program->values);
    return true;
}
