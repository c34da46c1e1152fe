/* Inside schedule/: statements that directives move or add, running once for
 * every iteration of a loop for exactly the elements needed there. */
#ifndef TAPC_SCHEDULE_SCHEDULE_PLACE_H
#define TAPC_SCHEDULE_SCHEDULE_PLACE_H

#include "schedule/directive.h"

/* A place: inside "loop". "around" are the loops around it and itself,
 * "outer" an iterator for each: the coordinates under which a placed
 * statement runs. "array" is what is read below; "needed" is
 * { [coordinates] -> array[index] }: the elements read below per iteration. */
struct schedule_place {
    struct schedule *schedule;
    struct schedule_node *loop;
    struct schedule_nodes around;
    const struct variable **outer;
    const struct array *array;
    isl_map *needed;
};

/* Give the schedule a model of its own, which directives may change. */
void schedule_own_model(struct schedule *schedule);

/* Find the place and what is needed there; false after reporting that no
 * statement below the loop reads the array. */
bool schedule_place_find(struct directive *directive,
    struct schedule_node *loop, const struct array *array,
    struct schedule_place *place);

/* { S[iterators] -> [coordinates of the loops of the place] } for a statement
 * below it. */
__isl_give isl_map *schedule_place_coordinates(
    const struct schedule_place *place,
    const struct model_statement *statement);

/* A new statement that runs at the place: iterators the outer ones and then
 * "n" more, domain { S[outer, inner] } from { [outer] -> [inner] } (taken).
 * Its leaf is made, with a loop per inner iterator around it named by
 * "names"; the node at the top of it is returned, not yet in the tree. */
struct schedule_node *schedule_place_statement(struct schedule_place *place,
    const struct model_statement *like, int n, const struct name *const *names,
    __isl_take isl_map *domain, struct model_statement **statement);

/* Put "node" inside the loop, ahead of what is there. */
void schedule_place_insert(
    struct schedule_place *place, struct schedule_node *node);

/* Tell legality that "writer" at the place must run before the statements
 * below that read the elements in the same iteration; "written" is
 * { S[outer, inner] -> array[index] } (lent). */
void schedule_place_order(struct schedule_place *place,
    const struct model_statement *writer, isl_map *written);

/* Give every iteration of the place its own copy of the private scalars that
 * the statements of "leaves", which have the outer iterators, write: an
 * element a scalar is for may be made in several of them
 * (schedule_expand.c). */
void schedule_expand_private(
    const struct schedule_place *place, struct schedule_nodes leaves);

void schedule_place_free(struct schedule_place *place);

#endif
