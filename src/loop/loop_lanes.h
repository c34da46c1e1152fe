/* Inside loop/: forms of a statement's lane, in vectors that run over several
 * rows and whose every lane's place is known when compiling. */
#ifndef TAPC_LOOP_LOOP_LANES_H
#define TAPC_LOOP_LOOP_LANES_H

#include "loop/loop_scan.h"

enum { LANES_MOST = 64 };

/* The statement at hand: its lane, and which of its lanes may be active. */
struct lanes {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *lane;
    int64_t *environment;
    bool is_active[LANES_MOST];
};

/* For the statements of a program. */
void lanes_start(struct lanes *lanes, struct loop_program *program);

/* Turn to a statement; false if it has no lanes, or too many. */
bool lanes_set(struct lanes *lanes, const struct loop_node *node);

/* Is the lane the only variable of the form? */
bool lanes_is_alone(const struct affine *form, const struct variable *lane);

/* The value of a form of the lane alone in lane "i". */
int64_t lanes_evaluate(
    const struct lanes *lanes, const struct affine *form, int i);

/* The terms with the lane, without the constant, and the others; false if
 * other variables are in an atom with the lane. */
bool lanes_take_apart(const struct lanes *lanes, const struct affine *form,
    const struct affine **of_lane, const struct affine **rest);

#endif
