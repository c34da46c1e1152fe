/* What follows from the bounds of the loops around and from the conditions of
 * the program, where constant intervals do not decide. Saying no is always
 * right; the number of forms looked at is limited. */
#include "loop/loop_scan.h"

enum { MOST_STEPS = 64 };

/* A proof under way. */
struct proof {
    const struct loop_program *program;
    struct value_context *v;
    int n_loops;
    const struct loop_node *const *loops;
    int steps;
};

static bool prove(struct proof *proof, const struct affine *form);

/* Is it at least 0 as it stands, or a condition of the program and more? */
static bool follows(const struct proof *proof, const struct affine *form)
{
    if (affine_is_constant(form))
        return form->constant >= 0;
    for (int i = 0; i < proof->program->n_requires; i++) {
        const struct guard *guard = proof->program->requires[i];

        for (int j = 0; guard->n_clauses == 1 && j < guard->clauses[0].n; j++) {
            const struct affine *rest =
                affine_subtract(proof->v, form, guard->clauses[0].terms[j]);

            if (affine_is_constant(rest) && rest->constant >= 0)
                return true;
        }
    }
    return false;
}

/* The form with the variable of a term replaced. */
static const struct affine *replace(const struct proof *proof,
    const struct affine *form, const struct affine_term *term,
    const struct affine *by)
{
    struct value_context *v = proof->v;
    const struct affine *rest = affine_subtract(v, form,
        affine_scale(v, affine_variable(v, term->variable), term->coefficient));

    return affine_add(v, rest, affine_scale(v, by, term->coefficient));
}

/* With the variable of a loop at whichever of its bounds is worst. */
static bool prove_at_loop(struct proof *proof, const struct affine *form,
    const struct affine_term *term, const struct loop_node *loop)
{
    bool rises = term->coefficient > 0;
    int n = rises ? loop->n_lower : loop->n_upper;

    for (int i = 0; i < n; i++)
        if (prove(
                proof, replace(proof, form, term,
                           rises ? loop->lower[i]
                                 : affine_shift(proof->v, loop->upper[i], -1))))
            return true;
    return false;
}

/* With c*floor(e/d), c a multiple of d, between (c/d)*(e - d + 1) and
 * (c/d)*e. */
static bool prove_at_floor(struct proof *proof, const struct affine *form,
    const struct affine_term *term)
{
    struct value_context *v = proof->v;
    const struct variable *atom = term->variable;
    const struct affine *rest = affine_subtract(
        v, form, affine_scale(v, affine_variable(v, atom), term->coefficient));
    int64_t factor = term->coefficient / atom->divisor;
    const struct affine *of =
        factor > 0 ? affine_shift(v, atom->of, 1 - atom->divisor) : atom->of;

    return term->coefficient % atom->divisor == 0 &&
           prove(proof, affine_add(v, rest, affine_scale(v, of, factor)));
}

/* Is the form at least 0? Atoms are replaced first, then variables of inner
 * loops. */
static bool prove(struct proof *proof, const struct affine *form)
{
    if (follows(proof, form))
        return true;
    if (proof->steps++ > MOST_STEPS)
        return false;
    for (int j = 0; j < form->n_terms; j++)
        if (form->terms[j].variable->kind == VARIABLE_FLOOR &&
            prove_at_floor(proof, form, &form->terms[j]))
            return true;
    for (int i = proof->n_loops - 1; i >= 0; i--)
        for (int j = 0; j < form->n_terms; j++)
            if (form->terms[j].variable == proof->loops[i]->variable)
                return prove_at_loop(
                    proof, form, &form->terms[j], proof->loops[i]);
    return false;
}

bool loop_proves(const struct loop_program *program, int n_loops,
    const struct loop_node *const *loops, const struct affine *form)
{
    struct proof proof = {program, program->values, n_loops, loops, 0};

    return prove(&proof, form);
}
