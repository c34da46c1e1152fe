/* What the files of model_check share. */
#ifndef TAPC_MODEL_MODEL_CHECK_H
#define TAPC_MODEL_MODEL_CHECK_H

#include "model/model_internal.h"

/* One run of the check. "statement" and "loops" are those at hand. */
struct model_checker {
    struct model *model;
    const struct model_statement *statement;
    struct model_node **loops;
    bool ok;
};

/* The values of all variables at a point of a statement's domain (or, with
 * NULL, of the parameters alone). */
int64_t *model_bind_point(struct model *model,
    const struct model_statement *statement, const int64_t *point);

/* A point of a non-empty set of a statement's instances, as values of
 * variables; NULL when isl failed. */
int64_t *model_find_values(struct model *model,
    const struct model_statement *statement, __isl_take isl_set *set);

/* Append " at p = 0, k = 0": the statement's iterators that occur in "a", and
 * the parameters that occur in "a" or "b" (NULL: all iterators, no
 * parameters). */
void model_print_values(struct model_checker *check, struct text *text,
    const int64_t *values, const struct affine *a, const struct affine *b);

/* The source text of a range, and an element as "y[0,3]". */
const char *model_source_text(
    struct model_checker *check, struct source_range range);
const char *model_element_text(struct model_checker *check,
    const struct array *array, const int64_t *index);

/* Append an affine form without spaces. */
void model_print_compact(struct text *text, const struct affine *a);

/* Prove one access of the statement at hand inside its array ("user" is the
 * checker; to be called by model_foreach_access). */
bool model_check_access(const struct model_access *access, void *user);

/* Prove that what one read reads was written; used alike. */
bool model_check_read(const struct model_access *access, void *user);

/* Prove that every element of an output is written, and set only once. */
void model_check_written(
    struct model_checker *check, const struct array *array);
void model_check_once(struct model_checker *check, const struct array *array);

#endif
