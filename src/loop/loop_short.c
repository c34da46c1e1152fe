/* Short rows of sizes known at run time only: straight code for each number of
 * vectors they may have, with all guards, of which loop_simplify.c leaves those
 * that fail at either end.
 *
 *     for p in vectors of 16:      if 1 <= P <= 16:   vector 0, masked
 *         S                        if 17 <= P <= 32:  vector 0, 1 masked
 *                                  ...
 *                                  if P > 128:        borders, jammed vectors
 *
 * Borders and what is left over from jammed vectors would be most of the work
 * in such rows, and what is straight shares its loads (loop_window.c). */
#include "loop/loop_scan.h"

/* Vectors of rows up to which they are straight code, each number of them by
 * itself; statements of all. */
enum { SHORT_VECTORS = 8, SHORT_STATEMENTS = 336 };

/* Up to how many vectors rows had better be straight code. */
static int count_vectors(const struct loop_program *program,
    struct loop_node *loop, const struct affine *size)
{
    int n_statements = loop_count_statements(loop);
    int n_left = SHORT_STATEMENTS;
    int most = 0;

    if (affine_is_constant(size) || loop->n_lanes < 2 || loop->jam < 2 ||
        loop->step != loop->n_lanes || loop_has_loop(loop) ||
        loop_is_streaming(program, loop) || !loop_masks_cheaply(program, loop))
        return 0;
    for (int n = 1; n <= SHORT_VECTORS && n <= loop->jam; n++) {
        n_left -= n * n_statements;
        if (n_left < 0)
            break;
        most = n;
    }
    return most;
}

struct loop_node *loop_add_short_rows(struct loop_program *program,
    struct loop_node *into, struct loop_node *loop, const struct affine *lower,
    const struct affine *size)
{
    struct value_context *v = program->values;
    int most = count_vectors(program, loop, size);
    const struct affine *places[SHORT_VECTORS];
    const struct affine *terms[2] = {affine_shift(v, size, -1)};

    if (!most)
        return into;
    for (int i = 0; i < most; i++)
        places[i] = affine_shift(v, lower, i * loop->step);
    for (int n = 1; n <= most; n++) {
        const struct affine *negated = affine_scale(v, size, -1);
        struct loop_node *branch;

        terms[1] = affine_shift(v, negated, n * loop->step);
        branch = loop_add_if(v, into, loop, 2, terms);
        if (branch)
            loop_repeat(program, branch, loop, n, places);
        terms[0] = affine_shift(v, size, -n * loop->step - 1);
    }
    return loop_add_if(v, into, loop, 1, terms);
}
